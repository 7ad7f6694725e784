use contracts::{
    Indexes, Key,
    state::{ClocksState, DeviationsState, GateState, RecordState, RoutingState},
};
use crm::RecordId;
use serde::{Serialize, de::DeserializeOwned};

use crate::port::{Guard, Item, Put, StoreError};

/// A state together with the version under which it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned<T> {
    /// The version.
    pub version: u64,
    /// The state.
    pub state: T,
}

impl<T: DeserializeOwned> Versioned<T> {
    /// The state in an item.
    ///
    /// # Errors
    /// If the item does not hold such a state.
    pub fn read(item: Item) -> Result<Self, StoreError> {
        match serde_json::from_value(item.body) {
            Ok(state) => Ok(Self {
                version: item.version,
                state,
            }),
            Err(why) => Err(StoreError::Malformed(item.key, why.to_string())),
        }
    }
}

/// Everything that is known and decided of one record, as one query shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordFacts {
    /// crm-sync's copy.
    pub record: Versioned<RecordState>,
    /// lead-routing's item.
    pub routing: Option<Versioned<RoutingState>>,
    /// sla-timers' item.
    pub clocks: Option<Versioned<ClocksState>>,
    /// stage-gates' item.
    pub gate: Option<Versioned<GateState>>,
    /// deviation-watch's item.
    pub deviations: Option<Versioned<DeviationsState>>,
}

impl RecordFacts {
    /// The facts in the items of a record's partition; none if we keep no copy of the record.
    ///
    /// # Errors
    /// If an item does not hold the state that its key promises.
    pub fn read(items: Vec<Item>) -> Result<Option<Self>, StoreError> {
        let (mut record, mut routing, mut clocks, mut gate, mut deviations) =
            (None, None, None, None, None);
        for item in items {
            match item.key.sk.as_str() {
                "record" => record = Some(Versioned::read(item)?),
                "routing" => routing = Some(Versioned::read(item)?),
                "clocks" => clocks = Some(Versioned::read(item)?),
                "gate" => gate = Some(Versioned::read(item)?),
                "deviations" => deviations = Some(Versioned::read(item)?),
                // A newer release may keep more; an older one must not stumble over it.
                _ => {}
            }
        }
        Ok(record.map(|record| Self {
            record,
            routing,
            clocks,
            gate,
            deviations,
        }))
    }

    /// Which record.
    #[must_use]
    pub fn id(&self) -> &RecordId {
        &self.record.state.record.id
    }
}

/// The state in what was read beside a record: its default where there is no such item yet.
///
/// # Errors
/// If the item does not hold such a state.
pub fn read_or_default<T: DeserializeOwned + Default>(
    item: Option<&Option<Item>>,
) -> Result<T, StoreError> {
    match item.and_then(Option::as_ref) {
        Some(item) => Ok(Versioned::read(item.clone())?.state),
        None => Ok(T::default()),
    }
}

/// The write that replaces a state which was read as `before`.
///
/// # Errors
/// If the state cannot be written as JSON.
pub fn put_state<T: Serialize, B>(
    key: Key,
    state: &T,
    before: Option<&Versioned<B>>,
    indexes: Indexes,
) -> Result<Put, StoreError> {
    let body = serde_json::to_value(state)
        .map_err(|why| StoreError::Malformed(key.clone(), why.to_string()))?;
    Ok(Put {
        key,
        body,
        guard: before.map_or(Guard::Absent, |before| Guard::Version(before.version)),
        indexes,
        expires: None,
    })
}
