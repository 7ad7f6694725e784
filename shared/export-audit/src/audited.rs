//! What was asked and counted, before it is put into a report.

use std::collections::BTreeMap;

use crm::RecordKind;
use jiff::Timestamp;

use crate::{
    close_dates, judging::Causes, metrics::Counted, names::Names, plan::Plan, questions::Questions,
    seen::Seen, tally::Tally, unread::Unread,
};

/// What of one kind of record was asked and counted, over all its files.
pub(crate) struct OfKind {
    pub(crate) questions: Questions,
    pub(crate) plan: Plan,
    pub(crate) tally: Tally,
    pub(crate) causes: Causes,
    pub(crate) owners: Names,
    pub(crate) seen: Seen,
    /// What was counted of each metric, in the order of the questions.
    pub(crate) metrics: Vec<Counted>,
    /// What was counted of close dates.
    pub(crate) close_dates: close_dates::Counted,
}

/// What an audit found, before it is put into a report.
pub(crate) struct Audited {
    pub(crate) now: Timestamp,
    pub(crate) rows: u64,
    pub(crate) unread: Unread,
    pub(crate) accounts: Option<(u64, u64)>,
    pub(crate) kinds: BTreeMap<RecordKind, OfKind>,
}
