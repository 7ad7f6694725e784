use std::collections::BTreeMap;

use contracts::{
    AuditRecord, CrmWrite, Event, EventData, HandOffAccepted, HandOffMade, HandOffRefused, Key,
    Notice, Subject,
    state::{ClockStatus, ClocksState},
};
use crm::RecordId;
use jiff::{SignedDuration, Timestamp};

use super::seen::Seen;
use crate::world::after;

/// A run of a hand-off's clock.
type Run = (RecordId, String, u32);

/// What became of a hand-off.
#[derive(Debug, Default)]
struct Became {
    made: u32,
    accepted: u32,
    refused: u32,
    cancelled: bool,
    /// Whether somebody was asked, or the record moved, when it was refused or its time was up.
    followed: bool,
}

/// What is handed over is taken over once, or refused once and then moved or brought before somebody, or left its
/// stage before that; or it is within its time still; or somebody was asked when that was up.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut runs: BTreeMap<Run, Became> = BTreeMap::new();
    for audit in &seen.audits {
        if let Subject::Record(record) = &audit.subject {
            for event in &audit.events {
                heard(&mut runs, (record, audit), event);
            }
        }
    }
    // Of the runs of other clocks nothing was made.
    let handed = runs.into_iter().filter(|(_, became)| became.made > 0);
    let wrong = handed.filter_map(|((record, clock, instance), became)| {
        let state = seen.state::<ClocksState>(&Key::clocks(&record));
        let run = state.and_then(|state| state.clocks.get(&clock).cloned());
        let run = run.filter(|run| run.instance == instance);
        let open = run.filter(|run| run.status.is_open());
        let open = open.map(|run| (run.status, run.due));
        let why = why_not(&became, open, last_tick(seen))?;
        Some(format!("{record}: run {instance} of {clock} {why}"))
    });
    wrong.collect()
}

fn heard(
    runs: &mut BTreeMap<Run, Became>,
    (record, audit): (&RecordId, &AuditRecord),
    event: &Event,
) {
    let (EventData::HandOffMade(HandOffMade {
        clock, instance, ..
    })
    | EventData::HandOffAccepted(HandOffAccepted {
        clock, instance, ..
    })
    | EventData::HandOffRefused(HandOffRefused {
        clock, instance, ..
    })
    | EventData::ClockBreached {
        clock, instance, ..
    }
    | EventData::ClockCancelled { clock, instance }) = &event.data
    else {
        return;
    };
    let run = (record.clone(), clock.clone(), *instance);
    let became = runs.entry(run).or_default();
    let add = |count: &mut u32| *count = count.saturating_add(1);
    match &event.data {
        EventData::HandOffMade(_) => add(&mut became.made),
        EventData::HandOffAccepted(_) => add(&mut became.accepted),
        EventData::HandOffRefused(_) => {
            add(&mut became.refused);
            became.followed = follows(audit);
        }
        EventData::ClockBreached { .. } => became.followed = follows(audit),
        _ => became.cancelled = true,
    }
}

/// Whether a record that did not arrive moves on by a decision, or somebody is asked.
fn follows(audit: &AuditRecord) -> bool {
    audit.events.iter().any(|event| match &event.data {
        EventData::CrmWriteRequested {
            write: CrmWrite::Stage { .. },
        } => true,
        EventData::NoticeRequested {
            notice: Notice::NotTakenOver(it),
            ..
        } => !it.asked.is_empty(),
        _ => false,
    })
}

fn why_not(
    became: &Became,
    open: Option<(ClockStatus, Timestamp)>,
    last_tick: Timestamp,
) -> Option<String> {
    let Became {
        made,
        accepted,
        refused,
        ..
    } = became;
    if *made > 1 || accepted.saturating_add(*refused) > 1 {
        return Some(format!(
            "was made {made} times, accepted {accepted} times and refused {refused} times"
        ));
    }
    let why = match open {
        Some((ClockStatus::Late, _)) if !became.followed => "is late, and nobody was asked",
        Some((ClockStatus::Running, due)) if due < last_tick => "is open after its time",
        Some(_) => return None,
        None if *refused > 0 && !became.followed => "was refused, and nothing followed",
        None if *accepted == 0 && *refused == 0 && !became.cancelled => "came to nothing",
        None => return None,
    };
    Some(why.to_owned())
}

/// The last tick comes at the last full minute.
fn last_tick(seen: &Seen<'_>) -> Timestamp {
    after(seen.story.until, SignedDuration::from_mins(-1))
}
