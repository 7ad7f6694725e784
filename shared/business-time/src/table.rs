//! The open time of some years as prefix sums, with an index into both axes.

use crate::runs::Run;

/// One open span and the open seconds of the table before it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    start: i64,
    end: i64,
    before: i64,
}

/// Everything that is open between two instants. Each question is one look into
/// an index and a search among the one or two entries it points at.
#[derive(Debug)]
pub(crate) struct Table {
    from: i64,
    to: i64,
    total: i64,
    entries: Vec<Entry>,
    by_time: Index,
    by_sum: Index,
}

impl Table {
    /// The table of `runs`, which are merged and lie within `from..to`.
    pub(crate) fn new(from: i64, to: i64, runs: &[Run]) -> Table {
        let mut before = 0;
        let mut entries = Vec::with_capacity(runs.len());
        for run in runs {
            entries.push(Entry {
                start: run.start,
                end: run.end,
                before,
            });
            before += run.length();
        }
        let by_time = Index::new(
            to - from,
            entries.iter().map(|entry| entry.start - from),
            runs.len(),
        );
        let by_sum = Index::new(before, entries.iter().map(|entry| entry.before), runs.len());
        Table {
            from,
            to,
            total: before,
            entries,
            by_time,
            by_sum,
        }
    }

    /// The first second the table knows.
    pub(crate) fn from(&self) -> i64 {
        self.from
    }

    /// The second after the last one the table knows.
    pub(crate) fn to(&self) -> i64 {
        self.to
    }

    /// Whether the table can tell about `second`.
    #[inline]
    pub(crate) fn knows(&self, second: i64) -> bool {
        self.from <= second && second < self.to
    }

    /// Open seconds from the beginning of the table to `second`.
    #[inline]
    pub(crate) fn open_before(&self, second: i64) -> i64 {
        self.at(second).map_or(0, |entry| {
            entry.before + second.min(entry.end) - entry.start
        })
    }

    /// Whether `second` is open.
    #[inline]
    pub(crate) fn is_open(&self, second: i64) -> bool {
        self.at(second).is_some_and(|entry| second < entry.end)
    }

    /// The first instant before which `open` seconds are open; `None` when that
    /// instant may lie outside the table.
    #[inline]
    pub(crate) fn first_with(&self, open: i64) -> Option<i64> {
        if open <= 0 || open > self.total {
            return None;
        }
        self.by_sum(open - 1, |entry| entry.before < open)
            .map(|entry| entry.start + open - entry.before)
    }

    /// The last instant before which `open` seconds are open; `None` when that
    /// instant may lie outside the table.
    #[inline]
    pub(crate) fn last_with(&self, open: i64) -> Option<i64> {
        if open < 0 || open >= self.total {
            return None;
        }
        self.by_sum(open, |entry| entry.before <= open)
            .map(|entry| entry.start + open - entry.before)
    }

    /// The last entry that starts at `second` or before.
    #[inline]
    fn at(&self, second: i64) -> Option<&Entry> {
        let (first, last) = self.by_time.bracket(second - self.from);
        self.last_of(first, last, |entry| entry.start <= second)
    }

    #[inline]
    fn by_sum(&self, key: i64, holds: impl Fn(&Entry) -> bool) -> Option<&Entry> {
        let (first, last) = self.by_sum.bracket(key);
        self.last_of(first, last, holds)
    }

    /// The last entry for which `holds`, which is true for all entries before
    /// `first` and for none from `last` on.
    #[inline]
    fn last_of(&self, first: usize, last: usize, holds: impl Fn(&Entry) -> bool) -> Option<&Entry> {
        let among = self.entries.get(first..last)?;
        let count = first + among.partition_point(holds);
        self.entries.get(count.checked_sub(1)?)
    }
}

/// How many of the rising keys lie below each multiple of a power of two. It
/// narrows a search among thousands of keys to the few of one bucket.
#[derive(Debug)]
struct Index {
    shift: u32,
    below: Vec<u32>,
}

impl Index {
    /// An index of `count` rising `keys` between 0 and `span`, with between one
    /// and two buckets for each key.
    fn new(span: i64, keys: impl Iterator<Item = i64>, count: usize) -> Index {
        let mut shift = 0;
        while usize::try_from(span >> shift).unwrap_or(usize::MAX) > 2 * count + 1 {
            shift += 1;
        }
        let buckets = usize::try_from(span >> shift).unwrap_or(0) + 1;
        let mut below = Vec::with_capacity(buckets + 1);
        let mut seen = 0_u32;
        for key in keys {
            while usize::try_from(key >> shift).unwrap_or(0) >= below.len() {
                below.push(seen);
            }
            seen += 1;
        }
        below.resize(buckets + 1, seen);
        Index { shift, below }
    }

    /// The range of positions in which the number of keys ≤ `key` lies.
    #[inline]
    fn bracket(&self, key: i64) -> (usize, usize) {
        let Ok(bucket) = usize::try_from(key >> self.shift) else {
            return (0, 0);
        };
        let all = self.below.last().map_or(0, |&count| count as usize);
        let at = |index: usize| self.below.get(index).map_or(all, |&count| count as usize);
        (at(bucket), at(bucket + 1))
    }
}
