//! What a field of a record holds, whether it was given, is built in, or is computed.

use std::borrow::Cow;

use contracts::Verdict;
use crm::{Decimal, FieldRef, Matched, RecordKind, Value};
use jiff::Timestamp;

use crate::{
    approved::approval,
    condition::verdict,
    derived::computed,
    facts::{Facts, FieldValue},
    index::Asking,
    journey::Stands,
};

impl<'a> Facts<'a> {
    /// What a field holds.
    #[must_use]
    pub fn look(&self, field: &FieldRef) -> FieldValue<'a> {
        look(self, field)
    }
}

/// What a field holds. What a condition is made of calls it by this name, so that it shows who
/// takes part in the recursion.
pub(crate) fn look<'a>(facts: &Facts<'a>, field: &FieldRef) -> FieldValue<'a> {
    if let Some(value) = facts.declared(field) {
        return FieldValue::Value(Cow::Borrowed(value));
    }
    if let Some(derived) = facts.rules.model.derived.get(field) {
        return computed(field, derived, facts);
    }
    if field.kind == facts.record.id.kind {
        return built_in(facts, &field.name);
    }
    // What an account is, its leads and opportunities are too.
    match field.name.as_str() {
        name @ ("in_icp" | "segment" | "territory") if field.kind == RecordKind::Account => {
            built_in(facts, name)
        }
        _ => FieldValue::Nothing,
    }
}

fn built_in<'a>(facts: &Facts<'a>, name: &str) -> FieldValue<'a> {
    let record = facts.record;
    let told = facts.told;
    let created = told.created.then_some(record.created);
    let since = |at: Option<Timestamp>| at.map_or(FieldValue::Nothing, FieldValue::Since);
    match name {
        "age" => since(created),
        "created" => created.map_or(FieldValue::Nothing, instant),
        "last_contact" => {
            let contact = record.last_contact.as_ref().map(|contact| contact.at);
            let latest = contact.or(created.filter(|_| told.contacts));
            latest.map_or(FieldValue::Nothing, instant)
        }
        "time_in_stage" => {
            let gate = facts.gate.map(|gate| gate.since);
            since(gate.or(created.filter(|_| told.stage_since)))
        }
        "stage" => match (facts.stands(), record.fields.get("stage")) {
            (Stands::At(_, stage), Some(shown)) if shown.text() == Some(&stage.name) => {
                FieldValue::Value(Cow::Borrowed(shown))
            }
            (Stands::At(_, stage), _) => text(&stage.name),
            // Of what has no journey, the text is all there is.
            (Stands::NoJourney, Some(shown)) => FieldValue::Value(Cow::Borrowed(shown)),
            _ => FieldValue::Nothing,
        },
        "journey" => {
            let journey = facts.lifecycle();
            journey.map_or(FieldValue::Nothing, |journey| text(&journey.name))
        }
        "open" => {
            let open = facts.known_open().map(Value::Boolean);
            open.map_or(FieldValue::Nothing, |it| FieldValue::Value(Cow::Owned(it)))
        }
        "match" => match_of(facts).map_or(FieldValue::Nothing, text),
        "in_icp" => in_icp(facts),
        "segment" => segment(facts).map_or(FieldValue::Nothing, text),
        "territory" => territory(facts).map_or(FieldValue::Nothing, text),
        "routing" => facts
            .standing
            .map_or(FieldValue::Nothing, |it| text(it.routing())),
        name => match (name.split_once('.'), facts.standing) {
            (Some(("clock", clock)), Some(it)) => text(it.clock(clock)),
            (Some(("deviation", name)), _) => {
                deviation(facts, name).map_or(FieldValue::Nothing, text)
            }
            (Some(("approval", name)), _) => {
                approval(facts, name).map_or(FieldValue::Nothing, text)
            }
            _ => name
                .strip_suffix("_moves")
                .map_or(FieldValue::Nothing, |it| moves(facts, it)),
        },
    }
}

/// How often the value of a field was replaced by another. Not known of a field that has a value
/// and no history.
fn moves<'a>(facts: &Facts<'a>, field: &str) -> FieldValue<'a> {
    let changes = match facts.record.history.get(field) {
        Some(changes) => changes.as_slice(),
        None if !facts.record.fields.contains_key(field) => &[],
        None => return FieldValue::Nothing,
    };
    let values: Vec<_> = changes.iter().filter_map(|it| it.value.as_ref()).collect();
    let pairs = values.iter().zip(values.iter().skip(1));
    let moved = pairs.filter(|(newer, older)| newer != older).count();
    FieldValue::Value(Cow::Owned(Value::Number(Decimal::from(moved))))
}

/// Whether a record has a deviation: `open` or `none`, which a closed one has. Not known where it cannot be judged.
fn deviation(facts: &Facts<'_>, name: &str) -> Option<&'static str> {
    let rule = facts.rules.model.deviations.get(name)?;
    if rule.record != facts.record.id.kind {
        return None;
    }
    if !facts.known_open()? {
        return Some("none");
    }
    match verdict(&rule.when, facts) {
        Verdict::Held => Some("open"),
        Verdict::NotHeld => Some("none"),
        Verdict::Unknown => None,
    }
}

/// How the account of a lead was found. Not known of a copy without an account from before the model said how
/// to look for one.
fn match_of(facts: &Facts<'_>) -> Option<&'static str> {
    let record = facts.record;
    match (&record.matched, &record.account) {
        (Some(matched), _) => Some(matched.word()),
        (None, Some(_)) => Some(Matched::ASSOCIATION),
        (None, None) if facts.rules.model.matches(record.id.kind) => None,
        (None, None) => Some(Matched::NONE),
    }
}

fn in_icp<'a>(facts: &Facts<'a>) -> FieldValue<'a> {
    match Asking::of(*facts).in_icp() {
        Verdict::Held => FieldValue::Value(Cow::Owned(Value::Boolean(true))),
        Verdict::NotHeld => FieldValue::Value(Cow::Owned(Value::Boolean(false))),
        Verdict::Unknown => FieldValue::Nothing,
    }
}

/// The segment of the record's account, if the model has segments.
pub(crate) fn segment<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    let entry = Asking::of(*facts).segment()?;
    let entry = facts.rules.model.segments.entries.get(entry)?;
    Some(&entry.name)
}

fn territory<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    let entry = Asking::of(*facts).territory()?;
    let entry = facts.rules.model.territories.entries.get(entry)?;
    Some(&entry.name)
}

fn text<'a>(text: &str) -> FieldValue<'a> {
    FieldValue::Value(Cow::Owned(Value::Text(text.to_owned())))
}

fn instant<'a>(at: Timestamp) -> FieldValue<'a> {
    FieldValue::Value(Cow::Owned(Value::Timestamp(at)))
}
