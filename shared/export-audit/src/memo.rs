//! The answers to one question, by the classes of what it reads.

use hashbrown::HashMap;

use crate::classes::ALONE;

/// The most answers that lie in one piece, in bytes; more are looked up.
const DENSE: u64 = 1 << 18;

/// The most answers that are looked up.
const SPARSE: usize = 1 << 17;

/// Not asked yet.
const UNASKED: u8 = u8::MAX;

pub(crate) struct Memo {
    /// The inputs that the question reads, each with what its class counts for in the key.
    reads: Vec<(usize, u64)>,
    answers: Answers,
}

enum Answers {
    Dense(Vec<u8>),
    /// Looked up and never gone through, so that its order shows nowhere.
    Sparse(HashMap<u64, u8>),
    /// There are more combinations than numbers.
    Never,
}

/// Where the answer for a record lies; none if it is not kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key(Option<u64>);

impl Memo {
    /// For a question that reads these inputs, each with so many classes.
    pub(crate) fn new(reads: &[usize], counts: &[usize]) -> Self {
        let mut all = Some(1_u64);
        let mut strides = Vec::new();
        for input in reads {
            let count = counts.get(*input).copied().unwrap_or(1);
            strides.push((*input, all.unwrap_or(0)));
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            all = all.and_then(|all| all.checked_mul(count));
        }
        let answers = match all {
            None => Answers::Never,
            Some(all) if all <= DENSE => {
                Answers::Dense(vec![UNASKED; usize::try_from(all).unwrap_or(0)])
            }
            Some(_) => Answers::Sparse(HashMap::new()),
        };
        // What has one class only adds nothing to the key.
        strides.retain(|(input, _)| counts.get(*input).is_some_and(|count| *count > 1));
        Self {
            reads: strides,
            answers,
        }
    }

    /// Where the answer for these classes lies.
    pub(crate) fn key(&self, classes: &[u32]) -> Key {
        let mut key = 0;
        for (input, stride) in &self.reads {
            match classes.get(*input) {
                Some(class) if *class != ALONE => key += u64::from(*class) * stride,
                _ => return Key(None),
            }
        }
        Key(Some(key))
    }

    /// The answer, if it was asked for.
    pub(crate) fn known(&self, key: Key) -> Option<u8> {
        let key = key.0?;
        let answer = match &self.answers {
            Answers::Dense(all) => all.get(usize::try_from(key).ok()?),
            Answers::Sparse(all) => all.get(&key),
            Answers::Never => None,
        };
        answer.copied().filter(|it| *it != UNASKED)
    }

    /// Keeps an answer, if there is room.
    pub(crate) fn keep(&mut self, key: Key, answer: u8) {
        let Some(key) = key.0 else { return };
        match &mut self.answers {
            Answers::Dense(all) => {
                let at = usize::try_from(key).ok().and_then(|key| all.get_mut(key));
                if let Some(place) = at {
                    *place = answer;
                }
            }
            Answers::Sparse(all) if all.len() < SPARSE => {
                all.insert(key, answer);
            }
            Answers::Sparse(_) | Answers::Never => {}
        }
    }
}
