//! A record as the CRM in memory holds it.

use std::collections::{BTreeMap, BTreeSet};

use crm::{Activities, ActivityKind, Change, Contacted, ObjectMapping, Record, RecordId, Value};
use engine::{CrmError, Listed, ListedPage, Listing, Reading};
use jiff::Timestamp;

#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    pub(super) fields: BTreeMap<String, Value>,
    pub(super) history: BTreeMap<String, Vec<Change>>,
    pub(super) account: Option<String>,
    pub(super) last_contact: Option<Contacted>,
    pub(super) activities: Activities,
    pub(super) broken: Option<String>,
    pub(super) created: Timestamp,
    pub(super) modified: Timestamp,
}

pub(super) fn record_of(
    held: &Held,
    mapping: &ObjectMapping,
    id: &str,
) -> Result<Record, CrmError> {
    let id = RecordId::new(&mapping.source, mapping.kind, id);
    let mapped = |field: &&String| mapping.field(field).is_some();
    let kept = |field: &&String| mapping.field(field).is_some_and(|field| field.history);
    Ok(Record {
        matched: None,
        merged_into: None,
        found_at: None,
        erased: None,
        merged: std::collections::BTreeSet::new(),
        behaviour: None,
        latest: BTreeMap::new(),
        owner_in: mapping.owner_in.clone(),
        others: None,
        id: id.map_err(|why| CrmError::malformed(why.to_string()))?,
        created: held.created,
        modified: held.modified,
        archived: false,
        fields: held
            .fields
            .iter()
            .filter(|(field, _)| mapped(field))
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect(),
        history: held
            .history
            .iter()
            .filter(|(field, _)| kept(field))
            .map(|(field, changes)| (field.clone(), changes.clone()))
            .collect(),
        last_contact: held.last_contact.clone(),
        activities: BTreeMap::new(),
        last_reply: None,
        account: None,
    })
}

/// What was logged with a record, of these kinds.
pub(super) fn logged(held: Option<&Held>, kinds: &BTreeSet<ActivityKind>) -> Activities {
    let of = |kind: &ActivityKind| held.and_then(|held| held.activities.get(kind)).cloned();
    let each = kinds
        .iter()
        .map(|kind| (*kind, of(kind).unwrap_or_default()));
    each.collect()
}

/// How many records stand on a page of a list.
const PAGE: usize = 3;

/// A page of these records, which go by their ids.
pub(super) fn page<'a>(
    all: impl Iterator<Item = (&'a String, &'a Held)>,
    mapping: &ObjectMapping,
    listing: Listing,
    (after, records): (Option<&str>, Option<usize>),
) -> Result<ListedPage, CrmError> {
    let mut rest = all.filter(|(id, _)| after.is_none_or(|after| id.as_str() > after));
    let mut page = ListedPage::default();
    for (id, held) in rest.by_ref().take(records.unwrap_or(PAGE)) {
        let reading = match (&held.broken, listing) {
            (_, Listing::Versions | Listing::Gone) => None,
            (Some(why), _) => Some(Reading::Broken(why.clone())),
            (None, _) => Some(Reading::Record {
                record: Box::new(record_of(held, mapping, id)?),
                unreadable: Vec::new(),
            }),
        };
        page.records.push(Listed {
            id: id.clone(),
            modified: held.modified,
            reading,
            accounts: Some(held.account.iter().cloned().collect()),
        });
    }
    let last = page.records.last().map(|it| it.id.clone());
    page.next = last.filter(|_| rest.next().is_some());
    Ok(page)
}
