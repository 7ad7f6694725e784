//! A second open record of the same person joins the first: its owner gets it, without a turn. Where those that are
//! there are of several owners, none is taken, and it is said.

use std::collections::BTreeSet;

use contracts::{
    DecisionDraft, Reason,
    state::{PoolState, RoutingState, RoutingStatus, identity_of},
};
use crm::{PersonId, Record, RecordId, Value};
use jiff::Timestamp;

use super::{
    choice::{Choice, Chosen},
    route,
    routed::Routed,
};
use crate::{
    facts::Facts,
    people::{gone, owner_of},
    rules::{Rules, Staffing},
};

/// The rule's name where a record went to the owner of the first one of the same person.
pub const JOINS: &str = "joins_the_first";

/// So many open records of one value are not one person's: a form that fills in `none@none.example` is nobody.
const TOO_MANY: usize = 8;

/// By what the other records of the same person are found, if the model says so and it holds such a value: in lower
/// case, without spaces around it.
#[must_use]
pub fn identity(rules: &Rules, record: &Record) -> Option<String> {
    let duplicates = rules.model.duplicates.get(&record.id.kind)?;
    let value = record.value(&duplicates.same.name).and_then(Value::text)?;
    let value = value.trim().to_lowercase();
    (!value.is_empty()).then(|| identity_of(&record.id, &value))
}

/// The same, as long as the record is open: what is closed or gone is nobody's first.
#[must_use]
pub fn open_identity(rules: &Rules, record: &Record, now: Timestamp) -> Option<String> {
    let open = Facts::of(rules, record, now).is_open();
    identity(rules, record).filter(|_| open)
}

/// An open record of somebody that has an owner who can have another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theirs {
    /// Which.
    pub record: RecordId,
    /// Whose.
    pub owner: PersonId,
}

/// Whose a record of this person is, if it is open still, of the same person, and of somebody who is there.
#[must_use]
pub fn theirs(
    rules: &Rules,
    record: &Record,
    routing: Option<&RoutingState>,
    same: &str,
    now: Timestamp,
) -> Option<Theirs> {
    let is_same = open_identity(rules, record, now).is_some_and(|it| it == same);
    let owner = owner_of(record, routing).filter(|_| is_same)?;
    let there = rules.model.people.contains_key(owner) && gone(rules, owner, now).is_none();
    there.then(|| Theirs {
        record: record.id.clone(),
        owner: owner.clone(),
    })
}

/// What follows of a record that the rules would give to somebody, if others of the same person are there: it joins
/// them. Else why it does not, if there is anything to say.
///
/// # Errors
/// With why the rules decide all the same.
pub fn join(
    staffing: &Staffing,
    record: &Record,
    choice: &Choice,
    before: Option<&RoutingState>,
    others: &[Theirs],
    now: Timestamp,
) -> Result<Routed, Option<Reason>> {
    // What the rules give to nobody, or into a queue, is nobody's for a reason of its own.
    if !matches!(choice.chosen, Chosen::Person(_) | Chosen::Pool(_)) {
        return Err(None);
    }
    let first = others.first().ok_or(None)?;
    let owners: BTreeSet<&PersonId> = others.iter().map(|it| &it.owner).collect();
    let duplicates = staffing.model.duplicates.get(&record.id.kind).ok_or(None)?;
    let because = |note: String| {
        let rule = format!("duplicates.{}", record.id.kind);
        Reason::note(rule, Some(duplicates.place), note)
    };
    let names = |it: &Theirs| format!("{}, which is {}'s", it.record.name(), it.owner);
    let (by, all) = (&duplicates.same, others.iter().map(names));
    let all = all.collect::<Vec<_>>().join("; and ");
    if others.len() >= TOO_MANY {
        return Err(Some(because(format!(
            "{} open ones have the same {by}, which is more than one person's: it joins none",
            others.len()
        ))));
    }
    if owners.len() > 1 {
        return Err(Some(because(format!(
            "the same person by {by} as {all}: it joins none, since they are not one person's"
        ))));
    }
    if before.is_some_and(|before| before.refused.contains(&first.owner)) {
        return Err(Some(because(format!(
            "the same person by {by} as {all}: the CRM refuses {} as its owner",
            first.owner
        ))));
    }
    let joins = because(format!(
        "the same person by {by} as {all}: it joins that, costs nobody a turn, and is no open {} of its own",
        record.id.kind
    ));
    // From here on it is as if a rule named the owner: whoever is away is stood in for, and clocks start.
    let choice = Choice {
        rule: JOINS.to_owned(),
        chosen: Chosen::Person(first.owner.clone()),
        move_to: None,
        reasons: vec![joins],
        facts: choice.facts.clone(),
    };
    let mut routed =
        route(staffing, record, choice, before, &PoolState::default(), now).map_err(|_| None)?;
    let RoutingState { owner, joined, .. } = &mut routed.routing;
    *joined = owner.is_some().then(|| first.record.clone());
    Ok(routed)
}

/// What follows where nothing else does: a record that is closed or holds another value is found by its old one no
/// more, and one that has an owner is found by its own. None if it is as it should be.
#[must_use]
pub fn found_otherwise(
    rules: &Rules,
    record: &Record,
    before: Option<&RoutingState>,
    now: Timestamp,
) -> Option<Routed> {
    let before = before?;
    let identity = identity_to_keep(rules, record, before, now);
    if identity == before.identity {
        return None;
    }
    let outcome = match &identity {
        Some(_) => "kept among the open records of its person",
        None => "no open record of its person any more",
    };
    let place = rules.model.duplicates.get(&record.id.kind);
    let rule = format!("duplicates.{}", record.id.kind);
    let reason = Reason::note(rule, place.map(|it| it.place), outcome);
    Some(Routed {
        draft: DecisionDraft {
            outcome: outcome.to_owned(),
            reasons: vec![reason],
            ..DecisionDraft::default()
        },
        routing: before.clone(),
        pool: None,
        left: None,
    })
}

/// By what a record is to be found from now on: if it is open, and somebody's.
#[must_use]
pub fn identity_to_keep(
    rules: &Rules,
    record: &Record,
    routing: &RoutingState,
    now: Timestamp,
) -> Option<String> {
    let owned = matches!(
        routing.status,
        RoutingStatus::Routed | RoutingStatus::OwnedByHand
    );
    let owned = owned && routing.owner.is_some();
    open_identity(rules, record, now).filter(|_| owned)
}
