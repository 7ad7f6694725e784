use crm::PersonId;

/// Why a pool could give a record to nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// No member can be asked.
    #[error("pool {0} has no member who could be asked")]
    Nobody(String),
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
