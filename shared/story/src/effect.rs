use contracts::{
    Event, EventData,
    state::{EffectState, EffectStatus},
};
use engine::REMEMBER;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::wording::Wording;

/// After this time an effect that nobody has taken up, or taken up again, is in no queue any more.
pub(crate) const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// What became of a mail or of a write into the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// What the table keeps of it.
    #[serde(flatten)]
    pub kept: KeptEffect,
    /// What that comes to when the story is read.
    pub outcome: EffectOutcome,
    /// The outcome in a word or two, with its time.
    pub wording: Wording,
    /// What else there is to say, such as why it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<Wording>,
}

/// What the table keeps of a mail or of a write into the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum KeptEffect {
    /// Nobody has taken it up yet, or it is so long ago that the table has forgotten it.
    Pending,
    /// Somebody is at it until `lease_until`, or gave up.
    Claimed {
        /// Since when.
        at: Timestamp,
        /// Until when.
        lease_until: Timestamp,
    },
    /// It is done.
    Done {
        /// When.
        at: Timestamp,
        /// What came of it.
        result: String,
    },
    /// It was no longer needed.
    Skipped {
        /// When that was found.
        at: Timestamp,
        /// Why.
        result: String,
    },
    /// The world outside said no, and would say no again.
    Refused {
        /// When.
        at: Timestamp,
        /// What it said.
        result: String,
    },
}

/// What became of an effect, as it stands when the story is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectOutcome {
    /// It waits to be taken up.
    Pending,
    /// Somebody is at it.
    UnderWay,
    /// It was begun, and whoever was at it has not said how it ended.
    NotFinished,
    /// The CRM has it.
    Written,
    /// The mail is sent.
    Sent,
    /// It was no longer needed.
    Skipped,
    /// It failed for good: the CRM or the mail service refuses it.
    Refused,
    /// Nobody has done it for a day: it waits for what comes first, or lies among the dead letters.
    NeverDone,
    /// It is too long ago for the table to know.
    NoLongerKnown,
}

impl From<EffectState> for KeptEffect {
    fn from(state: EffectState) -> Self {
        let (at, result, lease_until) = (state.at, state.result, state.lease_until);
        match state.status {
            EffectStatus::Claimed => Self::Claimed { at, lease_until },
            EffectStatus::Done => Self::Done { at, result },
            EffectStatus::Skipped => Self::Skipped { at, result },
            EffectStatus::Refused => Self::Refused { at, result },
        }
    }
}

impl KeptEffect {
    /// What it comes to at `now`, for the effect that this event asks for.
    pub(crate) fn outcome(&self, event: &Event, now: Timestamp) -> EffectOutcome {
        let age = now.duration_since(event.time);
        match self {
            Self::Done { .. } if is_write(event) => EffectOutcome::Written,
            Self::Done { .. } => EffectOutcome::Sent,
            Self::Skipped { .. } => EffectOutcome::Skipped,
            Self::Refused { .. } => EffectOutcome::Refused,
            Self::Claimed { lease_until, .. } if *lease_until < now => EffectOutcome::NotFinished,
            Self::Claimed { .. } => EffectOutcome::UnderWay,
            Self::Pending if age > REMEMBER => EffectOutcome::NoLongerKnown,
            Self::Pending if age > PATIENCE => EffectOutcome::NeverDone,
            Self::Pending => EffectOutcome::Pending,
        }
    }
}

/// Whether an event asks for a mail or a write, which leave a trace of their own.
pub(crate) const fn asks_for_effect(event: &Event) -> bool {
    matches!(
        event.data,
        EventData::NoticeRequested { .. }
            | EventData::CrmWriteRequested { .. }
            | EventData::DigestRequested(_)
            | EventData::ReviewRequested(_)
    )
}

/// Whether an event asks for a write into the CRM, rather than for a mail.
pub(crate) const fn is_write(event: &Event) -> bool {
    matches!(event.data, EventData::CrmWriteRequested { .. })
}
