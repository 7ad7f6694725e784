//! What a scenario says of other records than its own, and of what people have done.

use std::collections::BTreeMap;

use crm::{
    Behaviour, Counted, FieldRef, Latest, Others, PersonId, RecordId, RecordKind, SourceName,
};
use jiff::Timestamp;
use model::Derived;

use super::reader::Reader;

/// The id of every other record.
const OTHER: &str = "another";

/// How many other records count; nothing if none of it is said.
pub(super) fn others(counts: BTreeMap<String, Counted>, at: Timestamp) -> Option<Others> {
    (!counts.is_empty()).then_some(Others { read: at, counts })
}

/// What the person has done; nothing if none of it is said.
pub(super) fn behaviour(counts: BTreeMap<String, u32>) -> Option<Behaviour> {
    (!counts.is_empty()).then(|| Behaviour {
        counts,
        ..Behaviour::default()
    })
}

/// Whose other leads were last, since the moment at which that is said.
pub(super) fn latest(
    said: BTreeMap<String, PersonId>,
    source: &SourceName,
    at: Timestamp,
) -> Option<BTreeMap<String, Latest>> {
    let record = RecordId::new(source, RecordKind::Lead, OTHER).ok()?;
    let latest = said.into_iter().map(|(name, person)| {
        let record = record.clone();
        (name, Latest { record, person, at })
    });
    Some(latest.collect())
}

/// What a derived field asks of others, so that nothing of the record itself tells it.
pub(super) fn told_by<'m>(
    reader: &Reader<'m, '_>,
    kind: RecordKind,
    name: &str,
) -> Option<&'m Derived> {
    let derived = reader.model.derived.get(&FieldRef::new(kind, name))?;
    let of_others = matches!(
        derived,
        Derived::Count(_) | Derived::Behaviour(_) | Derived::Latest(_)
    );
    of_others.then_some(derived)
}
