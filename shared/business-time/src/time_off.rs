//! Personal time off on top of a calendar.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::runs::{Run, whole_seconds};
use crate::table::Table;

/// A span in which a person does not work, although the calendar is open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeOff {
    /// The first instant away, taken at its whole second.
    pub from: Timestamp,
    /// The instant of return, taken at its whole second.
    pub to: Timestamp,
}

/// One absence laid over a [`Table`]: where it begins, measured in the business
/// time that is left, and how much business time it and those before it take.
#[derive(Clone, Copy, Debug)]
struct Cut {
    run: Run,
    /// Open seconds of the table before `run.start`.
    open_at_start: i64,
    /// Open seconds the earlier cuts take away.
    taken_before: i64,
    /// Open seconds taken away up to the end of this cut.
    taken_after: i64,
}

impl Cut {
    /// Open seconds that are left before this cut begins.
    fn left_at_start(&self) -> i64 {
        self.open_at_start - self.taken_before
    }
}

/// Absences in order, none touching another: a thin layer over a shared table,
/// so that a person costs a few words and not a table of their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Absences {
    runs: Vec<Run>,
    cuts: Vec<Cut>,
}

impl Absences {
    /// The absences of `time_off` and `earlier` together, over `table`.
    pub(crate) fn over(table: &Table, earlier: &Absences, time_off: &[TimeOff]) -> Absences {
        let mut runs = earlier.runs.clone();
        runs.extend(time_off.iter().map(|off| Run {
            start: whole_seconds(off.from).0,
            end: whole_seconds(off.to).0,
        }));
        let runs = Run::merged(runs);
        let mut cuts = Vec::with_capacity(runs.len());
        let mut taken = 0;
        for run in &runs {
            let (start, end) = (run.start.max(table.from()), run.end.min(table.to()));
            if start >= end {
                continue;
            }
            let open_at_start = table.open_before(start);
            let taken_before = taken;
            taken += table.open_before(end) - open_at_start;
            cuts.push(Cut {
                run: *run,
                open_at_start,
                taken_before,
                taken_after: taken,
            });
        }
        Absences { runs, cuts }
    }

    /// The spans of absence in order, none touching another.
    pub(crate) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Whether `second` lies in an absence.
    pub(crate) fn contains(&self, second: i64) -> bool {
        let after = self.runs.partition_point(|run| run.start <= second);
        after
            .checked_sub(1)
            .and_then(|last| self.runs.get(last))
            .is_some_and(|run| second < run.end)
    }

    /// Seconds of absence in `from..to`.
    pub(crate) fn between(&self, from: i64, to: i64) -> i64 {
        let parts = self.runs.iter().filter_map(|run| run.within(from, to));
        parts.map(Run::length).sum()
    }

    /// The end of `seconds` from `second` that pass day and night, but in no absence; backward, if
    /// they are negative. `None` when it is out of range.
    pub(crate) fn wall_end(&self, second: i64, seconds: i64) -> Option<i64> {
        let (mut at, mut left) = (second, seconds.checked_abs()?);
        if seconds < 0 {
            for run in self.runs.iter().rev().filter(|run| run.start < second) {
                let there = (at - run.end).max(0);
                if left <= there {
                    break;
                }
                left -= there;
                at = run.start;
            }
            return at.checked_sub(left);
        }
        for run in self.runs.iter().filter(|run| run.end > second) {
            let there = run.start - at;
            if there > 0 && left <= there {
                break;
            }
            left -= there.max(0);
            at = run.end;
        }
        at.checked_add(left)
    }

    /// Open seconds left of the `open` that lie before `second`.
    pub(crate) fn left(&self, second: i64, open: i64) -> i64 {
        if self.cuts.is_empty() {
            return open;
        }
        let after = self.cuts.partition_point(|cut| cut.run.start <= second);
        match after.checked_sub(1).and_then(|last| self.cuts.get(last)) {
            None => open,
            Some(cut) if second < cut.run.end => cut.left_at_start(),
            Some(cut) => open - cut.taken_after,
        }
    }

    /// The open seconds of the table at which `left` seconds are reached first.
    pub(crate) fn open_when_first_left(&self, left: i64) -> i64 {
        self.open_with(
            left,
            self.cuts.partition_point(|cut| cut.left_at_start() < left),
        )
    }

    /// The open seconds of the table at which more than `left` seconds begin.
    pub(crate) fn open_when_last_left(&self, left: i64) -> i64 {
        self.open_with(
            left,
            self.cuts.partition_point(|cut| cut.left_at_start() <= left),
        )
    }

    fn open_with(&self, left: i64, cuts: usize) -> i64 {
        let last = cuts.checked_sub(1).and_then(|last| self.cuts.get(last));
        left + last.map_or(0, |cut| cut.taken_after)
    }
}
