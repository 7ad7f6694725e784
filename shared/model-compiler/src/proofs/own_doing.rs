//! What is set by itself leads to nothing by itself that leads to it: neither the condition of an action reads
//! what it sets, nor do several go round in a circle.

use std::collections::BTreeSet;

use crm::{FieldRef, RecordKind};

use super::proving::Proving;
use crate::{
    checks::check::{Check, Problems, nothing},
    problems::problem::ProblemSeverity,
};
use model::{Condition, FieldToSet, FieldsToSet, OperatingModel, Place};

pub(crate) static CHECK: Check = Check {
    name: "own-doing",
    about: "What is set by itself does not lead to its being set again.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

/// Something that sets fields by itself.
struct Action<'m> {
    /// As a message names it.
    name: String,
    sets: BTreeSet<FieldRef>,
    reads: BTreeSet<FieldRef>,
    first: Place,
    fields: Vec<&'m FieldToSet>,
    kind: RecordKind,
}

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    let actions = actions(proving.model);
    for action in &actions {
        let own = action.fields.iter();
        let own = own.filter(|it| action.reads.contains(&FieldRef::new(action.kind, &it.name)));
        let mut alone = true;
        for field in own {
            alone = false;
            let what = format!(
                "{} reads `{}.{}`, which it sets itself",
                action.name, action.kind, field.name
            );
            let fix = "set another field, or decide by another".to_owned();
            proving.report(problems, &CHECK, field.place, what, fix);
        }
        let round = alone.then(|| round(&actions, action)).flatten();
        if let Some(names) = round {
            let what = format!(
                "what is set here leads back to itself: {}",
                names.join(", then ")
            );
            let fix = "let one of them set another field, or decide by another".to_owned();
            proving.report(problems, &CHECK, action.first, what, fix);
        }
    }
}

fn actions(model: &OperatingModel) -> Vec<Action<'_>> {
    let mut all = Vec::new();
    for (name, rule) in &model.deviations {
        let sets = rule.steps.iter().map(|step| &step.set);
        let name = format!("the deviation `{name}`");
        all.extend(action(model, (name, rule.record), sets, Some(&rule.when)));
    }
    for lifecycle in model.lifecycles.values() {
        for stage in &lifecycle.stages {
            for follow in stage.upon_entering.iter().chain(&stage.upon_leaving) {
                let name = format!("what follows at `{}` ({})", stage.name, follow.place);
                let of = (name, lifecycle.record);
                all.extend(action(model, of, [&follow.set], follow.when.as_ref()));
            }
        }
    }
    all
}

fn action<'m>(
    model: &OperatingModel,
    (name, kind): (String, RecordKind),
    sets: impl IntoIterator<Item = &'m FieldsToSet>,
    when: Option<&Condition>,
) -> Option<Action<'m>> {
    let fields: Vec<&FieldToSet> = sets.into_iter().flat_map(|set| &set.fields).collect();
    let set = fields.iter().map(|it| FieldRef::new(kind, &it.name));
    Some(Action {
        name,
        sets: set.collect(),
        reads: when.map_or_else(BTreeSet::new, |when| model.condition_leans_on(when)),
        first: fields.first()?.place,
        fields,
        kind,
    })
}

/// The actions from one back to itself, if what it sets leads there; none if an earlier one is among them, of
/// which it is said already.
fn round(actions: &[Action<'_>], from: &Action<'_>) -> Option<Vec<String>> {
    let mut ways = vec![vec![from]];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(way) = ways.pop() {
        let last = way.last()?;
        for next in actions
            .iter()
            .filter(|it| !it.reads.is_disjoint(&last.sets))
        {
            if next.name == from.name {
                let first = way.iter().map(|it| it.name.as_str()).min();
                let said = first == Some(from.name.as_str()) && way.len() > 1;
                return said.then(|| way.iter().map(|it| it.name.clone()).collect());
            }
            if seen.insert(&next.name) {
                let mut longer = way.clone();
                longer.push(next);
                ways.push(longer);
            }
        }
    }
    None
}
