use std::collections::BTreeMap;

use contracts::{
    EventData, Subject,
    state::{ClockStatus, ClocksState, DeviationsState},
};
use crm::RecordId;
use jiff::{SignedDuration, Timestamp};
use model::Reopen;

use super::seen::Seen;
use crate::world::after;

/// A run of a clock of a record.
type Run = (RecordId, String, u32);

/// How often a run came to each of these.
type Counts = BTreeMap<String, usize>;

const BREACHED: &str = "clock.breached";
const WITHDRAWN: &str = "clock.breach_withdrawn";
const CANCELLED: &str = "clock.cancelled";
const RESUMED: &str = "clock.resumed";
const ESCALATED: &str = "step";
const MET_IN_TIME: &str = "met in time";
const MET_LATE: &str = "met late";

/// What was due is dealt with, once, and not before its time: of clocks and of deviations alike.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let overdue = seen.ending.overdue.iter();
    let overdue = overdue.map(|due| format!("{} is due since {}", due.key.pk, due.due));
    let mut found: Vec<String> = overdue.collect();
    found.extend(early(seen));
    for ((record, clock, instance), counts) in runs(seen) {
        let terms = seen.rules.model.clocks.get(&clock);
        let goes_on = terms.is_some_and(|terms| terms.reopen == Some(Reopen::Resume));
        let wrong = too_often(&counts, goes_on).into_iter();
        found.extend(wrong.map(|what| format!("{record}: run {instance} of {clock} {what}")));
    }
    found.extend(running_late(seen));
    found.extend(opened_in_turn(seen));
    found
}

/// Breaches before the due time.
fn early(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for audit in &seen.audits {
        for event in &audit.events {
            if let EventData::ClockBreached { clock, due, .. } = &event.data
                && audit.at < *due
            {
                let (subject, at) = (&audit.subject, audit.at);
                found.push(format!(
                    "{subject}: {clock} breached at {at}, before it was due"
                ));
            }
        }
    }
    found
}

fn runs(seen: &Seen<'_>) -> BTreeMap<Run, Counts> {
    let mut runs: BTreeMap<Run, Counts> = BTreeMap::new();
    for audit in &seen.audits {
        let Subject::Record(record) = &audit.subject else {
            continue;
        };
        for event in &audit.events {
            if let Some((clock, instance)) = run_of(&event.data) {
                let counts = runs.entry((record.clone(), clock.clone(), instance));
                let counts = counts.or_default();
                let count = counts.entry(came_to(&event.data)).or_default();
                *count = count.saturating_add(1);
            }
        }
    }
    runs
}

/// Of which run an event tells.
const fn run_of(data: &EventData) -> Option<(&String, u32)> {
    match data {
        EventData::ClockStarted {
            clock, instance, ..
        }
        | EventData::ClockWarned {
            clock, instance, ..
        }
        | EventData::ClockMet {
            clock, instance, ..
        }
        | EventData::ClockBreached {
            clock, instance, ..
        }
        | EventData::ClockBreachWithdrawn {
            clock, instance, ..
        }
        | EventData::ClockEscalated {
            clock, instance, ..
        }
        | EventData::ClockCancelled { clock, instance }
        | EventData::ClockResumed {
            clock, instance, ..
        } => Some((clock, *instance)),
        _ => None,
    }
}

/// What it tells that the run came to.
fn came_to(data: &EventData) -> String {
    match data {
        EventData::ClockMet { late: true, .. } => MET_LATE.to_owned(),
        EventData::ClockMet { late: false, .. } => MET_IN_TIME.to_owned(),
        EventData::ClockEscalated { step, to, .. } => format!("{ESCALATED} {step}, {to}"),
        other => other.name().to_owned(),
    }
}

/// What a run came to more often than it can. It can run out anew where a breach was withdrawn, or where it `goes
/// on` after it was cancelled with its record; and with each breach its steps come anew.
fn too_often(counts: &Counts, goes_on: bool) -> Vec<String> {
    let of = |what: &str| counts.get(what).copied().unwrap_or(0);
    let (breached, withdrawn) = (of(BREACHED), of(WITHDRAWN));
    let reopened = match goes_on {
        true => of(CANCELLED).min(of(RESUMED)),
        false => 0,
    };
    let over = withdrawn.saturating_add(reopened);
    let mut found = Vec::new();
    for (what, count) in counts {
        let most = match what.as_str() {
            CANCELLED | RESUMED => continue,
            BREACHED => over.saturating_add(1),
            WITHDRAWN => breached,
            step if step.starts_with(ESCALATED) => breached,
            _ => 1,
        };
        if *count > most {
            found.push(format!("came to {what} {count} times, not {most}"));
        }
    }
    let in_time = of(MET_IN_TIME) > 0;
    if in_time && (breached > over || of(MET_LATE) > 0) {
        found.push(format!(
            "was {MET_IN_TIME}, and came to {BREACHED} or was {MET_LATE}"
        ));
    }
    found
}

/// The last tick comes at the last full minute.
fn last_tick(seen: &Seen<'_>) -> Timestamp {
    after(seen.story.until, SignedDuration::from_mins(-1))
}

/// No clock runs past its due time.
fn running_late(seen: &Seen<'_>) -> Vec<String> {
    let until = last_tick(seen);
    let items = seen.ending.items.iter();
    let clocks = items.filter(|item| item.key.holds::<ClocksState>());
    let mut found = Vec::new();
    for item in clocks {
        let Some(state) = seen.state::<ClocksState>(&item.key) else {
            found.push(format!("the clocks of {} cannot be read", item.key.pk));
            continue;
        };
        for (name, clock) in state.clocks {
            if clock.status == ClockStatus::Running && clock.due < until {
                found.push(format!("{}: {name} runs, due {}", item.key.pk, clock.due));
            }
        }
    }
    found
}

/// Every deviation opens and closes in turn, and no record is left past the instant at which one of its can open.
fn opened_in_turn(seen: &Seen<'_>) -> Vec<String> {
    let until = last_tick(seen);
    let mut found = Vec::new();
    let mut open: BTreeMap<(RecordId, String), i64> = BTreeMap::new();
    for audit in &seen.audits {
        let Subject::Record(record) = &audit.subject else {
            continue;
        };
        for event in &audit.events {
            let (deviation, by) = match &event.data {
                EventData::DeviationOpened { deviation, .. } => (deviation, 1),
                EventData::DeviationClosed { deviation } => (deviation, -1),
                _ => continue,
            };
            let times = open.entry((record.clone(), deviation.clone()));
            let times = times.or_default();
            *times = times.saturating_add(by);
        }
    }
    let items = seen.ending.items.iter();
    let items = items.filter(|item| item.key.holds::<DeviationsState>());
    for item in items {
        let state = seen.state::<DeviationsState>(&item.key);
        let (Some(state), Some(record)) = (state, item.key.record_id()) else {
            found.push(format!("the deviations of {} cannot be read", item.key.pk));
            continue;
        };
        if let Some(next) = state.next.filter(|next| *next < until) {
            found.push(format!("{record} was to be looked at again at {next}"));
        }
        for name in state.open.into_keys() {
            let times = open.entry((record.clone(), name)).or_default();
            *times = times.saturating_sub(1);
        }
    }
    let wrong = open.into_iter().filter(|(_, times)| *times != 0);
    found.extend(wrong.map(|((record, deviation), times)| {
        format!("{record}: {deviation} was opened {times} times more than it was closed or is open")
    }));
    found
}
