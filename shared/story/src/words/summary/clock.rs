use contracts::state::{Clock, ClockStatus};

use crate::wording::{Tone, Wording};

/// The latest run of a clock: how it stands, what comes next, and its terms.
pub(super) fn wording(name: &str, clock: &Clock) -> Wording {
    let (tone, status, due) = match clock.status {
        ClockStatus::Running => (Tone::Good, "running", "due"),
        ClockStatus::Paused => (Tone::Unsure, "paused", "was due"),
        ClockStatus::Late => (Tone::Bad, "late", "was due"),
        ClockStatus::MetInTime => (Tone::Good, "met in time", "due"),
        ClockStatus::MetLate => (Tone::Unsure, "met late", "was due"),
        ClockStatus::Cancelled => (Tone::Detail, "cancelled", "would have been due"),
    };
    let mut said = Wording::from(format!("{name}: "))
        .say(tone, status)
        .say(Tone::Plain, format!(" · {due} "))
        .time(clock.due);
    if let Some(met) = clock.met {
        said = said.then(" · met ").time(met);
    }
    if let Some(warn) = clock.warn_at {
        said = said.then(" · warns ").time(warn);
    }
    if let Some(step) = clock.steps.first().filter(|_| clock.status.is_open()) {
        said = said.then(format!(" · step {} ", step.number)).time(step.at);
    }
    let terms = format!(
        " · {}, {}, run {}, owner {}",
        clock.budget, clock.calendar, clock.instance, clock.owner
    );
    said.say(Tone::Detail, terms)
}
