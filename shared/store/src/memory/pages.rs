use std::sync::Arc;

use super::kept::Kept;
use crate::port::Item;

/// The most bytes that one page of a query carries.
const MOST_BYTES_OF_PAGE: usize = 1024 * 1024;

/// The most bytes that one read by keys carries.
const MOST_BYTES_OF_READ: usize = 16 * 1024 * 1024;

/// Whole items, and in how many pages they come.
pub(super) fn whole<'a>(found: impl Iterator<Item = &'a Arc<Kept>>) -> (Vec<Item>, u64) {
    let (items, sizes): (Vec<Item>, Vec<usize>) =
        found.map(|kept| (kept.item(), kept.size)).unzip();
    (items, pages_of(sizes))
}

/// In how many pages a query's items of these sizes come; even nothing takes one.
pub(super) fn pages_of(sizes: impl IntoIterator<Item = usize>) -> u64 {
    trips(sizes, MOST_BYTES_OF_PAGE)
}

/// In how many goes items of these sizes are read by their keys.
pub(super) fn reads_of(sizes: impl IntoIterator<Item = usize>) -> u64 {
    trips(sizes, MOST_BYTES_OF_READ)
}

fn trips(sizes: impl IntoIterator<Item = usize>, most: usize) -> u64 {
    let mut trips = 1_u64;
    let mut carried = 0_usize;
    for size in sizes {
        let more = carried.saturating_add(size);
        if more > most && carried > 0 {
            trips = trips.saturating_add(1);
            carried = size;
        } else {
            carried = more;
        }
    }
    trips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_filled_to_its_last_byte() {
        assert_eq!(pages_of([]), 1);
        assert_eq!(pages_of([1024; 1024]), 1);
        assert_eq!(pages_of([1024; 1025]), 2);
        assert_eq!(pages_of([400 * 1024; 6]), 3);
        assert_eq!(reads_of([400 * 1024; 41]), 2);
    }
}
