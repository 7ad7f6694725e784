use std::collections::BTreeMap;

/// So many days, and how many deals took or are to take them.
pub(crate) type Days = BTreeMap<i64, u64>;

/// What is counted of one segment.
#[derive(Debug, Default)]
pub(crate) struct OfSegment {
    /// From the day on which a won deal was created to its close date.
    pub(crate) won: Days,
    /// The same of open deals: what they are to take.
    pub(crate) planned: Days,
    /// How many open deals lack one of the two days.
    pub(crate) unknown: u64,
}

/// What is counted of close dates, by the number of the segment.
#[derive(Debug, Default)]
pub(crate) struct Counted(pub(crate) Vec<OfSegment>);
