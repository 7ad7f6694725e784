use crm::Record;
use serde::{Deserialize, Serialize};

/// crm-sync's item: our copy of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordState {
    /// The copy. The only place in the table with personal values.
    pub record: Record,
    /// Grows by one with every copy we keep, from 1.
    pub sequence: u64,
}
