//! Whether the value of a field is stale: nobody has changed it for longer than the model takes it to be true.

use contracts::Verdict;
use crm::{FieldRef, RecordKind};
use jiff::{SignedDuration, Timestamp};

use crate::facts::{Facts, FieldValue};

/// Whether the value of a field is stale. It is not where it has none, or the model says of no length.
///
/// Where no history of the field is known, a record in which nothing has changed since tells that it is; one that was
/// modified later tells nothing, since that may have been another field.
#[must_use]
pub fn stale(facts: &Facts<'_>, field: &FieldRef) -> Verdict {
    let Some(limit) = stale_before(facts, field) else {
        return Verdict::NotHeld;
    };
    if facts.look(field) == FieldValue::Nothing {
        return Verdict::NotHeld;
    }
    match (changed(facts, field), modified(facts, field.kind)) {
        (Some(at), _) if at < limit => Verdict::Held,
        (Some(_), _) => Verdict::NotHeld,
        (None, Some(at)) if at < limit => Verdict::Held,
        (None, _) => Verdict::Unknown,
    }
}

/// What was last changed before this instant is stale; none if the model says of no length.
#[must_use]
pub fn stale_before(facts: &Facts<'_>, field: &FieldRef) -> Option<Timestamp> {
    let declared = facts.rules.model.records.get(&field.kind)?;
    let days = declared.get(&field.name)?.fresh_for?;
    let length = SignedDuration::from_hours(24 * i64::from(days));
    facts.now.checked_sub(length).ok()
}

fn changed(facts: &Facts<'_>, field: &FieldRef) -> Option<Timestamp> {
    if let Some(dated) = facts.dated {
        return dated.changed.get(field).copied();
    }
    // What is known of an account in the copy of a record has no history.
    let own = field.kind == facts.record.id.kind;
    let changes = facts.record.history.get(&field.name).filter(|_| own)?;
    changes.first().map(|it| it.at)
}

fn modified(facts: &Facts<'_>, kind: RecordKind) -> Option<Timestamp> {
    if let Some(dated) = facts.dated {
        return dated.modified.get(&kind).copied();
    }
    match kind == facts.record.id.kind {
        true => Some(facts.record.modified),
        false => facts.record.account.as_ref().map(|it| it.modified),
    }
}
