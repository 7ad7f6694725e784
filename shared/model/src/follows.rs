//! What follows by itself: from a stage that is entered or left, and from a deviation that lasts.

use business_time::BusinessAmount;
use crm::Value;
use serde::{Deserialize, Serialize};

use crate::{condition::Condition, place::Place, recipient::Recipient};

/// What follows when a record enters a stage, or leaves it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Follow {
    /// When it follows; always if absent.
    pub when: Option<Condition>,
    /// Who is told.
    pub tell: Vec<Recipient>,
    /// What is set.
    pub set: FieldsToSet,
    /// Where it is written.
    pub place: Place,
}

/// The fields of the record at hand that are set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldsToSet {
    /// The fields, in the order of the file.
    pub fields: Vec<FieldToSet>,
    /// Whether a field that holds a value gets the new one; if not, only an empty one does.
    pub over: bool,
}

/// A field that is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldToSet {
    /// Its name, of the record's own kind.
    pub name: String,
    /// What it is to hold.
    pub to: SetTo,
    /// Where it is written.
    pub place: Place,
}

/// What a field is set to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetTo {
    /// This value, of the field's type.
    Value(Value),
    /// The day on which it happens, where the company is.
    Today,
}

/// What becomes of the steps of a deviation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acts {
    /// What a step would have done is recorded.
    Observe,
    /// The owner and those whom the step tells hear what it would have done.
    Warn,
    /// It is done.
    Act,
}

/// Something that follows when a deviation lasts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviationStep {
    /// How long after the opening, or after the step before, in wall-clock time; at once if absent.
    pub after: Option<BusinessAmount>,
    /// Whether `after` counts from the step before.
    pub after_previous: bool,
    /// Who is told.
    pub tell: Vec<Recipient>,
    /// The stage the record is then moved to, if any.
    pub move_to: Option<String>,
    /// What is set, in one write with the move.
    pub set: FieldsToSet,
    /// Where it is written.
    pub place: Place,
}
