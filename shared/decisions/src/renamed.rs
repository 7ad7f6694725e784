//! What is kept under an old name, under the name that it has now.

use std::{collections::BTreeMap, sync::Arc};

use contracts::state::{ClocksState, RoutingState};
use crm::RecordKind;
use model::{ModelFile, OperatingModel, Place, Start};

use crate::rules::Rules;

/// How a record was routed, by the names that its pool and its rule have now.
pub fn routing(rules: &Rules, kind: RecordKind, state: &mut RoutingState) {
    let renamed = &rules.model.renamed;
    if let Some(pool) = &mut state.pool {
        now(pool, renamed.pool(pool).to_owned());
    }
    let rule = renamed.rule(kind, &state.rule).to_owned();
    now(&mut state.rule, rule);
    for it in &mut state.reassigned {
        let clock = renamed.clock(&it.clock).to_owned();
        now(&mut it.clock, clock);
    }
}

/// The clocks of a record, by the names that they have now. A run that is kept under a new name already stays.
pub fn clocks(rules: &Rules, state: &mut ClocksState) {
    if rules.model.renamed.clocks.is_empty() {
        return;
    }
    for (name, was) in &rules.model.renamed.clocks {
        if let Some(run) = state.clocks.remove(was) {
            state.clocks.entry(name.clone()).or_insert(run);
        }
    }
    for kept in state
        .clocks
        .values_mut()
        .filter_map(|run| run.kept.as_mut())
    {
        if let Start::ClockMet(clock) = &mut kept.policy.start {
            let name = rules.model.renamed.clock(clock).to_owned();
            now(clock, name);
        }
    }
}

/// The same of what others hold, too, and of which nothing is copied where no clock has another name.
pub fn shared_clocks(rules: &Rules, state: &mut Arc<ClocksState>) {
    if !rules.model.renamed.clocks.is_empty() {
        clocks(rules, Arc::make_mut(state));
    }
}

fn now(name: &mut String, renamed: String) {
    if *name != renamed {
        *name = renamed;
    }
}

/// Something that a model's names do not go on from what is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// In which file such names stand.
    pub file: ModelFile,
    /// Where the new name stands, if it has one.
    pub place: Option<Place>,
    /// What is wrong.
    pub what: String,
    /// What to write.
    pub fix: String,
}

/// Where names of pools and clocks, under which something is kept, do not go on from the model that is deployed:
/// one is gone and none says that it was called so; or one was called so, and nothing is kept under that name.
#[must_use]
pub fn since(deployed: &OperatingModel, model: &OperatingModel) -> Vec<Broken> {
    let mut found = Vec::new();
    let renamed = &model.renamed;
    let pool = |name: &str| model.pools.get(name).map(|it| it.place);
    let clock = |name: &str| model.clocks.get(name).map(|it| it.place);
    for name in deployed.pools.keys() {
        let to = renamed.pool(name);
        if pool(to).is_none() {
            found.push(gone(
                (ModelFile::People, "pool"),
                name,
                "what it owes its members",
            ));
        }
    }
    for name in deployed.clocks.keys() {
        let to = renamed.clock(name);
        if clock(to).is_none() {
            found.push(gone(
                (ModelFile::Processes, "clock"),
                name,
                "what runs under it",
            ));
        }
    }
    let pools = renamed.pools.iter();
    let known = |was: &String, of: &BTreeMap<String, String>| of.values().any(|it| it == was);
    // What stands under an old name goes on when it is next decided: as long as the deployed model says it as well,
    // something may stand there still.
    let idle = pools.filter(|(_, was)| {
        !deployed.pools.contains_key(*was) && !known(was, &deployed.renamed.pools)
    });
    found.extend(
        idle.map(|(name, was)| idle_was((ModelFile::People, "pool"), (name, was), pool(name))),
    );
    let clocks = renamed.clocks.iter();
    let idle = clocks.filter(|(_, was)| {
        !deployed.clocks.contains_key(*was) && !known(was, &deployed.renamed.clocks)
    });
    found.extend(
        idle.map(|(name, was)| idle_was((ModelFile::Processes, "clock"), (name, was), clock(name))),
    );
    found
}

fn gone((file, what): (ModelFile, &str), name: &str, kept: &str) -> Broken {
    Broken {
        file,
        place: None,
        what: format!("the {what} {name} is deployed and gone here, and {kept} ends with it"),
        fix: format!(
            "if it has another name now, write `was: {name}` there; if it is meant to end, nothing"
        ),
    }
}

fn idle_was(
    (file, what): (ModelFile, &str),
    (name, was): (&str, &str),
    place: Option<Place>,
) -> Broken {
    Broken {
        file,
        place,
        what: format!("nothing carries the old name {was} of the {what} {name} any more"),
        fix: "remove `was`".to_owned(),
    }
}
