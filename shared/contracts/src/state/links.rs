use std::collections::BTreeMap;

use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ids::EventId, link::Link};

/// The links that were revoked: one item for the whole company. What is older than any link can be is
/// forgotten, so that it stays small.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinksState {
    /// By person.
    pub people: BTreeMap<PersonId, Revoked>,
}

/// What was revoked of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// All links that were made until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<Timestamp>,
    /// Those of one mail, by the event that asked for it, and when they were revoked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mails: BTreeMap<EventId, Timestamp>,
}

impl LinksState {
    /// Whether this link was revoked.
    #[must_use]
    pub fn revokes(&self, link: &Link) -> bool {
        self.people.get(&link.person).is_some_and(|revoked| {
            revoked.all.is_some_and(|until| link.issued <= until)
                || revoked.mails.contains_key(&link.mail)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use jiff::SignedDuration;

    use super::*;
    use crate::link::LinkAction;

    fn noon() -> Timestamp {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    fn of(person: &str, mail: &str, issued: Timestamp) -> Link {
        Link {
            person: PersonId::new(person),
            record: Some("crm:lead:1".parse().unwrap()),
            action: LinkAction::LookAgain,
            mail: EventId::of(&[mail]),
            issued,
            until: issued + SignedDuration::from_hours(24),
        }
    }

    fn revoked(all: Option<Timestamp>, mail: Option<&str>) -> LinksState {
        let mails = mail.map(|mail| (EventId::of(&[mail]), noon()));
        let revoked = Revoked {
            all,
            mails: mails.into_iter().collect(),
        };
        LinksState {
            people: BTreeMap::from([(PersonId::new("anna"), revoked)]),
        }
    }

    #[test]
    fn all_of_a_person_until_then_are_revoked_and_nobody_elses() {
        let second = SignedDuration::from_secs(1);
        let state = revoked(Some(noon()), None);
        assert!(state.revokes(&of("anna", "1", noon() - second)));
        assert!(state.revokes(&of("anna", "1", noon())));
        assert!(!state.revokes(&of("anna", "1", noon() + second)));
        assert!(!state.revokes(&of("ben", "1", noon() - second)));
    }

    #[test]
    fn those_of_one_mail_are_revoked_alone() {
        let state = revoked(None, Some("1"));
        assert!(state.revokes(&of("anna", "1", noon())));
        assert!(!state.revokes(&of("anna", "2", noon())));
        assert!(!state.revokes(&of("ben", "1", noon())));
    }
}
