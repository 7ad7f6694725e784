//! When a clock is late, somebody hears of it beside the owner, whoever that is. `manager` is the
//! owner's manager, or the lead of their team, or else the owner; and a person who is named may own
//! the record. Where all steps come back to the owner, it waits for one who does not act. Of clocks
//! that tell only `owner` the check `owner-only` speaks, and of the head of the company nobody does.

use std::collections::{BTreeMap, BTreeSet};

use crm::{PersonId, RecordKind};

use super::proving::Proving;
use crate::{
    checks::check::{Check, Problems, nothing},
    problems::problem::ProblemSeverity,
};
use model::{ClockTerms, Destination, OperatingModel, Place, Recipient, Rows};

pub(crate) static CHECK: Check = Check {
    name: "lonely-escalation",
    about: "Of a late clock somebody hears beside the owner, whoever that is.",
    severity: ProblemSeverity::Warning,
    run: nothing,
};

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    let model = proving.model;
    for (name, clock) in &model.clocks {
        let mut recipients = clock.when_late.iter().filter_map(|step| step.tell.as_ref());
        let reassigned = clock.when_late.iter().any(|step| step.reassign.is_some());
        // Of what is handed over whoever gave it hears, too.
        if clock.hand_off.is_some()
            || reassigned
            || recipients.all(|recipient| *recipient == Recipient::Owner)
        {
            continue;
        }
        let Some(place) = last_telling(clock) else {
            continue;
        };
        for (owner, how) in owners(model, clock.record) {
            if is_head(model, owner) || heard_by_others(model, clock, owner) {
                continue;
            }
            let what = format!(
                "when the clock `{name}` of a {} of {owner} is late ({how}), nobody but {owner} is told",
                clock.record
            );
            let fix = fix(model, owner);
            proving.report(problems, &CHECK, place, what, fix);
        }
    }
}

/// The last step that tells somebody.
fn last_telling(clock: &ClockTerms) -> Option<Place> {
    let mut steps = clock.when_late.iter().rev();
    let last = steps.find(|step| step.tell.is_some());
    last.map(|step| step.place)
}

/// Everyone who is known to be given records of a kind, and how they are. Whom a field names, only
/// the record can tell.
fn owners(model: &OperatingModel, kind: RecordKind) -> BTreeMap<&PersonId, String> {
    let mut owners = BTreeMap::new();
    for rule in model.routing.get(&kind).into_iter().flatten() {
        match &rule.to {
            Destination::Person(person) => {
                let how = format!("they get some by the rule `{}`", rule.rule);
                owners.entry(person).or_insert(how);
            }
            Destination::Pool(name) => of_pool(model, name, &mut owners),
            Destination::Queue(name) => {
                let Some(queue) = model.queues.get(name) else {
                    continue;
                };
                let people = model.people.iter();
                let takes = people.filter(|(_, it)| it.team.as_deref() == Some(&*queue.team));
                for (person, _) in takes {
                    let how = format!("they take from the queue `{name}`");
                    owners.entry(person).or_insert(how);
                }
                match &queue.finally {
                    Destination::Pool(pool) => of_pool(model, pool, &mut owners),
                    Destination::Person(person) => {
                        let how = format!("they get what is left in the queue `{name}`");
                        owners.entry(person).or_insert(how);
                    }
                    _ => {}
                }
            }
            Destination::Table { table, .. } => {
                let rows = model.tables.get(table).map(|it| &it.rows);
                for person in rows.into_iter().flat_map(Rows::people) {
                    let how = format!("they get some by the table `{table}`");
                    owners.entry(person).or_insert(how);
                }
            }
            Destination::PartnerOf { pairs, .. } => {
                let partners = model.pairs.get(pairs).map(|it| &it.partners);
                for person in partners.into_iter().flat_map(BTreeMap::values) {
                    let how = format!("they are somebody's partner in the pairs `{pairs}`");
                    owners.entry(person).or_insert(how);
                }
            }
            Destination::Field(_) | Destination::Nobody => {}
        }
    }
    owners
}

fn of_pool<'a>(model: &'a OperatingModel, name: &str, owners: &mut BTreeMap<&'a PersonId, String>) {
    let pool = model.pools.get(name);
    for person in pool.into_iter().flat_map(|pool| pool.weights.keys()) {
        let how = format!("they are in the pool `{name}`");
        owners.entry(person).or_insert(how);
    }
}

/// Whether they are the head of the company: they report to nobody, and of those that others report
/// to they alone. Then there is nobody above them to be told.
fn is_head(model: &OperatingModel, owner: &PersonId) -> bool {
    let people = &model.people;
    let leads = |id: &PersonId| {
        let mut others = people.values();
        others.any(|person| person.reports_to.as_ref() == Some(id))
    };
    let above = people
        .iter()
        .filter(|(id, person)| person.reports_to.is_none() && leads(id));
    above.map(|(id, _)| id).eq([owner]) || people.keys().eq([owner])
}

fn heard_by_others(model: &OperatingModel, clock: &ClockTerms, owner: &PersonId) -> bool {
    let steps = clock.when_late.iter();
    steps
        .filter_map(|step| step.tell.as_ref())
        .flat_map(|who| recipients(model, who, owner))
        .any(|person| person != owner)
}

fn recipients<'m>(
    model: &'m OperatingModel,
    who: &'m Recipient,
    owner: &'m PersonId,
) -> BTreeSet<&'m PersonId> {
    match who {
        Recipient::Owner => BTreeSet::from([owner]),
        Recipient::Person(person) => BTreeSet::from([person]),
        Recipient::Team(team) => model.team_members(team).collect(),
        Recipient::Manager => {
            let lead = || lead_of(model, owner);
            BTreeSet::from([model.manager_of(owner).or_else(lead).unwrap_or(owner)])
        }
    }
}

fn lead_of<'m>(model: &'m OperatingModel, person: &PersonId) -> Option<&'m PersonId> {
    let team = model.people.get(person)?.team.as_deref()?;
    Some(&model.teams.get(team)?.lead)
}

fn fix(model: &OperatingModel, owner: &PersonId) -> String {
    if model.manager_of(owner).is_some() {
        return "tell another person, or add a step that tells `manager`".to_owned();
    }
    format!("write `reports_to` at {owner} in people.yaml, or add a step that tells another person")
}
