use contracts::state::PoolState;
use store::Versioned;

/// The rotations of the pools that take part in a decision.
pub(crate) struct Rotations {
    /// Of the one that gives the lead to somebody.
    pub(crate) gives: Rotation,
    /// Of the one that gave it before, if that is another.
    pub(crate) left: Rotation,
}

/// The rotation of a pool, and what is kept under its name.
#[derive(Default)]
pub(crate) struct Rotation {
    pub(crate) state: PoolState,
    pub(crate) before: Option<Versioned<PoolState>>,
}
