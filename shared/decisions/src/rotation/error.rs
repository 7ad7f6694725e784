use crm::PersonId;

use crate::capacity::NotRead;

/// Why a pool could give a record to nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// No member can be asked.
    #[error("pool {0} has no member who could be asked")]
    Nobody(String),
    /// It was not read what a member has in hand.
    #[error("pool {pool}: {why}")]
    NotRead {
        /// The pool.
        pool: String,
        /// Whose.
        why: NotRead,
    },
    /// A member is owed, or ahead by, more than can be kept: some 9 · 10⁹ leads.
    #[error("the rotation of pool {pool} cannot go on: the lag of {person} is {lag}, at its limit")]
    TooLarge {
        /// The pool.
        pool: String,
        /// The member.
        person: PersonId,
        /// What stands there, in quanta.
        lag: i64,
    },
}

impl NotRead {
    /// The same of a member of this pool.
    pub(super) fn in_pool(self, pool: &str) -> RotationError {
        RotationError::NotRead {
            pool: pool.to_owned(),
            why: self,
        }
    }
}
