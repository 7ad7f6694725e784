use std::collections::BTreeMap;

use crate::listed::{LISTED, Listed};

/// So many days, and how many deals took or are to take them.
pub(crate) type Days = BTreeMap<i64, u64>;

/// What is counted of one segment.
#[derive(Debug, Default)]
pub(crate) struct OfSegment {
    /// From the day on which a won deal was created to its close date.
    pub(crate) won: Days,
    /// The same of open deals: what they are to take.
    pub(crate) planned: Days,
    /// The first open deals: those that are to take the fewest days, by these and their lines.
    pub(crate) soonest: BTreeMap<(i64, u64), Listed>,
    /// How many open deals lack one of the two days.
    pub(crate) unknown: u64,
    /// The first of these, and the first that were won.
    pub(crate) unknown_listed: Vec<Listed>,
    pub(crate) won_listed: Vec<Listed>,
}

/// Takes a deal up, unless there are enough.
pub(super) fn put(list: &mut Vec<Listed>, id: &[u8], line: u64) {
    if list.len() < LISTED {
        list.push(Listed::of(id, line));
    }
}

impl OfSegment {
    /// Takes up an open deal, if it is one of those that are to take the fewest days.
    pub(super) fn listed(&mut self, days: i64, id: &[u8], line: u64) {
        let last = self.soonest.last_key_value().map(|(key, _)| *key);
        let is_full = self.soonest.len() >= LISTED;
        if is_full && last.is_some_and(|last| (days, line) >= last) {
            return;
        }
        self.soonest.insert((days, line), Listed::of(id, line));
        if is_full {
            self.soonest.pop_last();
        }
    }
}

/// What is counted of close dates, by the number of the segment.
#[derive(Debug, Default)]
pub(crate) struct Counted(pub(crate) Vec<OfSegment>);
