use std::collections::BTreeSet;

use crm::{PersonId, RecordId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{ids::EventId, reminder::Reminder};

/// What a link lets somebody do, and until when. It is signed and then lies in a mailbox, so what is
/// written here can be read by whoever has the mail: ids and words of the model, no personal value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Who was given it, and acts by it.
    pub person: PersonId,
    /// On which record; none if it shows what is in a digest, which is about many.
    pub record: Option<RecordId>,
    /// What it lets them do.
    pub action: LinkAction,
    /// The event that asked for the mail in which it stands: links of one mail can be revoked together.
    pub mail: EventId,
    /// When it was made, by the machine's time, in whole seconds.
    pub issued: Timestamp,
    /// Until when it may be used, by the machine's time, in whole seconds.
    pub until: Timestamp,
}

/// What a link lets somebody do. Showing the record goes with each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkAction {
    /// Have the record read from the CRM again, and judged as it stands there.
    LookAgain,
    /// See why things are as they are with the record, and do nothing.
    Why,
    /// See everything that a digest has for them, as it is by then, and do nothing. It is about no one record.
    List {
        /// The digest.
        digest: String,
    },
    /// Give an approval, or refuse it.
    Approve {
        /// The approval.
        approval: String,
        /// Which asking of it.
        run: u32,
    },
    /// Take over what was handed to their team, or refuse it.
    HandOff {
        /// The clock of the hand-off.
        clock: String,
        /// Which run of it.
        instance: u32,
    },
    /// Ask that a record be excused from what it lacks for a stage.
    AskException {
        /// The stage to which it was moved.
        stage: String,
    },
    /// Excuse a record, or say that it is not.
    Except {
        /// From what: criteria, each with its stage, and deviations.
        of: BTreeSet<String>,
        /// Who asked.
        asked_by: PersonId,
    },
    /// Answer what they are reminded of: later, done, or not theirs.
    Remind {
        /// Of what.
        of: BTreeSet<Reminder>,
    },
    /// Say what is to become of the moves that are held of somebody.
    Hold {
        /// Of whom they are counted.
        of: PersonId,
    },
}

impl LinkAction {
    /// The word used for it in links and logs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::LookAgain => "look_again",
            Self::Why => "why",
            Self::List { .. } => "list",
            Self::Approve { .. } => "approve",
            Self::HandOff { .. } => "hand_off",
            Self::AskException { .. } => "ask_exception",
            Self::Except { .. } => "except",
            Self::Remind { .. } => "remind",
            Self::Hold { .. } => "hold",
        }
    }
}

/// A text that was signed is no link of this release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link is of another version of Fairlead: a newer mail has one that works")]
pub struct UnreadableLink;

/// Short names in a fixed order: a link has few characters to spend.
type Written = (String, String, LinkAction, EventId, i64, i64);

impl Link {
    /// For how long after it was made a link may be used at the longest. What was revoked longer ago
    /// than this need not be remembered.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(31 * 24);

    /// The link as it is signed.
    ///
    /// # Errors
    /// If it cannot be written, which no link of this type is known to do.
    pub fn write(&self) -> Result<Vec<u8>, serde_json::Error> {
        let written: Written = (
            self.person.as_str().to_owned(),
            self.record
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            self.action.clone(),
            self.mail.clone(),
            self.issued.as_second(),
            self.until.as_second(),
        );
        serde_json::to_vec(&written)
    }

    /// A link from what was signed.
    ///
    /// # Errors
    /// If it is not written as this release writes them.
    pub fn read(written: &[u8]) -> Result<Self, UnreadableLink> {
        let (person, record, action, mail, issued, until): Written =
            serde_json::from_slice(written).map_err(|_| UnreadableLink)?;
        let instant = |seconds| Timestamp::from_second(seconds).map_err(|_| UnreadableLink);
        Ok(Self {
            person: PersonId::new(person),
            record: match &action {
                LinkAction::List { .. } if record.is_empty() => None,
                LinkAction::List { .. } => return Err(UnreadableLink),
                _ => Some(record.parse().map_err(|_| UnreadableLink)?),
            },
            action,
            mail,
            issued: instant(issued)?,
            until: instant(until)?,
        })
    }

    /// Whether it may be used at this instant of the machine's time.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.until && self.until.duration_since(self.issued) <= Self::LONGEST
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    fn link() -> Link {
        Link {
            person: PersonId::new("anna"),
            record: Some("crm:lead:100001".parse().unwrap()),
            action: LinkAction::LookAgain,
            mail: EventId::of(&["a mail"]),
            issued: "2026-11-23T07:05:00Z".parse().unwrap(),
            until: "2026-12-07T07:05:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_link_is_read_as_it_was_written() {
        let written = link().write().unwrap();
        assert_eq!(Link::read(&written), Ok(link()));
        let mail = EventId::of(&["a mail"]);
        assert_eq!(
            String::from_utf8(written).unwrap(),
            format!(r#"["anna","crm:lead:100001","look_again","{mail}",1795417500,1796627100]"#)
        );
    }

    #[test]
    fn a_link_to_a_digest_is_about_no_record() {
        let list = Link {
            record: None,
            action: LinkAction::List {
                digest: "seller".to_owned(),
            },
            ..link()
        };
        let written = list.write().unwrap();
        assert_eq!(Link::read(&written), Ok(list));
        let text = String::from_utf8(written).unwrap();
        assert!(
            text.starts_with(r#"["anna","",{"list":{"digest":"seller"}},"#),
            "{text}"
        );
        // One that is about a record, and does not say which.
        let none = text.replace(r#"{"list":{"digest":"seller"}}"#, r#""why""#);
        assert_eq!(Link::read(none.as_bytes()), Err(UnreadableLink));
    }

    #[test]
    fn what_another_release_wrote_is_refused() {
        for other in [
            &b"[]"[..],
            b"{}",
            br#"["anna","crm:lead:1","unheard_of","38e1e3beb411c3507cf27b099573bc13",1,2]"#,
            br#"["anna","no record","look_again","38e1e3beb411c3507cf27b099573bc13",1,2]"#,
            br#"["anna","crm:lead:1","look_again","38e1e3beb411c3507cf27b099573bc13",1,2,3]"#,
            br#"["anna","crm:lead:1","look_again","38e1e3beb411c3507cf27b099573bc13",1,99999999999999999]"#,
        ] {
            assert_eq!(Link::read(other), Err(UnreadableLink));
        }
    }

    #[test]
    fn a_link_is_open_until_its_end_and_never_longer_than_any_may_be() {
        let link = link();
        let second = SignedDuration::from_secs(1);
        assert!(link.is_open(link.until - second));
        assert!(!link.is_open(link.until));
        let endless = Link {
            until: link.issued + Link::LONGEST + second,
            ..link.clone()
        };
        assert!(!endless.is_open(link.issued));
    }
}
