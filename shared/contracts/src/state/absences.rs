use std::collections::BTreeMap;

use crm::{PersonId, SourceName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who is away when: one item for the whole company, so that whoever decides reads it together
/// with what else it needs. It holds what is and what is to come, and for 60 days what was; of what the CRM
/// tells, a fortnight each way. People write it by `fairlead away`; of the functions crm-sync alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsencesState {
    /// By person; of each, in order, none overlapping another.
    pub people: BTreeMap<PersonId, Vec<Absence>>,
    /// Whom a CRM has archived, although the model does not say that they have left.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub archived: BTreeMap<PersonId, Archived>,
}

/// Somebody whom a CRM takes for nobody who can own a record any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// Which CRM.
    #[serde(rename = "in")]
    pub source: SourceName,
    /// When a look saw it first.
    pub seen: Timestamp,
}

/// One time during which a person is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// Why, in somebody's own words. It may be personal, so it never leaves this item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who covers for them meanwhile: gets what a rule would give to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<PersonId>,
    /// The CRM whose user says so; entered by hand if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<SourceName>,
}

/// A length of time between two instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The first instant of it.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
}

impl Span {
    /// Whether `at` lies in it.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }

    /// Whether some of it lies in the other.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

impl AbsencesState {
    /// When a person is away, in order.
    pub fn of(&self, person: &PersonId) -> impl Iterator<Item = &Absence> {
        self.people.get(person).into_iter().flatten()
    }

    /// The absence in which `at` lies, if the person is away then.
    #[must_use]
    pub fn at(&self, person: &PersonId, at: Timestamp) -> Option<&Absence> {
        self.of(person).find(|absence| absence.span.contains(at))
    }

    /// The same as it may be recorded: the reasons never leave the item.
    #[must_use]
    pub fn without_reasons(mut self) -> Self {
        for absence in self.people.values_mut().flatten() {
            absence.reason = None;
        }
        self
    }
}
