//! Our copy of a record: what is newer replaces what we have, and the difference is told.

mod erase;
mod outline;

use std::collections::BTreeSet;

use contracts::{DecisionDraft, EventData, EventId, Reason, state::RecordState};
use crm::{AccountFacts, Behaviour, Contacted, Record, RecordId, Value};
use jiff::{SignedDuration, Timestamp};
use model::OperatingModel;

pub use erase::{erase, without_personal, without_personal_facts};
pub use outline::outline;

use crate::{behaviour, latest, matching, others};

/// What [`EventData::RecordChanged`] calls the latest contact among what has changed.
pub(crate) const LAST_CONTACT: &str = "last_contact";

/// What it calls what was logged, of the kinds that the model asks for.
pub(crate) const ACTIVITIES: &str = "activities";

/// What it calls the customer's latest reply.
pub(crate) const LAST_REPLY: &str = "last_reply";

/// What it calls that a record is gone, or there again.
pub const ARCHIVED: &str = "archived";

/// What it calls how the account was found.
pub(crate) const MATCH: &str = "match";

/// What it calls the record into which one was merged, and those that were merged into one.
pub(crate) const MERGED_INTO: &str = "merged_into";
pub(crate) const MERGED: &str = "merged";

/// The field in which a record's stage is kept.
pub(crate) const STAGE: &str = "stage";

/// What begins the names of an account's fields.
pub(crate) const OF_ACCOUNT: &str = "account.";

/// A new copy of a record, and what is told of it.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Synced {
    /// The happening: the same copy always has the same id, whoever noticed it.
    pub event: EventId,
    /// The decision; none if nothing has changed that matters.
    pub draft: Option<DecisionDraft>,
    /// crm-sync's item.
    pub record: RecordState,
}

/// Keeps `fetched` if it is newer than what we have and differs from it in what the model maps. What is
/// known of its account stays, if that is newer: the account was changed while this was on its way.
///
/// What is archived is found again only by a newer copy, or upon something that the CRM told of at
/// `occurred`, no earlier than it was gone: a copy that was read before may come late.
#[must_use]
pub fn keep_newer(
    before: Option<&RecordState>,
    fetched: Record,
    occurred: Timestamp,
) -> Option<Synced> {
    let old = |before: &RecordState| {
        let before = &before.record;
        let found_again = before.archived && !fetched.archived && occurred >= before.modified;
        let since_gone =
            before.archived && !fetched.archived && fetched.modified <= before.modified;
        (fetched.modified < before.modified || since_gone) && !found_again
    };
    if before.is_some_and(old) {
        return None;
    }
    let known = before.and_then(|before| before.record.account.as_ref());
    let counted = before.and_then(|before| before.record.others.as_ref());
    let fetched = Record {
        account: newer_of(known, fetched.account),
        others: others::newer(counted, fetched.others),
        merged: before
            .iter()
            .flat_map(|before| &before.record.merged)
            .cloned()
            .chain(fetched.merged)
            .collect(),
        // What was known before a load found it is not of the past.
        found_at: match before {
            Some(before) => before.record.found_at,
            None => fetched.found_at,
        },
        erased: before.and_then(|before| before.record.erased),
        ..fetched
    };
    let changed = changed_fields(before.map(|before| &before.record), &fetched);
    match before {
        Some(before) if changed.is_empty() => noted(before, fetched),
        _ => Some(synced(before, fetched, changed)),
    }
}

/// The earliest instant at which something of this one is past.
pub(crate) fn just_after(at: Timestamp) -> Timestamp {
    at.checked_add(SignedDuration::from_millis(1)).unwrap_or(at)
}

/// A newer copy that is no different: only that it is newer is kept. Else an older one that is still on
/// its way, from before something was changed there and back, would take its place.
fn noted(before: &RecordState, mut fetched: Record) -> Option<Synced> {
    // What the model does not map was changed: what was past before it, it still is.
    if before.record.is_past(before.record.modified) {
        let later = just_after(fetched.modified);
        fetched.found_at = fetched.found_at.map(|found| found.max(later));
    }
    (fetched.modified > before.record.modified).then(|| unsaid(before, fetched))
}

/// Marks our copy of a record that the CRM does not have any more, since `occurred` by what it told, and with the
/// one `into` which it was merged.
#[must_use]
pub fn archive(
    before: &RecordState,
    into: Option<&RecordId>,
    occurred: Timestamp,
) -> Option<Synced> {
    let mut record = before.record.clone();
    record.archived = true;
    record.merged_into = into.cloned().or(record.merged_into);
    record.modified = record.modified.max(occurred);
    keep_newer(Some(before), record, occurred)
}

