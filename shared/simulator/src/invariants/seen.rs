use std::sync::Arc;

use contracts::{AuditRecord, Key, state::RecordState};
use decisions::Rules;
use store::ItemState;

use crate::{ending::Ending, story::Story};

/// A story, the rules it was played by, and how it ended.
#[derive(Debug)]
pub struct Seen<'a> {
    pub(super) story: &'a Story,
    pub(super) rules: &'a Rules,
    pub(super) ending: &'a Ending,
    /// The audit records, ordered by subject.
    pub(super) audits: Vec<Arc<AuditRecord>>,
}

impl<'a> Seen<'a> {
    /// What the invariants are asked of.
    #[must_use]
    pub fn new(story: &'a Story, rules: &'a Rules, ending: &'a Ending) -> Self {
        let audits = ending.items.iter().filter(|item| item.key.is_audit());
        Self {
            story,
            rules,
            ending,
            audits: audits
                .filter_map(|item| item.body.read_shared().ok())
                .collect(),
        }
    }

    /// The state under a key.
    pub(super) fn state<T: ItemState>(&self, key: &Key) -> Option<T> {
        let at = self.ending.items.binary_search_by(|item| item.key.cmp(key));
        let item = self.ending.items.get(at.ok()?)?;
        item.body.read().ok()
    }

    /// Every copy of a record.
    pub(super) fn copies(&self) -> Vec<RecordState> {
        let items = self.ending.items.iter();
        let copies = items.filter(|item| item.key.holds::<RecordState>());
        copies.filter_map(|item| item.body.read().ok()).collect()
    }
}
