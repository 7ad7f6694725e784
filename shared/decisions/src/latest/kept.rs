//! What is kept by domain of whose its leads were last.

use std::collections::BTreeMap;

use contracts::{
    Key,
    state::{LatestState, MOST_LATEST},
};
use crm::{Latest, PersonId, Record, RecordKind, Value};
use jiff::Timestamp;
use model::OperatingModel;

use super::{asking, until};
use crate::matching::domain_of_company;

/// Where it is kept whose the leads of a lead's domain were last; none if the model does not ask, or the lead has no
/// domain of a company.
#[must_use]
pub fn kept_at(model: &OperatingModel, record: &Record) -> Option<Key> {
    if record.id.kind != RecordKind::Lead || record.erased.is_some() {
        return None;
    }
    let (_, latest) = asking(model).next()?;
    let domain = domain_of_company(model, record, &latest.mail)?;
    Some(Key::latest(&record.id.source, &domain))
}

/// Whose another lead of its domain was last, for each field that asks.
#[must_use]
pub fn of_others(
    model: &OperatingModel,
    record: &Record,
    kept: Option<&LatestState>,
    now: Timestamp,
) -> BTreeMap<String, Latest> {
    let others = asking(model).filter_map(|(field, latest)| {
        let kept = kept?.kept.get(&latest.person.name)?;
        let mut others = kept.iter().filter(|it| it.record != record.id);
        let other = others.find(|it| until(it, latest.hours).is_some_and(|end| now < end))?;
        Some((field.name.clone(), other.clone()))
    });
    others.collect()
}

/// What is kept of a domain after a lead is as it is now; none if that is what was kept. Where it is kept under its
/// domain, it is there once, with whose it is; of another domain, and of one that is gone or nobody's, it is not.
#[must_use]
pub fn with_record(
    model: &OperatingModel,
    kept: Option<&LatestState>,
    (at, before, record): (&Key, Option<&Record>, &Record),
    now: Timestamp,
) -> Option<LatestState> {
    let empty = LatestState::default();
    let was = kept.unwrap_or(&empty);
    let mut state = was.clone();
    let its_own = !record.archived && kept_at(model, record).as_ref() == Some(at);
    let before = before.filter(|it| !it.archived && kept_at(model, it).as_ref() == Some(at));
    for (field, hours) in longest(model) {
        let mut list = state.kept.remove(field).unwrap_or_default();
        let known = list.iter().position(|it| it.record == record.id);
        let known = known.map(|index| list.remove(index));
        let person = record.value(field).and_then(Value::person);
        if let (Some(person), true) = (person, its_own) {
            let since = since(record, before, (field, person), known, &list);
            list.extend(since.map(|at| Latest {
                record: record.id.clone(),
                person: person.clone(),
                at,
            }));
        }
        list.retain(|it| until(it, hours).is_some_and(|end| now < end));
        list.sort_by(|one, other| (other.at, &one.record).cmp(&(one.at, &other.record)));
        list.truncate(MOST_LATEST);
        if !list.is_empty() {
            state.kept.insert(field.to_owned(), list);
        }
    }
    (state != *was).then_some(state)
}

/// Since when it is theirs: as the CRM's history says, or what was known of it, or when the CRM said that the lead had
/// been changed that first was theirs. None of one that was theirs before and of which nothing is kept where it is full:
/// others were later.
fn since(
    record: &Record,
    before: Option<&Record>,
    (field, person): (&str, &PersonId),
    known: Option<Latest>,
    others: &[Latest],
) -> Option<Timestamp> {
    let is = |value: Option<&Value>| value.and_then(Value::person) == Some(person);
    let changes = record.history.get(field).and_then(|it| it.first());
    if let Some(change) = changes.filter(|it| is(it.value.as_ref())) {
        return Some(change.at);
    }
    if let Some(known) = known.filter(|it| it.person == *person) {
        return Some(known.at);
    }
    let theirs_before = before.filter(|it| is(it.value(field)));
    match theirs_before {
        Some(_) if others.len() >= MOST_LATEST => None,
        Some(before) => Some(before.modified),
        None => Some(record.modified),
    }
}

/// When what is kept of a domain is of no use to anybody any more.
#[must_use]
pub fn expires(model: &OperatingModel, state: &LatestState) -> Option<Timestamp> {
    let longest = longest(model);
    let ends = state.kept.iter().flat_map(|(field, list)| {
        let hours = longest.get(field.as_str()).copied().unwrap_or_default();
        list.iter().filter_map(move |it| until(it, hours))
    });
    ends.max()
}

/// The fields that say whose, each with the longest stretch for which anything asks.
fn longest(model: &OperatingModel) -> BTreeMap<&str, u32> {
    let mut longest = BTreeMap::new();
    for (_, latest) in asking(model) {
        let hours: &mut u32 = longest.entry(latest.person.name.as_str()).or_default();
        *hours = latest.hours.max(*hours);
    }
    longest
}
