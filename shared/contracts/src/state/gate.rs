use crm::{PersonId, RecordId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{key::Key, record_item::RecordItem};

/// stage-gates' item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateState {
    /// The stage at which the record rightly stands.
    pub stage: String,
    /// Since when.
    pub since: Timestamp,
    /// The move that was last turned back, until the CRM shows the stage restored.
    pub turned_back: Option<TurnedBack>,
    /// Whether the model did not know the stage when the record came to it: then it entered none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
    /// Whether it stood there on no journey of the model, or on which could not be told: then the stage is none of
    /// the journey that it comes to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside: bool,
    /// The move that is held: the CRM shows it, and neither was it passed nor is it turned back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldMove>,
    /// How often in a row the same move was turned back, since the record last came to stand anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<Rounds>,
    /// The move by which somebody takes an automatic one back, until the CRM shows it: it is not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoing: Option<Undoing>,
}

impl RecordItem for GateState {
    const NAME: &'static str = "gate";
}

impl Key {
    /// stage-gates' item.
    #[must_use]
    pub fn gate(record: &RecordId) -> Self {
        Self::of::<GateState>(record)
    }
}

/// A move that is held, since too many of the same person were turned back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldMove {
    /// Where it was moved to.
    pub to: String,
    /// When.
    pub at: Timestamp,
    /// Since when it is held.
    pub since: Timestamp,
    /// Of whom it is counted.
    pub of: PersonId,
}

/// A move by which an automatic one is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undoing {
    /// From which stage.
    pub from: String,
    /// To which.
    pub to: String,
    /// When that was decided.
    pub at: Timestamp,
    /// Who took it back.
    pub by: PersonId,
}

/// How often in a row a move was turned back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rounds {
    /// Where it was moved to each time.
    pub to: String,
    /// How often.
    pub times: u32,
}

/// A move that was turned back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnedBack {
    /// Where it was moved to.
    pub to: String,
    /// When.
    pub at: Timestamp,
}
