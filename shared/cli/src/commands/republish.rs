use std::{collections::BTreeMap, process::ExitCode};

use aws::{DynamoStore, EventBridge};
use clap::Args;
use contracts::{AuditRecord, Event, hour_of};
use engine::{Bus, BusError};
use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError, audits_of_hour};

use super::{CouldNotRun, Outcome, PROBLEMS, options::TableOptions};
use crate::{
    instant::Typed,
    stack::{Stack, wait},
};

/// The longest window, in days. More is published in several goes.
const LONGEST_DAYS: i64 = 31;

/// How many events are handed to the bus at a time.
const AT_A_TIME: usize = 100;

/// Put the events of a past window on the bus again, from the audit records.
///
/// For when events were lost between the table and the bus: the table's stream keeps them for 24
/// hours only, the audit records for good. Events keep their ids, so whoever dealt with one before
/// does nothing again. Mails are not sent for what is older than a day.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Exit codes: 0 published, 1 the bus refused some, 2 could not ask."
)]
pub struct Arguments {
    /// The beginning of the window: 2026-11-23T07:05:00Z, or "2026-11-23 08:05 Europe/Berlin".
    #[arg(long, value_name = "TIME")]
    from: Typed,
    /// Its end, which is not in it. At most 31 days after the beginning.
    #[arg(long, value_name = "TIME")]
    to: Typed,
    /// Only count what would be published.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    table: TableOptions,
    /// The bus, if neither that file nor the variable BUS names it.
    #[arg(long, value_name = "NAME")]
    bus: Option<String>,
}

/// What was read and published.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    decisions: usize,
    events: usize,
    by_name: BTreeMap<&'static str, usize>,
    refused: usize,
    why: Option<String>,
}