/// Puts what is now known of a record's account into our copy of the record.
#[must_use]
pub fn with_account(before: &RecordState, account: AccountFacts) -> Option<Synced> {
    let mut record = before.record.clone();
    record.account = newer_of(before.record.account.as_ref(), Some(account));
    let changed = changed_fields(Some(&before.record), &record);
    if changed.is_empty() {
        return None;
    }
    Some(synced(Some(before), record, changed))
}

/// Puts what is now counted of what its person has done into our copy of a record.
#[must_use]
pub fn with_behaviour(
    model: &OperatingModel,
    before: &RecordState,
    behaviour: Option<Behaviour>,
) -> Option<Synced> {
    if before.record.behaviour == behaviour {
        return None;
    }
    let record = Record {
        behaviour,
        ..before.record.clone()
    };
    let changed = changed_fields(Some(&before.record), &record);
    if changed.is_empty() {
        // Only until when it counts.
        return Some(unsaid(before, record));
    }
    let counts = record.behaviour.clone().unwrap_or_default().counts;
    let counts = counts.iter().filter(|(name, _)| changed.contains(*name));
    let notes = counts.filter_map(|(name, count)| {
        let told = behaviour::told(model, record.id.kind, (name.as_str(), *count))?;
        Some(Reason::note("behaviour", None, told))
    });
    let notes: Vec<Reason> = notes.collect();
    let mut synced = synced(Some(before), record, changed);
    if let Some(draft) = &mut synced.draft {
        draft.reasons = notes;
    }
    Some(synced)
}

/// A copy of which nothing is told.
fn unsaid(before: &RecordState, record: Record) -> Synced {
    Synced {
        event: EventId::of(&["record.same", &record.id.to_string()]),
        draft: None,
        record: RecordState {
            record,
            sequence: before.sequence,
        },
    }
}

/// What is told of an account, or what was known of the same one if that is newer. What is counted of it is what its
/// own copy has: the clocks of two machines do not tell which of two countings was the later one. So is what its people
/// have done.
fn newer_of(known: Option<&AccountFacts>, told: Option<AccountFacts>) -> Option<AccountFacts> {
    let told = told?;
    let known = known.filter(|known| known.id == told.id);
    let others = known.and_then(|known| known.others.as_ref());
    let others = told.others.clone().or_else(|| others.cloned());
    let behaviour = told.behaviour.clone();
    let newer = known.filter(|known| known.modified > told.modified);
    let facts = newer.cloned().unwrap_or(told);
    Some(AccountFacts {
        others,
        behaviour,
        ..facts
    })
}

fn synced(before: Option<&RecordState>, record: Record, changed: BTreeSet<String>) -> Synced {
    let sequence = before.map_or(1, |before| before.sequence.saturating_add(1));
    let changed: Vec<String> = changed.into_iter().collect();
    let words = changed.join(" ");
    let contact = new_contact(before, &record);
    let first = before.is_none();
    let outcome = if first {
        "first copy kept".to_owned()
    } else {
        format!("new copy kept; changed: {}", changed.join(", "))
    };
    Synced {
        event: EventId::of(&[
            "record.changed",
            &record.id.to_string(),
            &record.modified.to_string(),
            &sequence.to_string(),
            &words,
        ]),
        draft: Some(DecisionDraft {
            outcome,
            reasons: reasons(before, &record),
            emits: vec![EventData::RecordChanged {
                changed,
                modified: record.modified,
                first,
                contact,
                watched: false,
                left_domain: None,
            }],
            ..DecisionDraft::default()
        }),
        record: RecordState { record, sequence },
    }
}

fn reasons(before: Option<&RecordState>, record: &Record) -> Vec<Reason> {
    let copy = format!("the CRM's copy of {}", record.modified);
    let mut reasons = vec![Reason::note("sync", None, copy)];
    let known = before.and_then(|before| before.record.matched.as_ref());
    if let Some(matched) = record.matched.as_ref().filter(|it| known != Some(*it)) {
        let account = record.account.as_ref().map(|account| &account.id);
        reasons.push(Reason::note(
            "match",
            None,
            matching::told(matched, account),
        ));
    }
    let before = before.map(|before| &before.record);
    let into = before.and_then(|before| before.merged_into.as_ref());
    if let Some(stays) = record.merged_into.as_ref().filter(|it| into != Some(*it)) {
        let note = format!("the CRM has merged it into {}, which stays", stays.name());
        reasons.push(Reason::note("merge", None, note));
    }
    let known = |gone: &&RecordId| before.is_some_and(|before| before.merged.contains(*gone));
    for gone in record.merged.iter().filter(|gone| !known(gone)) {
        let gone = gone.name();
        let note = format!(
            "the CRM has merged {gone} into it; what was before: `fairlead explain {gone}`"
        );
        reasons.push(Reason::note("merge", None, note));
    }
    reasons
}

