//! What somebody has to approve before a gate lets a record pass.

use business_time::BusinessAmount;
use crm::{Decimal, FieldRef, PersonId, RecordKind};
use serde::{Deserialize, Serialize};

use crate::{condition::Condition, place::Place};

/// What an approval can be, in the words of conditions. One that is not answered has no value.
pub const APPROVAL_STATUS: [&str; 2] = ["given", "refused"];

/// What somebody has to approve of some records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApprovalRule {
    /// How people call it; its name in words, if absent.
    #[serde(default)]
    pub label: Option<String>,
    /// Of which kind of record.
    pub record: RecordKind,
    /// Which records need it; of the others it counts as given.
    pub when: Condition,
    /// Who answers: the first whose limit is not exceeded. The last one has no limit.
    pub by: Vec<Approver>,
    /// Whether everybody who is asked has to give it; one is enough else. One refusal always refuses it.
    pub all: bool,
    /// The fields of the record for whose values it is given, by name.
    pub binds: Vec<String>,
    /// The field of which a change stands only with it, and is put back if it is refused; none where a gate or a
    /// deviation asks for it.
    #[serde(default)]
    pub of_change: Option<String>,
    /// How long they have, by the calendar of the first who is asked, and who is asked besides after that.
    pub within: Option<(BusinessAmount, PersonId)>,
    /// Where it is written.
    pub place: Place,
}

/// Who may approve, up to a limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approver {
    /// What they may approve at the most, and of which field; whatever it is, if absent.
    pub up_to: Option<(Decimal, FieldRef)>,
    /// The decision right that it takes.
    pub right: String,
    /// Where it is written.
    pub place: Place,
}

/// How conditions write an approval.
#[must_use]
pub fn approval_field(name: &str) -> String {
    format!("approval.{name}")
}
