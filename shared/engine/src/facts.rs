use std::sync::Arc;

use contracts::{Key, RecordItem, state::RecordState};
use crm::RecordId;
use store::{BodyError, Item, StoreError, Versioned};

use crate::inputs::ReadItem;

/// Everything that is known and decided of one record, as one query shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordFacts {
    /// crm-sync's copy.
    pub record: Versioned<Arc<RecordState>>,
    others: Vec<Item>,
}

impl RecordFacts {
    /// The facts in the items of a record's partition; none if we keep no copy of the record.
    ///
    /// # Errors
    /// If the copy cannot be read.
    pub fn read(mut items: Vec<Item>) -> Result<Option<Self>, StoreError> {
        let Some(at) = items
            .iter()
            .position(|item| item.key.holds::<RecordState>())
        else {
            return Ok(None);
        };
        let record = Versioned::read_shared(items.swap_remove(at))?;
        Ok(Some(Self {
            record,
            others: items,
        }))
    }

    /// What a function keeps of the record. An item that this release does not know is passed over:
    /// a newer one may keep more.
    ///
    /// # Errors
    /// If the item does not hold the state that its key promises.
    pub fn state<S: RecordItem>(&self) -> Result<Option<Versioned<S>>, StoreError> {
        let item = self.others.iter().find(|item| item.key.holds::<S>());
        item.map(Versioned::of).transpose()
    }

    /// The same for who does not change it.
    ///
    /// # Errors
    /// As [`Self::state`].
    pub fn shared<S: RecordItem>(&self) -> Result<Option<Arc<S>>, StoreError> {
        let item = self.others.iter().find(|item| item.key.holds::<S>());
        let Some(item) = item else { return Ok(None) };
        let state = item.body.read_shared();
        let malformed = |why: BodyError| StoreError::Malformed(item.key.clone(), why.to_string());
        state.map(Some).map_err(malformed)
    }

    /// Whether a function keeps something of the record.
    #[must_use]
    pub fn has<S: RecordItem>(&self) -> bool {
        self.others.iter().any(|item| item.key.holds::<S>())
    }

    /// Puts an item of the record in place of what was read under its key.
    ///
    /// # Errors
    /// If it is the copy, and cannot be read.
    pub(crate) fn replace(&mut self, item: Item) -> Result<(), StoreError> {
        if item.key.holds::<RecordState>() {
            self.record = Versioned::read_shared(item)?;
        } else {
            self.others.retain(|old| old.key != item.key);
            self.others.push(item);
        }
        Ok(())
    }

    /// What was read of the record, for the audit record.
    pub(crate) fn read_items(&self) -> impl Iterator<Item = ReadItem<'_>> {
        let record = ReadItem::at(Key::record(self.id()), self.record.version);
        let others = self.others.iter();
        let others = others.map(|item| ReadItem::of(&item.key, Some(item)));
        std::iter::once(record).chain(others)
    }

    /// Which record.
    #[must_use]
    pub fn id(&self) -> &RecordId {
        &self.record.state.record.id
    }
}
