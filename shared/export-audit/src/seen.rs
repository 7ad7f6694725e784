//! Which ids were there before.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashSet};

/// The ids that were there, as numbers of 64 bits: eight bytes for each, whatever they look like. Of a million
/// different ones two have the same number once in forty million audits, and are then reported and counted all the same.
///
/// Exports mostly stand in the order of their ids. As long as they do, an id is compared with the one before it, and
/// nothing is looked up.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    hasher: DefaultHashBuilder,
    last: Vec<u8>,
    in_order: Vec<u64>,
    /// From the first id on that is out of order.
    all: Option<HashSet<u64>>,
}

impl Seen {
    /// Whether it comes for the first time.
    pub(crate) fn is_new(&mut self, id: &[u8]) -> bool {
        let number = self.hasher.hash_one(id);
        if let Some(all) = &mut self.all {
            return all.insert(number);
        }
        if self.last.as_slice() < id || self.in_order.is_empty() {
            self.last.clear();
            self.last.extend_from_slice(id);
            self.in_order.push(number);
            return true;
        }
        if self.last == id {
            return false;
        }
        let mut all: HashSet<u64> = std::mem::take(&mut self.in_order).into_iter().collect();
        let new = all.insert(number);
        self.all = Some(all);
        new
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_id_is_new_once(mut ids in prop::collection::vec("[0-3]{0,2}", 0..30), sorted: bool) {
            if sorted {
                ids.sort();
            }
            let (mut seen, mut plain) = (Seen::default(), BTreeSet::new());
            for id in &ids {
                prop_assert_eq!(seen.is_new(id.as_bytes()), plain.insert(id.clone()), "{}", id);
            }
        }
    }
}
