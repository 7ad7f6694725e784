//! The one arithmetic by which clocks start, go on after a pause, and follow a changed calendar.

use business_time::{BusinessAmount, Calendar};
use contracts::state::{Clock, ClockStatus, KeptStep, KeptTerms, Left, Step};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::condition::length;

/// When `left` is over, counted from `from`.
pub(super) fn due(calendar: &Calendar, from: Timestamp, left: &Left) -> Result<Timestamp, String> {
    match left {
        Left::Budget(words) => calendar
            .due(from, &amount(words)?)
            .map_err(|why| why.to_string()),
        Left::Open(seconds) => calendar.add(from, *seconds).map_err(|why| why.to_string()),
        Left::Wall(seconds) => calendar
            .due(from, &BusinessAmount::Wall(*seconds))
            .map_err(|why| why.to_string()),
    }
}

/// The amount that a stored text says.
pub(super) fn amount(words: &str) -> Result<BusinessAmount, String> {
    words
        .parse()
        .map_err(|why: business_time::AmountError| why.to_string())
}

/// Whether the seconds of a budget pass day and night.
pub(super) fn is_wall(left: &Left) -> bool {
    match left {
        Left::Budget(words) => amount(words).is_ok_and(|amount| !amount.needs_calendar()),
        Left::Open(_) => false,
        Left::Wall(_) => true,
    }
}

/// What of a budget like `left` remains from one instant to another.
pub(super) fn remaining(calendar: &Calendar, left: &Left, at: Timestamp, due: Timestamp) -> Left {
    if is_wall(left) {
        Left::Wall(calendar.wall_elapsed(at, due))
    } else {
        Left::Open(calendar.elapsed(at, due))
    }
}

/// How many seconds that is, counted from `from` until it is over at `due`.
pub(super) fn seconds(calendar: &Calendar, left: &Left, from: Timestamp, due: Timestamp) -> i64 {
    counted(&remaining(calendar, left, from, due))
}

/// The seconds of what is left; 0 of an amount in words, which depends on where it is counted.
pub(super) const fn counted(left: &Left) -> i64 {
    match left {
        Left::Open(seconds) | Left::Wall(seconds) => *seconds,
        Left::Budget(_) => 0,
    }
}

/// What is left, in words.
pub(super) fn spoken(left: &Left) -> String {
    match left {
        Left::Budget(words) => words.clone(),
        counted_in => length(SignedDuration::from_secs(counted(counted_in))),
    }
}

/// What is left of a run at an instant, in seconds of open time or, second, whether of the wall
/// clock; nothing once it is late, met or cancelled.
#[must_use]
pub fn left_at(calendar: &Calendar, clock: &Clock, kept: &KeptTerms, at: Timestamp) -> (i64, bool) {
    let wall = is_wall(&kept.left);
    let left = match (&kept.paused, clock.status) {
        (Some(paused), ClockStatus::Paused) => match &paused.left {
            Left::Open(seconds) | Left::Wall(seconds) => *seconds,
            Left::Budget(_) => kept.seconds,
        },
        (_, ClockStatus::Running) if at < clock.due => {
            seconds(calendar, &kept.left, at.max(kept.from), clock.due)
        }
        _ => 0,
    };
    (left, wall)
}

/// What was left of a run's budget when it was met, in seconds of the time by which it is counted; less than nothing as far
/// as it was late.
#[must_use]
pub fn left_when_met(calendar: &Calendar, clock: &Clock, kept: &KeptTerms, met: Timestamp) -> i64 {
    if met <= clock.due {
        return seconds(calendar, &kept.left, met.max(kept.from), clock.due);
    }
    seconds(calendar, &kept.left, clock.due, met).saturating_neg()
}

/// When the owner is warned: as much before the due time as the rest of the budget says.
pub(super) fn warning(calendar: &Calendar, kept: &KeptTerms, due: Timestamp) -> Option<Timestamp> {
    let percent = i64::from(kept.warn_at?);
    if kept.warned {
        return None;
    }
    let rest = kept.seconds.saturating_mul(100_i64.saturating_sub(percent)) / 100;
    let left = seconds(calendar, &kept.left, kept.from, due);
    let wait = left.saturating_sub(rest);
    let warn = if wait <= 0 {
        kept.from
    } else if is_wall(&kept.left) {
        calendar.due(kept.from, &BusinessAmount::Wall(wait)).ok()?
    } else {
        calendar.add(kept.from, wait).ok()?
    };
    (warn < due).then_some(warn)
}

/// When each step after the due time is taken.
pub(super) fn steps(
    calendar: &Calendar,
    due: Timestamp,
    steps: &[KeptStep],
) -> Result<Vec<Step>, String> {
    let mut found = Vec::new();
    let mut previous = due;
    for step in steps {
        let from = if step.after_previous { previous } else { due };
        let at = match &step.after {
            None => from,
            Some(after) => calendar
                .due(from, &amount(after)?)
                .map_err(|why| why.to_string())?,
        };
        previous = at;
        found.push(Step {
            number: step.number,
            at,
            tell: step.tell.clone(),
        });
    }
    found.sort_by_key(|step| (step.at, step.number));
    Ok(found)
}

/// The arithmetic in words: `Fri 15:10 + 4 h → 50 min Friday, 3 h 10 min Monday → Mon 12:10`.
pub(super) fn arithmetic(
    calendar: &Calendar,
    from: Timestamp,
    left: &Left,
    due: Timestamp,
) -> String {
    let counted = match left {
        Left::Budget(words) => amount(words).ok(),
        Left::Open(seconds) => Some(BusinessAmount::Business(*seconds)),
        Left::Wall(seconds) => Some(BusinessAmount::Wall(*seconds)),
    };
    match counted.map(|amount| (calendar.trace_due(from, &amount), amount)) {
        Some((Ok(trace), BusinessAmount::Business(_))) => trace.to_string(),
        Some((_, other)) => {
            format!(
                "{} + {other} → {}",
                zoned(calendar, from),
                zoned(calendar, due)
            )
        }
        None => format!("due {}", zoned(calendar, due)),
    }
}

/// An instant on the calendar's own clock.
pub(super) fn zoned(calendar: &Calendar, at: Timestamp) -> String {
    zoned_in(calendar.time_zone(), at)
}

/// An instant as it reads in a zone.
pub(super) fn zoned_in(zone: &TimeZone, at: Timestamp) -> String {
    at.to_zoned(zone.clone())
        .strftime("%a %d %b %H:%M")
        .to_string()
}
