use std::{collections::BTreeMap, sync::Arc};

use contracts::{DecisionDraft, Event, Function, Key};
use jiff::Timestamp;
use model::Revision;
use store::{BodyError, Item, ItemState, Put, StoreError, Versioned};

use crate::{facts::RecordFacts, inputs::ReadItem};

/// A function that decides about one record upon one event, in two steps: what the record's own
/// partition tells, and what else must be read; then the decision.
///
/// Each step is pure: the same facts, event and time give the same proposal. What the first step
/// judged it hands to the second, so that no rule is judged twice.
pub trait Decider: Send + Sync {
    /// What the first step hands to the second.
    type Plan: Send + Sync;

    /// Which function it is.
    fn function(&self) -> Function;

    /// The revision of the model by which it decides.
    fn revision(&self) -> &Revision;

    /// Judges what the record's own partition tells; none if nothing follows from the event.
    ///
    /// # Errors
    /// If an item that was read makes no sense.
    fn plan(
        &self,
        facts: &RecordFacts,
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Planned<Self::Plan>>, StoreError>;

    /// What must be read beside that, as what the plan named shows: one more request. As a rule nothing.
    ///
    /// # Errors
    /// If an item that was read makes no sense.
    fn also_needs(
        &self,
        plan: &Self::Plan,
        read: &Read,
        now: Timestamp,
    ) -> Result<Vec<Key>, StoreError> {
        let _ = (plan, read, now);
        Ok(Vec::new())
    }

    /// What it decides; none if nothing follows after all.
    ///
    /// # Errors
    /// If an item that was read makes no sense.
    fn decide(
        &self,
        facts: &RecordFacts,
        plan: Self::Plan,
        read: &Read,
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Proposal>, StoreError>;
}

/// The first step of a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned<P> {
    /// What was judged.
    pub plan: P,
    /// What must be read before it can be decided: one request for each 100 items. Nothing can be asked
    /// for that neither this nor [`Decider::also_needs`] names.
    pub needs: Vec<Key>,
}

impl<P> Planned<P> {
    /// A decision that needs nothing beside the record's own partition.
    #[must_use]
    pub const fn alone(plan: P) -> Self {
        Self {
            plan,
            needs: Vec::new(),
        }
    }
}

/// What was read for the second step. Only what the plan named can be asked for: of anything else
/// nobody knows whether it is there, and "not read" must not pass as "there is none".
#[derive(Debug, Clone, Default)]
pub struct Read {
    items: BTreeMap<Key, Item>,
    named: Vec<Key>,
}

impl Read {
    /// From now on for a plan that named these.
    pub(crate) fn name(&mut self, named: Vec<Key>) {
        self.named = named;
    }

    /// For the same plan, which needs these too.
    pub(crate) fn name_too(&mut self, named: Vec<Key>) {
        let new = named.into_iter().filter(|key| !self.named.contains(key));
        let new: Vec<Key> = new.collect();
        self.named.extend(new);
    }

    /// Puts an item in place of what was read under its key.
    pub(crate) fn replace(&mut self, item: Item) {
        self.items.insert(item.key.clone(), item);
    }

    /// What the plan named and what was found of it, for the audit record.
    pub(crate) fn read_items(&self) -> impl Iterator<Item = ReadItem<'_>> {
        let named = self.named.iter();
        named.map(|key| ReadItem::of(key, self.items.get(key)))
    }

    /// The state under a key, if there is one.
    ///
    /// # Errors
    /// If the plan did not name the key, or the item does not hold such a state.
    pub fn state<T: ItemState>(&self, key: &Key) -> Result<Option<Versioned<T>>, StoreError> {
        if !self.named.contains(key) {
            return Err(StoreError::NotNamed(key.clone()));
        }
        self.items.get(key).map(Versioned::of).transpose()
    }

    /// The state under a key, or what it is before it is written first, for who does not change it.
    ///
    /// # Errors
    /// As [`Self::state`].
    pub fn shared_or_default<T: ItemState + Default>(
        &self,
        key: &Key,
    ) -> Result<Arc<T>, StoreError> {
        if !self.named.contains(key) {
            return Err(StoreError::NotNamed(key.clone()));
        }
        let Some(item) = self.items.get(key) else {
            return Ok(Arc::default());
        };
        let malformed = |why: BodyError| StoreError::Malformed(key.clone(), why.to_string());
        item.body.read_shared().map_err(malformed)
    }

    /// The state under a key, or what it is before it is written first.
    ///
    /// # Errors
    /// If the plan did not name the key, or the item does not hold such a state.
    pub fn state_or_default<T: ItemState + Default>(&self, key: &Key) -> Result<T, StoreError> {
        Ok(self.state::<T>(key)?.map(|it| it.state).unwrap_or_default())
    }
}

/// A decision and the states it changes.
#[must_use]
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The decision.
    pub draft: DecisionDraft,
    /// The states.
    pub puts: Vec<Put>,
}

/// The item that a put leaves.
pub(crate) fn item_after(put: &Put) -> Item {
    Item {
        key: put.key.clone(),
        version: put.next_version(),
        body: put.body.clone(),
        whole: put.whole,
    }
}
