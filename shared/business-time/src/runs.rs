//! Spans of whole seconds: what every calendar comes down to.

use jiff::Timestamp;

/// A span from `start`, which belongs to it, to `end`, which does not, in
/// seconds of whatever line the caller counts on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Run {
    pub(crate) start: i64,
    pub(crate) end: i64,
}

impl Run {
    /// Seconds in the span.
    pub(crate) fn length(self) -> i64 {
        self.end - self.start
    }

    /// The part inside `from..to`, if there is one.
    pub(crate) fn within(self, from: i64, to: i64) -> Option<Run> {
        let (start, end) = (self.start.max(from), self.end.min(to));
        (start < end).then_some(Run { start, end })
    }

    /// The spans in order; those that overlap or touch are one, empty ones gone.
    pub(crate) fn merged(mut runs: Vec<Run>) -> Vec<Run> {
        runs.sort_unstable();
        let mut joined = Vec::with_capacity(runs.len());
        for run in runs {
            Run::push(&mut joined, run);
        }
        joined
    }

    /// Appends `run`, which must not start before the last one, and joins them
    /// when they touch. An empty run is left out.
    pub(crate) fn push(runs: &mut Vec<Run>, run: Run) {
        match runs.last_mut() {
            _ if run.start >= run.end => {}
            Some(last) if run.start <= last.end => last.end = last.end.max(run.end),
            _ => runs.push(run),
        }
    }

    /// What is left of `runs` without `cuts`; both merged.
    pub(crate) fn without(runs: Vec<Run>, cuts: &[Run]) -> Vec<Run> {
        if cuts.is_empty() {
            return runs;
        }
        let mut left = Vec::with_capacity(runs.len());
        for mut run in runs {
            let first = cuts.partition_point(|cut| cut.end <= run.start);
            for cut in cuts
                .iter()
                .skip(first)
                .take_while(|cut| cut.start < run.end)
            {
                if cut.start > run.start {
                    left.push(Run {
                        start: run.start,
                        end: cut.start,
                    });
                }
                run.start = cut.end;
            }
            if run.start < run.end {
                left.push(run);
            }
        }
        left
    }
}

/// An instant as whole seconds since 1970, downwards, and the nanoseconds that
/// are left.
#[inline]
pub(crate) fn whole_seconds(instant: Timestamp) -> (i64, i32) {
    let (second, nanosecond) = (instant.as_second(), instant.subsec_nanosecond());
    // jiff counts both parts towards zero before 1970.
    if nanosecond < 0 {
        (second - 1, nanosecond + 1_000_000_000)
    } else {
        (second, nanosecond)
    }
}
