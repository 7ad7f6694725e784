//! Whose other leads of the same domain were last: what a lead's copy has of it, and how long that counts.

mod kept;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use crm::{FieldRef, Latest, PersonId, RecordKind};
use jiff::{SignedDuration, Timestamp};
use model::{Derived, LatestOfDomain, OperatingModel};

pub use kept::{expires, kept_at, of_others, with_record};
pub(crate) use told::behind_findings;

use crate::facts::Facts;

/// The fields that ask for it, by their names.
fn asking(model: &OperatingModel) -> impl Iterator<Item = (&FieldRef, &LatestOfDomain)> {
    let derived = model.derived.iter();
    derived.filter_map(|(field, derived)| match derived {
        Derived::Latest(latest) if field.kind == RecordKind::Lead => Some((field, latest)),
        _ => None,
    })
}

/// Whether anything asks whose other leads of a domain were last.
#[must_use]
pub fn asked(model: &OperatingModel) -> bool {
    asking(model).next().is_some()
}

fn until(latest: &Latest, hours: u32) -> Option<Timestamp> {
    let length = SignedDuration::from_hours(hours.into());
    latest.at.checked_add(length).ok()
}

/// Whose it was, as long as that counts.
pub(crate) fn person(field: &FieldRef, of: &LatestOfDomain, facts: &Facts<'_>) -> Option<PersonId> {
    let latest = counts(field, of, facts)?;
    Some(latest.person.clone())
}

/// When it counts no longer.
pub(crate) fn over(field: &FieldRef, of: &LatestOfDomain, facts: &Facts<'_>) -> Option<Timestamp> {
    until(counts(field, of, facts)?, of.hours)
}

fn counts<'a>(field: &FieldRef, of: &LatestOfDomain, facts: &Facts<'a>) -> Option<&'a Latest> {
    let record = facts.record;
    let latest = record.latest.get(&field.name)?;
    let counts = until(latest, of.hours).is_some_and(|end| facts.now < end);
    (field.kind == record.id.kind && counts).then_some(latest)
}

/// The fields of which another record tells something else than before.
pub(crate) fn changed(
    before: &BTreeMap<String, Latest>,
    after: &BTreeMap<String, Latest>,
) -> BTreeSet<String> {
    let names = before.keys().chain(after.keys());
    let differ = names.filter(|name| before.get(*name) != after.get(*name));
    differ.cloned().collect()
}
