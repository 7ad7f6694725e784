use std::collections::BTreeMap;

use crm::RecordId;
use serde::{Deserialize, Serialize};

use super::clocks::Clock;
use crate::{key::Key, record_item::RecordItem};

/// sla-timers' second item: the open hand-offs of a record that somebody else must see as open work than who sees its
/// other clocks, since an item stands in the index of one person only. Everything is in the clocks' item too.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HandedState {
    /// The runs, by the names of their clocks, without the terms by which they are calculated.
    pub clocks: BTreeMap<String, Clock>,
}

impl RecordItem for HandedState {
    const NAME: &'static str = "handed";
}

impl Key {
    /// sla-timers' second item.
    #[must_use]
    pub fn handed(record: &RecordId) -> Self {
        Self::of::<HandedState>(record)
    }
}
