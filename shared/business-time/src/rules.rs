//! The hours of a calendar in its zone: from wall clock to instants.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::hours::DAY;
use crate::local_hours::LocalHours;
use crate::runs::Run;

/// The first and the last second an instant can have.
pub(crate) fn limits() -> (i64, i64) {
    (Timestamp::MIN.as_second(), Timestamp::MAX.as_second())
}

/// The zone of that name, from the database built into the program: the same
/// calendar gives the same answers on every machine.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// A stretch of time in which the zone's clocks are not changed.
#[derive(Clone, Copy, Debug)]
struct Steady {
    from: i64,
    to: i64,
    /// Seconds the wall clock is ahead of UTC.
    offset: i64,
}

/// Everything a calendar says, ready to be asked about any span of time.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) zone: TimeZone,
    pub(crate) local: LocalHours,
    /// The changes of clocks that are asked about most; the zone itself is
    /// slower to answer.
    ready: Vec<Steady>,
}

impl Rules {
    /// The rules with the changes of clocks in `from..to` kept ready.
    pub(crate) fn new(zone: TimeZone, local: LocalHours, from: i64, to: i64) -> Rules {
        let ready = changes(&zone, from, to);
        Rules { zone, local, ready }
    }

    /// The open spans of `from..to` in seconds since 1970 UTC, clipped to it,
    /// in order and merged.
    pub(crate) fn open(&self, from: i64, to: i64) -> Vec<Run> {
        let steady = self.steady(from, to);
        let (Some(first), Some(last)) = (steady.first(), steady.last()) else {
            return Vec::new();
        };
        // A day on each side is more than any change of clocks.
        let local = self
            .local
            .between(first.from + first.offset - DAY, last.to + last.offset + DAY);
        instants(&local, &steady)
    }

    /// The open spans that belong to the date with this number, those after its
    /// midnight included.
    pub(crate) fn open_on(&self, day: i64) -> Vec<Run> {
        let local = self.local.of_day(day);
        if local.is_empty() {
            return local;
        }
        instants(&local, &self.steady((day - 2) * DAY, (day + 4) * DAY))
    }

    /// The seconds between which only the ordinary week counts no longer, or
    /// not yet: before the first and after the last special day.
    pub(crate) fn special_span(&self) -> Option<(i64, i64)> {
        let (first, last) = self.local.special_days()?;
        Some(((first - 2) * DAY, (last + 3) * DAY))
    }

    /// Seconds the wall clock is ahead of UTC at `second`.
    pub(crate) fn offset(&self, second: i64) -> i64 {
        let after = self.ready.partition_point(|stretch| stretch.from <= second);
        let ready = after.checked_sub(1).and_then(|last| self.ready.get(last));
        match ready.filter(|stretch| second < stretch.to) {
            Some(stretch) => stretch.offset,
            None => offset(&self.zone, second),
        }
    }

    /// The instant at which the wall clock shows `local`, in seconds since 1970
    /// as if it were UTC: the first one if it is shown twice, the moment of the
    /// change if it is skipped.
    pub(crate) fn instant_of(&self, local: i64) -> i64 {
        let stretches = self.steady(local - 2 * DAY, local + 2 * DAY);
        let stretch = stretches
            .iter()
            .find(|stretch| local < stretch.to + stretch.offset);
        stretch.map_or(local, |stretch| (local - stretch.offset).max(stretch.from))
    }

    /// The stretches between the changes of clocks in `from..to`.
    fn steady(&self, from: i64, to: i64) -> Vec<Steady> {
        let ready = |first: &Steady, last: &Steady| first.from <= from && to <= last.to;
        match (self.ready.first(), self.ready.last()) {
            (Some(first), Some(last)) if ready(first, last) => {
                let skipped = self.ready.partition_point(|stretch| stretch.to <= from);
                let within = self
                    .ready
                    .iter()
                    .skip(skipped)
                    .take_while(|stretch| stretch.from < to);
                within
                    .map(|stretch| Steady {
                        from: stretch.from.max(from),
                        to: stretch.to.min(to),
                        ..*stretch
                    })
                    .collect()
            }
            _ => changes(&self.zone, from, to),
        }
    }
}

fn offset(zone: &TimeZone, second: i64) -> i64 {
    i64::from(zone.to_offset(clamped(second)).seconds())
}

/// The stretches between the changes of clocks in `from..to`, as the zone knows
/// them.
fn changes(zone: &TimeZone, from: i64, to: i64) -> Vec<Steady> {
    let mut stretches = Vec::new();
    let mut current = Steady {
        from,
        to,
        offset: offset(zone, from),
    };
    for change in zone.following(clamped(from)) {
        let at = change.timestamp().as_second();
        if at >= to {
            break;
        }
        let next = Steady {
            from: at,
            to,
            offset: i64::from(change.offset().seconds()),
        };
        stretches.push(Steady { to: at, ..current });
        current = next;
    }
    stretches.push(current);
    stretches
}

/// The instants at which the wall clock shows a time of `local`.
fn instants(local: &[Run], steady: &[Steady]) -> Vec<Run> {
    let mut open = Vec::with_capacity(local.len());
    for stretch in steady {
        let (from, to) = (stretch.from + stretch.offset, stretch.to + stretch.offset);
        let first = local.partition_point(|run| run.end <= from);
        for run in local.iter().skip(first).take_while(|run| run.start < to) {
            if let Some(run) = run.within(from, to) {
                Run::push(
                    &mut open,
                    Run {
                        start: run.start - stretch.offset,
                        end: run.end - stretch.offset,
                    },
                );
            }
        }
    }
    open
}

fn clamped(second: i64) -> Timestamp {
    let (first, last) = limits();
    Timestamp::from_second(second.clamp(first, last)).unwrap_or(Timestamp::UNIX_EPOCH)
}
