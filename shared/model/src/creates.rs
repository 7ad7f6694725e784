//! The record that follows when another one reaches a stage.

use crm::{FieldRef, RecordKind};
use serde::{Deserialize, Serialize};

use crate::{follows::SetTo, place::Place};

/// A record that follows: created once, whatever happens on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Creates {
    /// The journey on which it begins, at the first stage.
    pub journey: String,
    /// Its kind, which is that of the journey.
    pub record: RecordKind,
    /// The field of its kind that no two records share, by which it is found again.
    pub by: String,
    /// The fields that it takes over from the record at hand, under the same name. One of the type `account` is the
    /// account that both belong to.
    pub copy: Vec<String>,
    /// The fields that it is given.
    pub set: Vec<FieldToCreate>,
    /// Where it is written.
    pub place: Place,
}

/// A field of the record that follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldToCreate {
    /// Its name, of the kind of the record that follows.
    pub name: String,
    /// What it is to hold.
    pub from: CreatedWith,
}

/// What a field of the record that follows is to hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreatedWith {
    /// What this field of the record at hand, or of its account, holds; nothing if it holds nothing.
    Field(FieldRef),
    /// This.
    This(SetTo),
}
