use business_time::BusinessAmount;
use crm::{Decimal, FieldRef, Value};
use serde::{Deserialize, Serialize};

use crate::place::Place;

/// Something that holds, does not hold, or cannot be known of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Every one holds.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// Not one holds.
    None(Vec<Condition>),
    /// The named condition holds.
    Is(String, Place),
    /// One field passes one test.
    Test(Test),
}

/// One field put to one test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// The field.
    pub field: FieldRef,
    /// The test.
    pub operator: Operator,
    /// Where it is written.
    pub place: Place,
}

/// What a field can be tested for. All but `Present` are unknown of a field without a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Equals one of these (one: equals).
    OneOf(Vec<Value>),
    /// Equals none of these.
    NoneOf(Vec<Value>),
    /// Is in the named list.
    InList(String),
    /// Is not smaller.
    AtLeast(Decimal),
    /// Is not greater.
    AtMost(Decimal),
    /// Is greater.
    MoreThan(Decimal),
    /// Is smaller.
    LessThan(Decimal),
    /// Is between, both ends included.
    Between(Decimal, Decimal),
    /// Has this text in it, whatever the case.
    Contains(String),
    /// Starts with this text, whatever the case.
    StartsWith(String),
    /// Ends with this text, whatever the case.
    EndsWith(String),
    /// Matches this regular expression.
    Matches(String),
    /// Has a value (`yes`) or has none (`no`).
    Present(bool),
    /// A date or instant that has begun, and was over no longer ago than this.
    InTheLast {
        /// How long ago at the most.
        length: BusinessAmount,
        /// Whether the field holds days: today has begun, and is not over.
        days: bool,
    },
    /// A date or instant that is not over, and begins no later than this from now.
    InTheNext {
        /// How far ahead at the most.
        length: BusinessAmount,
        /// Whether the field holds days: today is one of the next.
        days: bool,
    },
    /// A date or instant longer ago than this. The time itself is not yet older than itself.
    OlderThan(BusinessAmount),
    /// A length of time longer than this (the built-in `age` and `time_in_stage`).
    LongerThan(BusinessAmount),
    /// A length of time past a limit of the lifecycle.
    Past(Limit),
    /// The entry criteria of every stage up to the present one are met (`true`) or not (`false`);
    /// for the built-in `stage_criteria`.
    CriteriaMet(bool),
}

/// A limit that the lifecycle sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The corridor of the record's segment.
    Corridor,
    /// The longest stay in the record's stage.
    Stay,
}

/// An ordered list in which the first entry that matches wins.
///
/// Read from the top: an entry that holds wins. An entry that cannot be known stops the list at
/// its `Unknown` entry if it has one, and is passed over if it has none. `Otherwise` catches the
/// rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FirstMatch {
    /// The entries, in order; the last one catches everything.
    pub entries: Vec<Entry>,
}

/// One entry of a first-match list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What the list says if this entry wins.
    pub name: String,
    /// When it wins.
    pub when: When,
    /// Where it is written.
    pub place: Place,
}

/// When an entry of a first-match list wins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// When this holds.
    Holds(Condition),
    /// When an entry above cannot be known.
    Unknown,
    /// When no entry above won.
    Otherwise,
}
