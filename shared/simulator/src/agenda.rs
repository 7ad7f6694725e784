use std::{cmp::Reverse, collections::BinaryHeap};

use jiff::Timestamp;

/// What is to come, the earliest first. What is due at the same instant comes in the order that was
/// drawn for it.
#[derive(Debug)]
pub(crate) struct Agenda<T> {
    heap: BinaryHeap<Reverse<Entry<T>>>,
    count: u64,
}

#[derive(Debug)]
struct Entry<T> {
    at: Timestamp,
    lot: u64,
    count: u64,
    what: T,
}

impl<T> Entry<T> {
    const fn order(&self) -> (Timestamp, u64, u64) {
        (self.at, self.lot, self.count)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

impl<T> Agenda<T> {
    pub(crate) const fn new() -> Self {
        Self {
            heap: BinaryHeap::new(),
            count: 0,
        }
    }

    /// Puts something on it, with the lot that orders it among what is due at the same instant.
    pub(crate) fn add(&mut self, at: Timestamp, lot: u64, what: T) {
        self.count = self.count.saturating_add(1);
        let count = self.count;
        self.heap.push(Reverse(Entry {
            at,
            lot,
            count,
            what,
        }));
    }

    /// When the next of it is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.heap.peek().map(|Reverse(entry)| entry.at)
    }

    /// Takes the next of it.
    pub(crate) fn pop(&mut self) -> Option<(Timestamp, T)> {
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.what))
    }
}
