use contracts::{AuditRecord, DecisionId, Key, Subject, hour_of};
use crm::{RecordId, RecordKind};
use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError, audits_of_hour};

use crate::about::ALL_DIGITS;

/// How many hours back a decision is looked for. The table finds audit records by their subject or
/// by their hour; nothing in a decision's id says either.
pub const HOURS_BACK: i64 = 72;

/// How many hours ahead: a story or a test may have told a later time by a tick.
pub const HOURS_AHEAD: i64 = 96;

/// What a decision's id, or the beginning of one, leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// This decision.
    One(Subject, DecisionId),
    /// More than one: id and subject of each.
    Several(Vec<(DecisionId, Subject)>),
    /// None in these hours.
    None,
}

/// Looks for a decision among those of the last [`HOURS_BACK`] hours, and then of the next
/// [`HOURS_AHEAD`]. A whole id ends the search where it is found.
///
/// # Errors
/// If the table does not answer or an item cannot be read.
pub async fn find<S: Store>(store: &S, digits: &str, now: Timestamp) -> Result<Sought, StoreError> {
    let mut found: Vec<AuditRecord> = Vec::new();
    let mut hours = hours_back(now, HOURS_BACK);
    hours.extend(hours_ahead(now, HOURS_AHEAD));
    for hour in hours {
        let decided = audits_of_hour(store, &hour).await?.into_iter();
        found.extend(decided.filter(|it| it.decision.as_str().starts_with(digits)));
        if digits.len() == ALL_DIGITS && !found.is_empty() {
            break;
        }
    }
    match found.as_slice() {
        [] => Ok(Sought::None),
        [one] => Ok(Sought::One(one.subject.clone(), one.decision.clone())),
        several => Ok(Sought::Several(
            several
                .iter()
                .map(|it| (it.decision.clone(), it.subject.clone()))
                .collect(),
        )),
    }
}

/// What somebody may have meant who named a record that is not known: the same id as another kind,
/// and up to `most` of what was decided about in this hour and the one before. Ids only.
///
/// # Errors
/// If the table does not answer or an item cannot be read.
pub async fn nearest<S: Store>(
    store: &S,
    about: &Subject,
    now: Timestamp,
    most: usize,
) -> Result<(Vec<RecordId>, Vec<Subject>), StoreError> {
    let mut same_id = Vec::new();
    if let Subject::Record(record) = about {
        let others: Vec<RecordId> = RecordKind::ALL
            .into_iter()
            .map(|kind| RecordId {
                kind,
                ..record.clone()
            })
            .collect();
        let keys: Vec<Key> = others.iter().map(Key::record).collect();
        let found = store.get(&keys).await?;
        same_id = others
            .into_iter()
            .zip(found)
            .filter(|(_, item)| item.is_some())
            .map(|(id, _)| id)
            .collect();
    }
    let mut lately: Vec<Subject> = Vec::new();
    for hour in hours_back(now, 2) {
        for decided in audits_of_hour(store, &hour).await?.into_iter().rev() {
            let subject = decided.subject;
            if !lately.contains(&subject) && lately.len() < most {
                lately.push(subject);
            }
        }
    }
    Ok((same_id, lately))
}

/// This hour and those before it, `count` in all, the latest first.
fn hours_back(now: Timestamp, count: i64) -> Vec<String> {
    (0..count)
        .filter_map(|hours| shifted(now, -hours))
        .collect()
}

fn hours_ahead(now: Timestamp, count: i64) -> Vec<String> {
    (1..=count)
        .filter_map(|hours| shifted(now, hours))
        .collect()
}

fn shifted(now: Timestamp, hours: i64) -> Option<String> {
    now.checked_add(SignedDuration::from_hours(hours))
        .ok()
        .map(hour_of)
}
