//! What people do outside the CRM: whose it is, and how often it counts.

mod of_account;

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    BehaviourSeen, EventId, Finding,
    state::{BEHAVIOUR_KEPT, BehavioursState, MOST_KEPT},
};
use crm::{Behaviour, FieldRef, Record, RecordId, RecordKind};
use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};
use model::{Derived, OperatingModel};

pub use of_account::with_lead;

use crate::{facts::Facts, shown::spoken};

/// How much of an event's id tells it from others of the same visitor.
const ENOUGH: usize = 16;

/// By what the person of a record is known to whoever tells of behaviour.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownAs {
    /// The mail address, in lower case and without spaces around it.
    pub mail: Option<String>,
    /// The id.
    pub id: Option<String>,
}

/// By what the person of a record is known; nothing of whoever is forgotten, or where nothing is counted.
#[must_use]
pub fn known_as(model: &OperatingModel, record: &Record) -> KnownAs {
    let kind = record.id.kind;
    let of_account = || kind == RecordKind::Lead && counts_of_accounts(model);
    let counts = counts_of(model, kind).next().is_some() || of_account();
    if !counts || record.erased.is_some() {
        return KnownAs::default();
    }
    let text = |field: &Option<FieldRef>| {
        let field = field.as_ref().filter(|it| it.kind == record.id.kind)?;
        let text = record.value(&field.name)?.text()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    KnownAs {
        mail: text(&model.known_by.mail).map(|it| it.to_lowercase()),
        id: text(&model.known_by.id),
    }
}

/// Whether it is counted what the people of accounts do.
#[must_use]
pub fn counts_of_accounts(model: &OperatingModel) -> bool {
    counts_of(model, RecordKind::Account).next().is_some()
}

/// What is counted of the person of a record, or of the people of its account.
pub(crate) fn behaviour_of(record: &Record, kind: RecordKind) -> Option<&Behaviour> {
    match kind == record.id.kind {
        true => record.behaviour.as_ref(),
        false if kind == RecordKind::Account => record.account.as_ref()?.behaviour.as_ref(),
        false => None,
    }
}

/// The fields of records of a kind that count behaviour.
fn counts_of(model: &OperatingModel, kind: RecordKind) -> impl Iterator<Item = (&str, &str, u32)> {
    let of_kind = model
        .derived
        .iter()
        .filter(move |(field, _)| field.kind == kind);
    of_kind.filter_map(|(field, derived)| match derived {
        Derived::Behaviour(count) => {
            Some((field.name.as_str(), count.behaviour.as_str(), count.hours))
        }
        _ => None,
    })
}

/// What a visitor has done, with one thing more; none if it was there, or is too old to be kept.
#[must_use]
pub fn with_seen(
    before: Option<&BehavioursState>,
    seen: &BehaviourSeen,
    event: &EventId,
    now: Timestamp,
) -> Option<BehavioursState> {
    let id: String = event.as_str().chars().take(ENOUGH).collect();
    let mut state = before.cloned().unwrap_or_default();
    let kept = state.seen.entry(seen.behaviour.clone()).or_default();
    if kept.contains_key(&id) || is_over(seen.at, now) {
        return None;
    }
    kept.insert(id.clone(), seen.at);
    state.seen.retain(|_, kept| {
        kept.retain(|_, at| !is_over(*at, now));
        drop_oldest(kept, MOST_KEPT);
        !kept.is_empty()
    });
    let is_kept = state.seen.get(&seen.behaviour);
    is_kept
        .is_some_and(|it| it.contains_key(&id))
        .then_some(state)
}

/// Leaves so many of these, the latest.
fn drop_oldest(kept: &mut BTreeMap<String, Timestamp>, most: usize) {
    while kept.len() > most {
        let oldest = kept.iter().min_by_key(|(id, at)| (**at, (*id).clone()));
        let oldest = oldest.map(|(id, _)| id.clone());
        oldest.map(|id| kept.remove(&id));
    }
}

/// What a visitor has done, who is known by one record more; none if that was known.
#[must_use]
pub fn with_record(before: Option<&BehavioursState>, record: &RecordId) -> Option<BehavioursState> {
    let known =
        before.is_some_and(|it| it.records.contains(record) || it.records.len() >= MOST_KEPT);
    if known {
        return None;
    }
    let mut state = before.cloned().unwrap_or_default();
    state.records.insert(record.clone());
    Some(state)
}

/// How often the visitors by whom a record is known have done what is counted, by now; none if nothing is counted.
#[must_use]
pub fn counted<'a>(
    model: &OperatingModel,
    kind: RecordKind,
    visitors: impl IntoIterator<Item = &'a BehavioursState>,
    now: Timestamp,
) -> Option<Behaviour> {
    let mut all: BTreeMap<&str, BTreeMap<&str, Timestamp>> = BTreeMap::new();
    for (behaviour, seen) in visitors.into_iter().flat_map(|it| &it.seen) {
        let of = all.entry(behaviour).or_default();
        of.extend(seen.iter().map(|(id, at)| (id.as_str(), *at)));
    }
    let mut behaviour = Behaviour::default();
    for (field, name, hours) in counts_of(model, kind) {
        let seen = all.get(name).into_iter().flat_map(BTreeMap::values);
        let ends = seen.filter_map(|at| Some((*at, end_of(*at, hours)?)));
        let count: Vec<(Timestamp, Timestamp)> = ends.filter(|(_, end)| *end > now).collect();
        let first = count.iter().map(|(at, _)| *at).min();
        behaviour
            .since
            .extend(first.map(|first| (field.to_owned(), first)));
        let times = u32::try_from(count.len()).unwrap_or(u32::MAX);
        behaviour.counts.insert(field.to_owned(), times);
        let ends = count.into_iter().map(|(_, end)| end);
        behaviour.next = behaviour.next.into_iter().chain(ends).min();
    }
    (!behaviour.counts.is_empty()).then_some(behaviour)
}

