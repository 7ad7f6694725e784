//! What was logged with the record of a scenario: `last_call`, `last_meeting` and the other kinds, each an instant.

use std::collections::BTreeMap;

use crm::{Activities, ActivityKind, Contacted};
use jiff::Timestamp;

/// When the latest of a kind was logged.
pub(super) type Logged = BTreeMap<ActivityKind, Timestamp>;

/// The words for what was logged, as [`kind`] reads them.
pub(super) const WORDS: [&str; 5] = [
    "last_call",
    "last_meeting",
    "last_email",
    "last_note",
    "last_task",
];

/// The kind of activity that a word of a record is about, if it is.
pub(super) fn kind(word: &str) -> Option<ActivityKind> {
    ActivityKind::named(word.strip_prefix("last_")?)
}

/// When the latest contact was: what was said of it, or one that is said by its kind, if that is later.
pub(super) fn latest(said: Option<Timestamp>, logged: &Logged) -> Option<Timestamp> {
    let contacts = logged.iter().filter(|(kind, _)| kind.is_contact());
    contacts.map(|(_, at)| *at).chain(said).max()
}

/// Puts what was logged before what a record shows already.
pub(super) fn log(activities: &mut Activities, logged: Logged) {
    for (kind, at) in logged {
        let contact = Contacted { at, by: None };
        activities.entry(kind).or_default().insert(0, contact);
    }
}
