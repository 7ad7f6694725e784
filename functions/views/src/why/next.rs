use contracts::state::{Clock, ClockStatus};
use jiff::Timestamp;
use model::LateStep;
use story::RecordNow;

use super::{approvals, reader::Reader};

/// What happens by itself if nothing changes, the earliest first.
pub(super) fn next(
    reader: &Reader<'_>,
    stands: &RecordNow,
    now: Timestamp,
) -> Vec<(Timestamp, String)> {
    let mut all = Vec::new();
    for (name, clock) in &stands.clocks {
        of_clock(reader, name, clock, &mut all);
    }
    for (name, open) in &stands.deviations {
        all.extend(open.resolve_by.map(|by| {
            let name = reader.deviation(name);
            (by, format!("{name} is to be put right by then"))
        }));
    }
    let waits = stands.routing.iter().filter_map(|it| it.waits.as_ref());
    all.extend(waits.map(|waits| {
        let what = if waits.for_facts() {
            "it is decided who gets it, with what is known by then"
        } else {
            "if nobody has it by then, the model says who gets it"
        };
        (waits.until, what.to_owned())
    }));
    all.extend(approvals::next(reader, stands));
    all.retain(|(at, _)| *at > now);
    all.sort();
    all
}

fn of_clock(reader: &Reader<'_>, name: &str, clock: &Clock, all: &mut Vec<(Timestamp, String)>) {
    let called = reader.clock(name);
    if clock.status == ClockStatus::Running {
        let owner = reader.name(&clock.owner);
        all.extend(
            clock
                .warn_at
                .map(|at| (at, format!("{owner} are reminded of {called}")))
                .map(|(at, words)| match reader.is(&clock.owner) {
                    true => (at, words),
                    false => (at, words.replacen(" are reminded", " is reminded", 1)),
                }),
        );
        all.push((clock.due, format!("{called} is due")));
    }
    if !clock.status.is_open() || clock.status == ClockStatus::Paused {
        return;
    }
    let terms = reader.model.clocks.get(name);
    for step in &clock.steps {
        let number = usize::try_from(step.number).unwrap_or(usize::MAX);
        let known = terms.and_then(|terms| terms.when_late.get(number.saturating_sub(1)));
        let mut does = Vec::new();
        if let Some(tell) = &step.tell {
            let who = reader.recipient(tell, &clock.owner);
            let verb = if who == "you" { "hear" } else { "hears" };
            does.push(format!("{who} {verb} of it"));
        }
        does.extend(known.into_iter().flat_map(|it| done(reader, it)));
        if !does.is_empty() {
            let does = does.join(", and ");
            all.push((step.at, format!("if {called} is not met, {does}")));
        }
    }
}

/// What a step does beside telling somebody.
fn done(reader: &Reader<'_>, step: &LateStep) -> Vec<String> {
    let on = step.reassign.iter();
    let on = on.map(|_| "it goes on to another of the pool".to_owned());
    let moved = step.move_to.iter();
    let moved = moved.map(|to| format!("it moves to {}", reader.stage(to)));
    on.chain(moved).collect()
}