/// The counts that are others than before, or come from others: what one has done may count in place of what another
/// had.
pub(crate) fn changed(before: Option<&Behaviour>, after: Option<&Behaviour>) -> BTreeSet<String> {
    let empty = Behaviour::default();
    let (was, is) = (before.unwrap_or(&empty), after.unwrap_or(&empty));
    let names = was.counts.keys().chain(is.counts.keys());
    let differ = names.filter(|name| {
        was.counts.get(*name) != is.counts.get(*name) || was.since.get(*name) != is.since.get(*name)
    });
    differ.cloned().collect()
}

/// How often the person of a record has done what a field counts, in words that name it.
pub(crate) fn told(
    model: &OperatingModel,
    kind: RecordKind,
    (field, count): (&str, u32),
) -> Option<String> {
    let (_, behaviour, hours) = counts_of(model, kind).find(|(name, ..)| *name == field)?;
    let (times, stretch) = (times(count), stretch(hours));
    let whose = match kind {
        RecordKind::Account => " by people of the account",
        _ => "",
    };
    Some(format!("{behaviour} {times} {stretch}{whose}"))
}

/// What the person of a record, and those of its account, have done that these fields come down to, near or far, in
/// words: `viewed pricing 3 times since Mon 23 Nov`, `people of the account viewed pricing 5 times since Sat 21 Nov`.
/// None if none of them counts a behaviour, or there was none.
pub(crate) fn behind<'f>(
    facts: &Facts<'_>,
    fields: impl IntoIterator<Item = &'f FieldRef>,
) -> Option<String> {
    let (model, record) = (&facts.rules.model, facts.record);
    if model.behaviours.is_empty() {
        return None;
    }
    let fields = fields.into_iter().flat_map(|field| model.field_asks(field));
    let fields: BTreeSet<FieldRef> = fields.collect();
    // What the person has done comes first.
    let own = |it: &&FieldRef| it.kind == record.id.kind && it.kind != RecordKind::Account;
    let (own, of_account): (Vec<&FieldRef>, Vec<&FieldRef>) = fields.iter().partition(own);
    let said = own.into_iter().chain(of_account);
    let said: Vec<String> = said.filter_map(|field| done(facts, field)).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// What was done that one field counts, if it was.
fn done(facts: &Facts<'_>, field: &FieldRef) -> Option<String> {
    let done = behaviour_of(facts.record, field.kind)?;
    let count = *done.counts.get(&field.name).filter(|count| **count > 0)?;
    let counts = counts_of(&facts.rules.model, field.kind).find(|(name, ..)| *name == field.name);
    let (_, behaviour, hours) = counts?;
    let zone = facts.rules.company_zone();
    let when = match done.since.get(&field.name) {
        Some(since) => since
            .to_zoned(zone.clone())
            .strftime("since %a %d %b")
            .to_string(),
        None => stretch(hours),
    };
    let whose = match field.kind {
        RecordKind::Account => "people of the account ",
        _ => "",
    };
    Some(format!(
        "{whose}{} {} {when}",
        spoken(behaviour),
        times(count)
    ))
}

/// The same of what tests found.
pub(crate) fn behind_findings(facts: &Facts<'_>, findings: &[Finding]) -> Option<String> {
    let record = facts.record;
    let own = record.behaviour.as_ref();
    own.or_else(|| behaviour_of(record, RecordKind::Account))?;
    let fields = findings.iter().filter_map(|it| it.field.parse().ok());
    let fields: Vec<FieldRef> = fields.collect();
    behind(facts, &fields)
}

fn times(count: u32) -> String {
    let several = if count == 1 { "" } else { "s" };
    format!("{count} time{several}")
}

fn stretch(hours: u32) -> String {
    let (length, unit) = match hours % 24 {
        0 => (hours / 24, "day"),
        _ => (hours, "hour"),
    };
    let several = if length == 1 { "" } else { "s" };
    format!("in the last {length} {unit}{several}")
}

/// Whether it is too long ago to count in any stretch.
fn is_over(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) > BEHAVIOUR_KEPT + SignedDuration::from_hours(1)
}

/// The full hour by which something counts no longer that was done then.
fn end_of(at: Timestamp, hours: u32) -> Option<Timestamp> {
    let end = at
        .checked_add(SignedDuration::from_hours(hours.into()))
        .ok()?;
    end.round(
        TimestampRound::new()
            .smallest(Unit::Hour)
            .mode(RoundMode::Ceil),
    )
    .ok()
}
