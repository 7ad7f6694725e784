use std::collections::{BTreeMap, BTreeSet};

use contracts::{EventData, Subject, state::ClockStatus, state::ClocksState};
use jiff::SignedDuration;

use super::seen::Seen;
use crate::world::after;

/// A run of a clock and what it comes to only once.
type Once = (String, String, u32, String);

/// What was due is dealt with, once, and not before its time.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for due in &seen.ending.overdue {
        found.push(format!("{} is due since {}", due.key.pk, due.due));
    }
    let mut counts: BTreeMap<Once, usize> = BTreeMap::new();
    let mut withdrawn: BTreeSet<(String, String, u32)> = BTreeSet::new();
    for audit in &seen.audits {
        let Subject::Record(record) = &audit.subject else {
            continue;
        };
        let name = record.to_string();
        for event in &audit.events {
            let (clock, instance, what, due) = match &event.data {
                EventData::ClockStarted {
                    clock, instance, ..
                } => (clock, instance, "started".to_owned(), None),
                EventData::ClockWarned {
                    clock, instance, ..
                } => (clock, instance, "warned".to_owned(), None),
                EventData::ClockMet {
                    clock, instance, ..
                } => (clock, instance, "met".to_owned(), None),
                EventData::ClockBreached {
                    clock,
                    instance,
                    due,
                } => (clock, instance, "breached".to_owned(), Some(*due)),
                EventData::ClockEscalated {
                    clock,
                    instance,
                    step,
                    ..
                } => (clock, instance, format!("escalated, step {step}"), None),
                EventData::ClockBreachWithdrawn {
                    clock, instance, ..
                } => {
                    withdrawn.insert((name.clone(), clock.clone(), *instance));
                    continue;
                }
                _ => continue,
            };
            if due.is_some_and(|due| audit.at < due) {
                found.push(format!(
                    "{name}: {clock} breached at {}, before it was due",
                    audit.at
                ));
            }
            let once = (name.clone(), clock.clone(), *instance, what);
            let count = counts.entry(once).or_default();
            *count = count.saturating_add(1);
        }
    }
    for ((record, clock, instance, what), count) in counts {
        let run = (record.clone(), clock.clone(), instance);
        if count > 1 && !withdrawn.contains(&run) {
            found.push(format!(
                "{record}: run {instance} of {clock} was {what} {count} times"
            ));
        }
    }
    found.extend(running_late(seen));
    found
}

/// No clock runs past its due time.
fn running_late(seen: &Seen<'_>) -> Vec<String> {
    // The last tick comes at the last full minute.
    let until = after(seen.story.until, SignedDuration::from_mins(-1));
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
