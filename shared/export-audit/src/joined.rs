//! What other files tell of the records of one.

use crate::{accounts::Accounts, events::EventTimes};

/// The accounts that records belong to, and what happened to them.
#[derive(Clone)]
pub(crate) struct Joined<'a> {
    pub(crate) accounts: Option<&'a Accounts>,
    pub(crate) events: Vec<&'a EventTimes>,
}
