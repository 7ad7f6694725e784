use jiff::Timestamp;
use model::Revision;
use serde::{Deserialize, Serialize};

use crate::key::Key;

/// That the minute's tick was heard. About machines: without it nobody could tell a quiet hour from a stack that
/// stands still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeardState {
    /// When, by the machine's clock.
    pub at: Timestamp,
    /// The time that it told.
    pub tick: Timestamp,
    /// What was deployed then.
    pub revision: Revision,
}

impl Key {
    /// When the minute's tick was last heard.
    #[must_use]
    pub fn heard() -> Self {
        Self::new("S#clocks".to_owned(), "heard")
    }
}
