use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::types::ConsumedCapacity;

/// What was spent on the table.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spent {
    /// Requests that read.
    pub reads: u32,
    /// Requests that write one item.
    pub writes: u32,
    /// Transactions.
    pub transactions: u32,
    /// Capacity units, as the database reports them.
    pub units: f64,
    /// Those of them that were written, indexes and checks included.
    pub written: f64,
}

/// Counts what a store spends, so that tests can hold it to a price.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Mutex<Spent>>);

impl Meter {
    /// What was spent since the last call.
    #[must_use]
    pub fn take(&self) -> Spent {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, count: impl FnOnce(&mut Spent), units: f64) {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        count(&mut spent);
        spent.units += units;
    }

    pub(super) fn read<'a>(&self, capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        self.add(
            |spent| spent.reads = spent.reads.saturating_add(1),
            units(capacity),
        );
    }

    pub(super) fn write<'a>(&self, capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        let units = units(capacity);
        let count = |spent: &mut Spent| {
            spent.writes = spent.writes.saturating_add(1);
            spent.written += units;
        };
        self.add(count, units);
    }

    pub(super) fn transaction<'a>(&self, capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        let units = units(capacity);
        let count = |spent: &mut Spent| {
            spent.transactions = spent.transactions.saturating_add(1);
            spent.written += units;
        };
        self.add(count, units);
    }
}

fn units<'a>(capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) -> f64 {
    capacity
        .into_iter()
        .filter_map(ConsumedCapacity::capacity_units)
        .sum()
}
