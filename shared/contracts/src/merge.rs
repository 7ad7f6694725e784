use std::collections::BTreeSet;

use crm::RecordId;
use serde::{Deserialize, Serialize};

/// What a merge in the CRM has made of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Merge {
    /// It is gone, and this one stays in its place.
    Into(RecordId),
    /// It stays, in the place of these too.
    Of(BTreeSet<RecordId>),
}