/// The contact that was logged since the copy before.
fn new_contact(before: Option<&RecordState>, record: &Record) -> Option<Contacted> {
    let contact = record.last_contact.as_ref()?;
    let known = before.and_then(|before| before.record.last_contact.as_ref());
    (known.is_none_or(|known| known.at < contact.at)).then(|| contact.clone())
}

fn value_of<'a>(account: Option<&'a AccountFacts>, name: &str) -> Option<&'a Value> {
    account.and_then(|it| it.fields.get(name))
}

fn changed_fields(before: Option<&Record>, after: &Record) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    let Some(before) = before else {
        changed.extend(after.fields.keys().cloned());
        return changed;
    };
    let names = before.fields.keys().chain(after.fields.keys());
    changed.extend(
        names
            .filter(|name| before.fields.get(*name) != after.fields.get(*name))
            .cloned(),
    );
    if before.account.as_ref().map(|it| &it.id) != after.account.as_ref().map(|it| &it.id) {
        changed.insert("account".to_owned());
    }
    let (old, new) = (before.account.as_ref(), after.account.as_ref());
    let names = old.into_iter().chain(new).flat_map(|it| it.fields.keys());
    changed.extend(
        names
            .filter(|name| value_of(old, name) != value_of(new, name))
            .map(|name| format!("{OF_ACCOUNT}{name}")),
    );
    changed.extend(others::changed(
        before.others.as_ref(),
        after.others.as_ref(),
    ));
    let (was, is) = (before.account.as_ref(), after.account.as_ref());
    let (was, is) = (
        was.and_then(|it| it.others.as_ref()),
        is.and_then(|it| it.others.as_ref()),
    );
    let of_account = others::changed(was, is);
    changed.extend(of_account.map(|name| format!("{OF_ACCOUNT}{name}")));
    changed.extend(behaviour::changed(
        before.behaviour.as_ref(),
        after.behaviour.as_ref(),
    ));
    changed.extend(latest::changed(&before.latest, &after.latest));
    let (was, is) = (before.account.as_ref(), after.account.as_ref());
    let (was, is) = (
        was.and_then(|it| it.behaviour.as_ref()),
        is.and_then(|it| it.behaviour.as_ref()),
    );
    let of_account = behaviour::changed(was, is).into_iter();
    changed.extend(of_account.map(|name| format!("{OF_ACCOUNT}{name}")));
    if before.merged_into != after.merged_into {
        changed.insert(MERGED_INTO.to_owned());
    }
    if before.merged != after.merged {
        changed.insert(MERGED.to_owned());
    }
    if before.matched != after.matched {
        changed.insert(MATCH.to_owned());
    }
    if before.last_contact != after.last_contact {
        changed.insert(LAST_CONTACT.to_owned());
    }
    if before.activities != after.activities {
        changed.insert(ACTIVITIES.to_owned());
    }
    if before.last_reply != after.last_reply {
        changed.insert(LAST_REPLY.to_owned());
    }
    if before.archived != after.archived {
        changed.insert(ARCHIVED.to_owned());
    }
    changed.extend(changed_and_back(before, after));
    changed
}

/// The fields that hold what they held, and were changed meanwhile: a stage that was left and came back to is a
/// move all the same, and a close date that was pushed and pulled back was pushed. A history that was not read
/// before, of a field that holds something, tells of nothing new.
fn changed_and_back<'a>(
    before: &'a Record,
    after: &'a Record,
) -> impl Iterator<Item = String> + 'a {
    let newest = |record: &Record, name: &str| {
        let changes = record.history.get(name);
        changes.and_then(|it| it.first()).map(|change| change.at)
    };
    let names = before.history.keys().chain(after.history.keys());
    names
        .filter(move |name| {
            let (was, is) = (newest(before, name), newest(after, name));
            let begins = was.is_none() && before.fields.contains_key(*name);
            was != is && (name.as_str() == STAGE || !begins)
        })
        .cloned()
}
