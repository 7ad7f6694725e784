//! When a calendar opens and closes.

use jiff::Timestamp;

use crate::beyond::Search;
use crate::calendar::{Calendar, instant};
use crate::error::{Direction, Error};
use crate::runs::{Run, whole_seconds};

impl Calendar {
    /// `at` itself when it is open; otherwise, forward the next opening,
    /// backward the last closing (`at` itself, if that is when it closed).
    ///
    /// # Errors
    /// [`Error::NeverOpens`] when there is no open time that way,
    /// [`Error::OutOfRange`] when it lies beyond the years −9999 to 9999.
    pub fn roll(&self, at: Timestamp, direction: Direction) -> Result<Timestamp, Error> {
        let second = whole_seconds(at).0;
        if self.open_at(second) {
            return Ok(at);
        }
        let found = match direction {
            Direction::Forward => self.first_open(second, at)?,
            Direction::Backward => self.last_open(second, at)? + 1,
        };
        instant(found, 0).ok_or(Error::OutOfRange { from: at })
    }

    /// The first opening after `at`.
    ///
    /// # Errors
    /// [`Error::NeverOpens`] or [`Error::NeverCloses`] when there is none,
    /// [`Error::OutOfRange`] when it lies beyond the years −9999 to 9999.
    pub fn next_opening(&self, at: Timestamp) -> Result<Timestamp, Error> {
        let closed = self.first_closed(whole_seconds(at).0, at)?;
        instant(self.first_open(closed, at)?, 0).ok_or(Error::OutOfRange { from: at })
    }

    /// The first closing after `at`.
    ///
    /// # Errors
    /// As [`Calendar::next_opening`].
    pub fn next_closing(&self, at: Timestamp) -> Result<Timestamp, Error> {
        let open = self.first_open(whole_seconds(at).0, at)?;
        instant(self.first_closed(open, at)?, 0).ok_or(Error::OutOfRange { from: at })
    }

    /// The last opening at `at` or before.
    ///
    /// # Errors
    /// As [`Calendar::next_opening`].
    pub fn previous_opening(&self, at: Timestamp) -> Result<Timestamp, Error> {
        let open = self.last_open(whole_seconds(at).0, at)?;
        instant(self.last_closed(open, at)? + 1, 0).ok_or(Error::OutOfRange { from: at })
    }

    /// The last closing at `at` or before.
    ///
    /// # Errors
    /// As [`Calendar::next_opening`].
    pub fn previous_closing(&self, at: Timestamp) -> Result<Timestamp, Error> {
        let closed = self.last_closed(whole_seconds(at).0, at)?;
        instant(self.last_open(closed, at)? + 1, 0).ok_or(Error::OutOfRange { from: at })
    }

    /// The first open second, `second` or after.
    fn first_open(&self, second: i64, at: Timestamp) -> Result<i64, Error> {
        self.search_open(second, Direction::Forward, at)
    }

    /// The last open second, `second` or before.
    fn last_open(&self, second: i64, at: Timestamp) -> Result<i64, Error> {
        self.search_open(second + 1, Direction::Backward, at)
    }

    fn search_open(&self, edge: i64, direction: Direction, at: Timestamp) -> Result<i64, Error> {
        let hopeless = !self.base.rules.local.week_opens;
        let found = self.search(edge, direction, hopeless, |runs, _, _| {
            runs.first().map(|run| match direction {
                Direction::Forward => run.start,
                Direction::Backward => run.end - 1,
            })
        });
        found.or_error(
            at,
            Error::NeverOpens {
                from: at,
                direction,
            },
        )
    }

    /// The first closed second, `second` or after.
    fn first_closed(&self, second: i64, at: Timestamp) -> Result<i64, Error> {
        let direction = Direction::Forward;
        let found = self.search_closed(second, direction, |runs, near, far| {
            let open_from_near = runs.first().filter(|run| run.start == near);
            let closed = open_from_near.map_or(near, |run| run.end);
            (closed < far).then_some(closed)
        });
        found.or_error(
            at,
            Error::NeverCloses {
                from: at,
                direction,
            },
        )
    }

    /// The last closed second, `second` or before.
    fn last_closed(&self, second: i64, at: Timestamp) -> Result<i64, Error> {
        let direction = Direction::Backward;
        let found = self.search_closed(second + 1, direction, |runs, near, far| {
            let open_until_near = runs.first().filter(|run| run.end == near);
            let closed = open_until_near.map_or(near, |run| run.start) - 1;
            (closed >= far).then_some(closed)
        });
        found.or_error(
            at,
            Error::NeverCloses {
                from: at,
                direction,
            },
        )
    }

    fn search_closed(
        &self,
        edge: i64,
        direction: Direction,
        visit: impl FnMut(&[Run], i64, i64) -> Option<i64>,
    ) -> Search<i64> {
        self.search(edge, direction, !self.base.rules.local.week_closes, visit)
    }
}