/// Publishes the window hour by hour.
///
/// # Errors
/// If the window makes no sense, there is no stack, or it does not answer. What was published
/// until then stays published; the same command can be given again.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let (from, to) = (
        arguments.from.resolve(now).timestamp(),
        arguments.to.resolve(now).timestamp(),
    );
    let hours = hours(from, to)?;
    let (stack, store) = arguments.table.find()?;
    let bus = if arguments.dry_run {
        None
    } else {
        Some(stack.bus(arguments.bus.as_deref())?.0)
    };
    let count = wait(publish(&stack, &store, bus.as_ref(), &hours, (from, to)))?;
    say!("{}", said(&count, arguments.dry_run));
    for (name, events) in &count.by_name {
        say!("  {events:>7}  {name}");
    }
    if let Some(why) = &count.why {
        let refused = count.refused;
        eprintln!(
            "fairlead: the bus refused {refused} of them ({why}): give the same command again"
        );
        return Ok(ExitCode::from(PROBLEMS));
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads hour after hour and puts what it finds on the bus, if there is one; else only counts.
async fn publish(
    stack: &Stack,
    store: &DynamoStore,
    bus: Option<&EventBridge>,
    hours: &[String],
    (from, to): (Timestamp, Timestamp),
) -> Result<Count, CouldNotRun> {
    let mut count = Count::default();
    for (number, hour) in (1_usize..).zip(hours) {
        let audits = stack.ask(window(store, hour, from, to)).await?;
        let events: Vec<Event> = audits
            .iter()
            .flat_map(|audit| audit.events.clone())
            .collect();
        if let Some(bus) = bus {
            put(bus, &events, &mut count).await.map_err(|why| {
                let so_far = said(&count, false);
                CouldNotRun(format!("{}: {why}; so far: {so_far}", stack.place))
            })?;
        }
        add(&mut count, audits.len(), &events);
        if !events.is_empty() {
            let all = hours.len();
            eprintln!(
                "{hour} UTC, hour {number} of {all}: {} events",
                events.len()
            );
        }
    }
    Ok(count)
}

async fn put(bus: &EventBridge, events: &[Event], count: &mut Count) -> Result<(), BusError> {
    for some in events.chunks(AT_A_TIME) {
        match bus.publish(some).await {
            Ok(()) => {}
            Err(BusError::Refused {
                count: refused,
                why,
                ..
            }) => {
                count.refused += refused;
                count.why = Some(why);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn add(count: &mut Count, decisions: usize, events: &[Event]) {
    count.decisions += decisions;
    count.events += events.len();
    for event in events {
        *count.by_name.entry(event.name()).or_default() += 1;
    }
}

fn said(count: &Count, dry_run: bool) -> String {
    let done = if dry_run {
        "would be published"
    } else {
        "published"
    };
    format!(
        "{} events of {} decisions {done}",
        count.events.saturating_sub(count.refused),
        count.decisions
    )
}

/// The hours, as the table's index names them, that have something of the window in them.
fn hours(from: Timestamp, to: Timestamp) -> Result<Vec<String>, CouldNotRun> {
    if from >= to {
        return Err(CouldNotRun(format!(
            "the window ends ({to}) before it begins ({from}): exchange --from and --to"
        )));
    }
    if to.duration_since(from) > SignedDuration::from_hours(24 * LONGEST_DAYS) {
        return Err(CouldNotRun(format!(
            "the window from {from} to {to} is longer than {LONGEST_DAYS} days: publish it in parts, the earliest first"
        )));
    }
    let mut hours = Vec::new();
    let mut at = from;
    while at < to {
        hours.push(hour_of(at));
        match at.checked_add(SignedDuration::from_hours(1)) {
            Ok(next) => at = next,
            Err(_) => break,
        }
    }
    hours.push(hour_of(to));
    hours.dedup();
    Ok(hours)
}

/// The audit records of an hour that lie in the window, the oldest first.
async fn window<S: Store>(
    store: &S,
    hour: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<AuditRecord>, StoreError> {
    let mut found = audits_of_hour(store, hour).await?;
    found.retain(|audit| audit.at >= from && audit.at < to);
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use contracts::{Cause, DecisionDraft, EventData, EventId, Function, Subject};
    use model::Revision;
    use store::{MemoryStore, Transaction, audit_put};

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn decided(time: &str) -> AuditRecord {
        let id = EventId::of(&[time]);
        let tick = EventData::Tick { at: at(time) };
        let event = Event::new(id, at(time), &Revision::default(), tick);
        let draft = DecisionDraft {
            emits: vec![EventData::RecordWaiting {
                rule: "none".to_owned(),
            }],
            ..DecisionDraft::default()
        };
        let subject = Subject::Record(testkit::record_id("lead:1"));
        draft.into_audit(
            Function::LeadRouting,
            subject,
            &Cause::of(&event),
            1,
            &Revision::default(),
            at(time),
        )
    }

    #[test]
    fn a_window_has_its_beginning_and_not_its_end() {
        let store = MemoryStore::new();
        let times = ["08:59:59", "09:00:00", "09:59:59", "10:00:00", "10:30:00"];
        let decisions = times.map(|time| decided(&format!("2026-11-23T{time}Z")));
        let (from, to) = (at("2026-11-23T09:00:00Z"), at("2026-11-23T10:30:00Z"));
        let found = wait(async {
            let puts = decisions.iter().cloned().map(audit_put).collect();
            store
                .commit(Transaction {
                    puts,
                    checks: Vec::new(),
                })
                .await
                .unwrap();
            let mut found = Vec::new();
            for hour in hours(from, to).unwrap() {
                found.extend(window(&store, &hour, from, to).await.unwrap());
            }
            Ok(found)
        })
        .unwrap();
        assert_eq!(found, decisions[1..4]);
        let mut count = Count::default();
        add(&mut count, found.len(), &found[0].events);
        assert_eq!(
            said(&count, true),
            "1 events of 3 decisions would be published"
        );
    }

    #[test]
    fn every_hour_of_a_window_is_read_once() {
        let of = |from: &str, to: &str| hours(at(from), at(to)).unwrap();
        assert_eq!(
            of("2026-11-23T09:59:00Z", "2026-11-23T10:01:00Z"),
            ["2026-11-23T09", "2026-11-23T10"]
        );
        assert_eq!(
            of("2026-11-23T09:10:00Z", "2026-11-23T09:20:00Z"),
            ["2026-11-23T09"]
        );
        assert_eq!(of("2026-11-23T23:30:00Z", "2026-11-24T01:30:00Z").len(), 3);
    }

    #[test]
    fn a_window_that_makes_no_sense_says_so() {
        let error = |from: &str, to: &str| hours(at(from), at(to)).unwrap_err().to_string();
        assert!(error("2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z").contains("exchange"));
        assert!(error("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z").contains("in parts"));
    }
}
