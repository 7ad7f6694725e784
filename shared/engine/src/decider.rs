use std::collections::BTreeMap;

use contracts::{DecisionDraft, Event, Function, Key};
use jiff::Timestamp;
use model::Revision;
use serde::de::DeserializeOwned;
use store::{Item, Put, StoreError, Versioned};

use crate::facts::RecordFacts;

/// A function that decides about one record upon one event, in two steps: what the record's own
/// partition tells, and what else must be read; then the decision.
///
/// Both steps are pure: the same facts, event and time give the same proposal. What the first step
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
    /// What must be read before it can be decided (at most 100 items).
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

/// What was read for the second step.
#[derive(Debug, Clone, Default)]
pub struct Read(BTreeMap<Key, Item>);

impl Read {
    /// These items.
    #[must_use]
    pub fn of(items: impl IntoIterator<Item = Item>) -> Self {
        let items = items.into_iter();
        Self(items.map(|item| (item.key.clone(), item)).collect())
    }

    /// Puts an item in place of what was read under its key.
    pub(crate) fn replace(&mut self, item: Item) {
        self.0.insert(item.key.clone(), item);
    }

    /// Whether there is such an item.
    #[must_use]
    pub fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    /// The state under a key, if there is one.
    ///
    /// # Errors
    /// If the item does not hold such a state.
    pub fn state<T: DeserializeOwned>(
        &self,
        key: &Key,
    ) -> Result<Option<Versioned<T>>, StoreError> {
        self.0.get(key).cloned().map(Versioned::read).transpose()
    }

    /// The state under a key, or what it is before it is written first.
    ///
    /// # Errors
    /// If the item does not hold such a state.
    pub fn state_or_default<T: DeserializeOwned + Default>(
        &self,
        key: &Key,
    ) -> Result<T, StoreError> {
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
    }
}
