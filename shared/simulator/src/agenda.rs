use std::{cmp::Reverse, collections::BinaryHeap};

use jiff::Timestamp;

/// What is to come, the earliest first. What is due at the same instant comes in the order that was
/// drawn for it.
#[derive(Debug)]
pub(crate) struct Agenda<T> {
    heap: BinaryHeap<Reverse<Entry>>,
    count: u64,
    /// What each entry is about, in the place that it names: a heap moves its entries often.
    places: Vec<Option<T>>,
    free: Vec<usize>,
}

/// When, by which lot, as which of all; and in which place it lies what it is about.
type Entry = (Timestamp, u64, u64, usize);

impl<T> Agenda<T> {
    pub(crate) const fn new() -> Self {
        Self {
            heap: BinaryHeap::new(),
            count: 0,
            places: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Puts something on it, with the lot that orders it among what is due at the same instant.
    pub(crate) fn add(&mut self, at: Timestamp, lot: u64, what: T) {
        self.count = self.count.saturating_add(1);
        let place = self.free.pop().unwrap_or(self.places.len());
        match self.places.get_mut(place) {
            Some(free) => *free = Some(what),
            None => self.places.push(Some(what)),
        }
        self.heap.push(Reverse((at, lot, self.count, place)));
    }

    /// When the next of it is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.heap.peek().map(|Reverse((at, ..))| *at)
    }

    /// Takes the next of it.
    pub(crate) fn pop(&mut self) -> Option<(Timestamp, T)> {
        let Reverse((at, _, _, place)) = self.heap.pop()?;
        let what = self.places.get_mut(place)?.take()?;
        self.free.push(place);
        Some((at, what))
    }
}
