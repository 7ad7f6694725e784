use std::collections::{BTreeMap, BTreeSet};

use crm::RecordId;
use jiff::Timestamp;
use model::Severity;
use serde::{Deserialize, Serialize};

use crate::{deadline::DeadlineKind, key::Key, record_item::RecordItem};

/// deviation-watch's item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviationsState {
    /// The open deviations, by name.
    pub open: BTreeMap<String, OpenDeviation>,
    /// The deviations that cannot be judged, since a field has no value.
    pub unjudged: BTreeSet<String>,
    /// The next instant at which one can open though nothing on the record changes.
    pub next: Option<Timestamp>,
}

impl RecordItem for DeviationsState {
    const NAME: &'static str = DeadlineKind::Deviations.word();
}

impl Key {
    /// deviation-watch's item.
    #[must_use]
    pub fn deviations(record: &RecordId) -> Self {
        Self::of::<DeviationsState>(record)
    }
}

/// A deviation that is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDeviation {
    /// Since when.
    pub since: Timestamp,
    /// How bad it is.
    pub severity: Severity,
    /// By when it should be resolved.
    pub resolve_by: Option<Timestamp>,
}
