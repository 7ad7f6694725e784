//! What belongs to a text. Short texts, as nearly all ids and words are, lie in the map itself, so that finding one
//! touches one place of the memory.

use std::hash::{Hash, Hasher};

use hashbrown::HashMap;

/// A text of up to 16 bytes: its first and its last eight, which overlap, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Short {
    first: u64,
    last: u64,
    length: u8,
}

impl Hash for Short {
    /// In one step. Texts that differ by their length alone are told apart when they are compared.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(u128::from(self.first) << 64 | u128::from(self.last));
    }
}

impl Short {
    fn of(text: &[u8]) -> Option<Self> {
        let length = u8::try_from(text.len()).ok().filter(|it| *it <= 16)?;
        let (first, last) =
            if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
                (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
            } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
                (
                    u32::from_le_bytes(*first).into(),
                    u32::from_le_bytes(*last).into(),
                )
            } else {
                let bytes = text.iter().rev();
                (bytes.fold(0, |all, byte| all << 8 | u64::from(*byte)), 0)
            };
        Some(Self {
            first,
            last,
            length,
        })
    }
}

/// A map by text. It is looked up and never gone through, so that its order shows nowhere.
#[derive(Debug)]
pub(crate) struct TextMap<T> {
    short: HashMap<Short, T>,
    long: HashMap<Box<[u8]>, T>,
}

impl<T> Default for TextMap<T> {
    fn default() -> Self {
        Self {
            short: HashMap::new(),
            long: HashMap::new(),
        }
    }
}

impl<T: Copy> TextMap<T> {
    pub(crate) fn get(&self, text: &[u8]) -> Option<T> {
        let found = match Short::of(text) {
            Some(short) => self.short.get(&short),
            None => self.long.get(text),
        };
        found.copied()
    }

    pub(crate) fn insert(&mut self, text: &[u8], value: T) {
        match Short::of(text) {
            Some(short) => self.short.insert(short, value),
            None => self.long.insert(text.into(), value),
        };
    }

    pub(crate) fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Of few letters, so that many texts are alike.
        #[test]
        fn it_is_a_map(texts in prop::collection::vec("[ab\0]{0,20}", 0..200)) {
            let (mut map, mut plain) = (TextMap::default(), BTreeMap::new());
            for (at, text) in texts.iter().enumerate() {
                prop_assert_eq!(map.get(text.as_bytes()), plain.get(text).copied());
                map.insert(text.as_bytes(), at);
                plain.insert(text.clone(), at);
            }
            prop_assert_eq!(map.len(), plain.len());
            for (text, at) in plain {
                prop_assert_eq!(map.get(text.as_bytes()), Some(at));
            }
        }
    }
}
