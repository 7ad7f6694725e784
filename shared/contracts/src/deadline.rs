use crm::RecordId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What can fall due on a record, each kept by one function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// A clock, of sla-timers.
    Clocks,
    /// A deviation, of deviation-watch.
    Deviations,
    /// The end of a wait before routing, of lead-routing.
    Routing,
    /// The end of an exception, of stage-gates.
    Exceptions,
    /// The time for an answer to an approval, of stage-gates.
    Approvals,
    /// The end of a stretch in which behaviour counts, of crm-sync.
    Record,
}

impl DeadlineKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Clocks,
        Self::Deviations,
        Self::Routing,
        Self::Exceptions,
        Self::Approvals,
        Self::Record,
    ];

    /// The word used for it in events; the item that has the deadline is called the same.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clocks => "clocks",
            Self::Deviations => "deviations",
            Self::Routing => "routing",
            Self::Exceptions => "exceptions",
            Self::Approvals => "approvals",
            Self::Record => "record",
        }
    }
}

/// A shard has more deadlines than are sent on at a time; the rest follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlinesContinued {
    /// The time of the tick that began it.
    pub at: Timestamp,
    /// The shard.
    pub shard: String,
    /// Whose deadline was sent on last.
    pub record: RecordId,
    /// What is due.
    pub kind: DeadlineKind,
    /// When it was due.
    pub due: Timestamp,
    /// Why also those are sent on that are not due yet; none if only what is due is.
    pub sweep: Option<String>,
}
