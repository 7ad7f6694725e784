//! The same arithmetic worked out span by span, for what the table does not
//! hold. It knows nothing of the table, so each can be tested against the other.

use jiff::Timestamp;

use crate::calendar::{Calendar, instant};
use crate::error::{Direction, Error};
use crate::hours::DAY;
use crate::rules::limits;
use crate::runs::{Run, whole_seconds};

/// The first stretch that is looked at; each further one is twice as long.
const FIRST_STRETCH: i64 = 4 * DAY;
const LONGEST_STRETCH: i64 = 1024 * DAY;
/// In so much time without special days, an ordinary week has shown whatever it
/// can do, even if a change of clocks swallows one interval of it.
const ENOUGH: i64 = 28 * DAY;

impl Calendar {
    /// The open spans of `from..to`, absences left out, in order and merged.
    pub(crate) fn open_runs(&self, from: i64, to: i64) -> Vec<Run> {
        Run::without(self.base.rules.open(from, to), self.absences.runs())
    }

    /// Goes from `second` stretch by stretch and gives the open spans of each,
    /// clipped to it and nearest first, with its near and its far end to
    /// `visit`, until that returns something.
    /// `None` when the range of instants ends, or when beyond all special days
    /// `hopeless` holds for the ordinary week.
    pub(crate) fn search<T>(
        &self,
        second: i64,
        direction: Direction,
        hopeless: bool,
        mut visit: impl FnMut(&[Run], i64, i64) -> Option<T>,
    ) -> Search<T> {
        let (first, last) = limits();
        let (quiet_before, quiet_after) = self.quiet(second);
        let mut edge = second;
        let mut stretch = FIRST_STRETCH;
        loop {
            let next = match direction {
                Direction::Forward => edge.saturating_add(stretch).min(last),
                Direction::Backward => edge.saturating_sub(stretch).max(first),
            };
            let mut runs = self.open_runs(edge.min(next), edge.max(next));
            if direction == Direction::Backward {
                runs.reverse();
            }
            if let Some(found) = visit(&runs, edge, next) {
                return Search::Found(found);
            }
            let quiet = match direction {
                Direction::Forward => next > quiet_after,
                Direction::Backward => next < quiet_before,
            };
            if quiet && hopeless {
                return Search::Hopeless;
            }
            if next == edge {
                return Search::OutOfRange;
            }
            edge = next;
            stretch = (stretch * 2).min(LONGEST_STRETCH);
        }
    }

    /// The seconds before and after which only the ordinary week counts.
    fn quiet(&self, second: i64) -> (i64, i64) {
        let special = self.base.rules.special_span().unwrap_or((second, second));
        let away = self.absences.runs();
        let first = away.first().map_or(second, |run| run.start);
        let last = away.last().map_or(second, |run| run.end);
        (
            special.0.min(first).min(second) - ENOUGH,
            special.1.max(last).max(second) + ENOUGH,
        )
    }

    /// [`Calendar::add`] without the table; `seconds` is not zero.
    pub(crate) fn add_beyond(&self, start: Timestamp, seconds: i64) -> Result<Timestamp, Error> {
        let (second, fraction) = whole_seconds(start);
        let carry = fraction != 0 && self.open_at(second);
        let fraction = if carry { fraction } else { 0 };
        let direction = if seconds > 0 {
            Direction::Forward
        } else {
            Direction::Backward
        };
        let mut left = seconds.unsigned_abs();
        let end = self.search(
            second,
            direction,
            !self.base.rules.local.week_opens,
            |runs, _, _| {
                for run in runs {
                    let length = run.length().unsigned_abs();
                    let fits = if carry && direction == Direction::Forward {
                        left < length
                    } else {
                        left <= length
                    };
                    if fits {
                        let left = i64::try_from(left).unwrap_or(i64::MAX);
                        return Some(match direction {
                            Direction::Forward => run.start + left,
                            Direction::Backward => run.end - left,
                        });
                    }
                    left -= length;
                }
                None
            },
        );
        let end = end.or_error(
            start,
            Error::NeverOpens {
                from: start,
                direction,
            },
        )?;
        instant(end, fraction).ok_or(Error::OutOfRange { from: start })
    }

    /// Open seconds of `from..to` without the table.
    pub(crate) fn elapsed_beyond(&self, from: i64, to: i64) -> i64 {
        let mut sum = 0;
        let mut edge = from;
        while edge < to {
            let next = edge.saturating_add(LONGEST_STRETCH).min(to);
            sum += self
                .open_runs(edge, next)
                .into_iter()
                .map(Run::length)
                .sum::<i64>();
            edge = next;
        }
        sum
    }
}

/// How a search ended.
pub(crate) enum Search<T> {
    /// With what was looked for.
    Found(T),
    /// Where only the ordinary week counts, which does not have it.
    Hopeless,
    /// At the end of all instants.
    OutOfRange,
}

impl<T> Search<T> {
    /// What was found, or the error that says why not.
    pub(crate) fn or_error(self, from: Timestamp, hopeless: Error) -> Result<T, Error> {
        match self {
            Search::Found(found) => Ok(found),
            Search::Hopeless => Err(hopeless),
            Search::OutOfRange => Err(Error::OutOfRange { from }),
        }
    }
}
