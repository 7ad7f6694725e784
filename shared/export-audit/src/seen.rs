//! Which ids were there before.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashSet};

/// The ids that were there, as numbers of 64 bits: eight bytes for each, whatever they look like. Of a million
/// different ones two have the same number once in forty million audits, and are then reported and counted all the same.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    hasher: DefaultHashBuilder,
    ids: HashSet<u64>,
}

impl Seen {
    /// Whether it comes for the first time.
    pub(crate) fn is_new(&mut self, id: &[u8]) -> bool {
        self.ids.insert(self.hasher.hash_one(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once() {
        let mut seen = Seen::default();
        let all: Vec<bool> = ["1", "01", "1", "", "1 "]
            .map(|it| seen.is_new(it.as_bytes()))
            .into();
        assert_eq!(all, [true, true, false, true, true]);
    }
}
