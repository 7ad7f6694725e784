use std::{collections::BTreeMap, sync::Arc};

use contracts::{AuditRecord, Key, state::RecordState};
use crm::{ObjectMapping, RecordId, RecordKind, SourceName};
use decisions::Rules;
use store::ItemState;
use story::Past;

use crate::{ending::Ending, story::Story};

/// A story, the rules it was played by, and how it ended.
#[derive(Debug)]
pub struct Seen<'a> {
    pub(super) story: &'a Story,
    pub(super) rules: &'a Rules,
    pub(super) ending: &'a Ending,
    /// The audit records, ordered by subject.
    pub(super) audits: Vec<Arc<AuditRecord>>,
    copies: Vec<Arc<RecordState>>,
    /// How the CRM's records are read, of the kinds that it has.
    mappings: BTreeMap<(SourceName, RecordKind), Option<ObjectMapping>>,
}

impl<'a> Seen<'a> {
    /// What the invariants are asked of.
    #[must_use]
    pub fn new(story: &'a Story, rules: &'a Rules, ending: &'a Ending) -> Self {
        let (mut audits, mut copies) = (Vec::new(), Vec::new());
        for item in &ending.items {
            if item.key.is_audit() {
                audits.extend(item.body.read_shared());
            } else if item.key.holds::<RecordState>() {
                copies.extend(item.body.read_shared());
            }
        }
        let mut mappings = BTreeMap::new();
        for id in ending.records.keys() {
            let mapping = || rules.model.object_mapping(&id.source, id.kind);
            mappings
                .entry((id.source.clone(), id.kind))
                .or_insert_with(mapping);
        }
        Self {
            story,
            rules,
            ending,
            audits,
            copies,
            mappings,
        }
    }

    /// The state under a key.
    pub(super) fn state<T: ItemState>(&self, key: &Key) -> Option<T> {
        self.shared(key).map(Arc::unwrap_or_clone)
    }

    /// The same for who does not change it.
    pub(super) fn shared<T: ItemState>(&self, key: &Key) -> Option<Arc<T>> {
        let at = self.ending.items.binary_search_by(|item| item.key.cmp(key));
        let item = self.ending.items.get(at.ok()?)?;
        item.body.read_shared().ok()
    }

    /// Every copy of a record.
    pub(super) fn copies(&self) -> &[Arc<RecordState>] {
        &self.copies
    }

    /// How a record of the CRM is read, if the model reads such ones.
    pub(super) fn mapping(&self, id: &RecordId) -> Option<&ObjectMapping> {
        self.mappings.get(&(id.source.clone(), id.kind))?.as_ref()
    }

    /// What the audit records tell of every state.
    pub(super) fn past(&self) -> Past<'_> {
        Past::of(self.audits.iter().map(Arc::as_ref))
    }
}
