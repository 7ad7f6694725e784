use std::collections::BTreeMap;

use contracts::{
    DeadlineKind, Key,
    state::{ClocksState, DeviationsState, EXCEPTIONS, ExceptionsState, HandedState, MetricState},
};
use crm::{PersonId, RecordId};

use store::{Item, Store, StoreError, Versioned};

/// How many items the table gives in one read.
const AT_ONCE: usize = 100;

/// The open work that the index over persons shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OpenWork {
    /// The clocks of each record.
    pub clocks: BTreeMap<RecordId, ClocksState>,
    /// The deviations of each record, and whose they are.
    pub deviations: BTreeMap<RecordId, (PersonId, DeviationsState)>,
}

impl OpenWork {
    /// The open work of these people, by one query for each.
    ///
    /// # Errors
    /// If the table does not answer or an item is malformed.
    pub async fn of<'p, S: Store>(
        store: &S,
        people: impl IntoIterator<Item = &'p PersonId>,
    ) -> Result<Self, StoreError> {
        let mut work = Self::default();
        for person in people {
            work.add(person, store.of_person(person.as_str()).await?)?;
        }
        Ok(work)
    }

    /// Adds what somebody else has open.
    pub fn extend(&mut self, other: &Self) {
        for (id, state) in &other.clocks {
            self.see(id, state);
        }
        let deviations = other.deviations.iter();
        self.deviations
            .extend(deviations.map(|(id, state)| (id.clone(), state.clone())));
    }

    /// Of one record two people may have clocks open: what is known of it is added to.
    fn see(&mut self, id: &RecordId, state: &ClocksState) {
        let known = self.clocks.entry(id.clone()).or_default();
        known.clocks.extend(state.clocks.clone());
    }

    fn add(&mut self, person: &PersonId, items: Vec<Item>) -> Result<(), StoreError> {
        for item in items {
            if let Some(record) = item
                .key
                .record_id()
                .filter(|_| item.key.holds::<HandedState>())
            {
                let HandedState { clocks } = Versioned::<HandedState>::read(item)?.state;
                let handed = ClocksState {
                    clocks,
                    ..ClocksState::default()
                };
                self.see(&record, &handed);
                continue;
            }
            // Whatever else a newer release shows there is no open work.
            match item.key.deadline() {
                Some((DeadlineKind::Clocks, record)) => {
                    let read = Versioned::<ClocksState>::read(item)?;
                    self.see(&record, &read.state);
                }
                Some((DeadlineKind::Deviations, record)) => {
                    let read = Versioned::<DeviationsState>::read(item)?;
                    self.deviations.insert(record, (person.clone(), read.state));
                }
                // A lead that waits is nobody's work yet, and an exception or an approval is none.
                Some((
                    DeadlineKind::Routing
                    | DeadlineKind::Exceptions
                    | DeadlineKind::Approvals
                    | DeadlineKind::Record,
                    _,
                ))
                | None => {}
            }
        }
        Ok(())
    }
}

/// What metrics come to, of those of these names that were counted.
///
/// # Errors
/// If the table does not answer or an item is malformed.
pub async fn metrics_kept<S: Store>(
    store: &S,
    names: &[&str],
) -> Result<BTreeMap<String, MetricState>, StoreError> {
    let mut kept = BTreeMap::new();
    for some in names.chunks(AT_ONCE) {
        let keys: Vec<Key> = some.iter().map(|name| Key::metric(name)).collect();
        for (name, item) in some.iter().zip(store.get(&keys).await?) {
            let metric = item.map(Versioned::<MetricState>::read).transpose()?;
            kept.extend(metric.map(|it| ((*name).to_owned(), it.state)));
        }
    }
    Ok(kept)
}

/// The records that have exceptions which were not noticed to be over, in order.
///
/// # Errors
/// If the table does not answer or an item is malformed.
pub async fn exceptions_in<S: Store>(
    store: &S,
) -> Result<Vec<(RecordId, ExceptionsState)>, StoreError> {
    let mut all = Vec::new();
    for item in store.of_person(EXCEPTIONS).await? {
        if !item.key.holds::<ExceptionsState>() {
            continue;
        }
        let record = item.key.record_id();
        let state = Versioned::<ExceptionsState>::read(item)?.state;
        all.extend(record.map(|record| (record, state)));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all)
}
