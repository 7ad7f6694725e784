use crm::{Record, RecordId};
use serde::{Deserialize, Serialize};

use crate::{key::Key, record_item::RecordItem};

/// crm-sync's item: our copy of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordState {
    /// The copy. The only place in the table with personal values.
    pub record: Record,
    /// Grows by one with every copy we keep, from 1.
    pub sequence: u64,
}

impl RecordItem for RecordState {
    const NAME: &'static str = "record";
}

impl Key {
    /// crm-sync's item: our copy of the record.
    #[must_use]
    pub fn record(record: &RecordId) -> Self {
        Self::of::<RecordState>(record)
    }
}
