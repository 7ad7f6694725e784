//! Whose turn it is in a pool, to the quantum; and what becomes of a turn that is taken back.

mod candidate;
mod eligible;
mod error;
mod pick;
mod quanta;
mod service;
mod stand;
mod transfer;
mod words;

pub use error::RotationError;
pub use pick::{Picked, pick};
pub use stand::{MemberNow, Next, PoolNow, stand};
pub use transfer::{Transfer, hand_on, leave, transfer, without};
