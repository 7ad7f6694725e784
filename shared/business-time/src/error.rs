//! What can go wrong with a question to a calendar.

use jiff::Timestamp;

use crate::validate::SpecError;

/// Why a calendar could not be built or could not answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The calendar as written has mistakes, all of them listed.
    #[error("the calendar cannot be used: {}", list(.0))]
    Spec(Vec<SpecError>),
    /// There is no open time left in the direction asked for.
    #[error("the calendar has no open time {} {from}: give it weekly hours, or hours on a date", .direction.side())]
    NeverOpens {
        /// Where the search began.
        from: Timestamp,
        /// The direction it went in.
        direction: Direction,
    },
    /// The calendar never closes in the direction asked for.
    #[error("the calendar is open without a pause {} {from}, so it has no closing and no opening there", .direction.side())]
    NeverCloses {
        /// Where the search began.
        from: Timestamp,
        /// The direction it went in.
        direction: Direction,
    },
    /// The answer lies outside the years −9999 to 9999.
    #[error("{from} and the amount lead beyond the years -9999 to 9999: use a smaller amount")]
    OutOfRange {
        /// Where the search began.
        from: Timestamp,
    },
}

fn list(errors: &[SpecError]) -> String {
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// Which way to go in time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// To later instants.
    Forward,
    /// To earlier instants.
    Backward,
}

impl Direction {
    fn side(self) -> &'static str {
        match self {
            Direction::Forward => "after",
            Direction::Backward => "before",
        }
    }
}
