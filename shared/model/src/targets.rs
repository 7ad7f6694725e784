use std::collections::BTreeMap;

use crm::{Decimal, FieldRef, RecordKind};
use serde::{Deserialize, Serialize};

use crate::{
    metrics::{By, Period},
    place::Place,
};

/// What is to be sold, period by period, in the company's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Of which kind of record it is.
    pub record: RecordKind,
    /// The day or instant of a record by which it belongs to a period, where the company is.
    pub on: FieldRef,
    /// How long each period is.
    pub every: Period,
    /// Whose the parts of an amount are; none where it is the company's alone.
    pub by: Option<By>,
    /// The amounts, by the period's name: `2026-Q4`, `2026-11`. A period without one has no target.
    pub amounts: BTreeMap<String, TargetAmount>,
    /// Where it is written.
    pub place: Place,
}

/// What is to be sold in one period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetAmount {
    /// By the company; more than 0.
    Whole(Decimal),
    /// By each group, more than 0; the company's is their sum.
    Parts(BTreeMap<String, Decimal>),
}

impl TargetAmount {
    /// The company's.
    #[must_use]
    pub fn whole(&self) -> Decimal {
        match self {
            Self::Whole(amount) => *amount,
            Self::Parts(parts) => parts.values().sum(),
        }
    }

    /// That of a group, if it has one.
    #[must_use]
    pub fn part(&self, group: &str) -> Option<Decimal> {
        match self {
            Self::Whole(_) => None,
            Self::Parts(parts) => parts.get(group).copied(),
        }
    }
}
