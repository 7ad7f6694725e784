use std::sync::Arc;

use contracts::{
    AuditRecord, Event, EventData, Function, Key, Subject, Verdict,
    state::{ClocksState, GateState, RecordState},
};
use decisions::{Facts, evaluate};
use jiff::{SignedDuration, Timestamp};
use model::{ClockTerms, Start};

use super::seen::Seen;

/// Whoever stands at a stage whose entering starts a clock has that clock, if the record is one of those that
/// have it, or it is owed to whoever gets the record; and who is not to have it has none.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for copy in seen.copies() {
        let id = &copy.record.id;
        let gate = seen.state::<GateState>(&Key::gate(id));
        let Some(gate) = gate.filter(|gate| !gate.unknown && !copy.record.archived) else {
            continue;
        };
        let Some(entered) = entered(seen, copy, &gate) else {
            continue;
        };
        let clocks = seen
            .state::<ClocksState>(&Key::clocks(id))
            .unwrap_or_default();
        for (name, terms) in &seen.rules.model.clocks {
            let starts = matches!(&terms.start, Start::StageEntered(stage) if *stage == gate.stage);
            if terms.record != id.kind || !starts {
                continue;
            }
            // By another deployment it may have another name, which begins with this one.
            let mut runs = clocks
                .clocks
                .iter()
                .filter(|(it, _)| it.starts_with(name.as_str()));
            let begun = runs.any(|(_, run)| run.started >= gate.since);
            let owed = clocks.owed.keys().any(|it| it.starts_with(name.as_str()));
            let stands = format!("{id} stands at {} since {}", gate.stage, gate.since);
            match is_to_have(seen, copy, (&gate, &entered), terms) {
                Some(true) if !begun && !owed => {
                    found.push(format!("{stands}, and {name} never started"))
                }
                Some(false) if begun => {
                    found.push(format!("{stands}, and has {name}, which is not for it"))
                }
                _ => {}
            }
        }
    }
    found
}

/// How it was told that the record entered the stage where it stands; none if that was no news.
fn entered(seen: &Seen<'_>, copy: &RecordState, gate: &GateState) -> Option<Event> {
    let by_gate = |audit: &&Arc<AuditRecord>| {
        let of_it = matches!(&audit.subject, Subject::Record(id) if *id == copy.record.id);
        audit.function == Function::StageGates && of_it
    };
    let events = seen
        .audits
        .iter()
        .filter(by_gate)
        .flat_map(|audit| &audit.events);
    let mut told = events.filter(|event| {
        matches!(&event.data, EventData::StageEntered { stage, since, .. }
            if *stage == gate.stage && *since == gate.since)
    });
    told.next_back()
        .filter(|event| is_news(event, gate.since))
        .cloned()
}

fn is_news(event: &Event, since: Timestamp) -> bool {
    let first = matches!(&event.data, EventData::StageEntered { from: None, .. });
    !first || event.time.duration_since(since) <= SignedDuration::from_hours(24)
}

/// Whether the record is one of those that have the clock; none where it has changed since it was asked.
fn is_to_have(
    seen: &Seen<'_>,
    copy: &RecordState,
    (gate, entered): (&GateState, &Event),
    terms: &ClockTerms,
) -> Option<bool> {
    let Some(when) = &terms.when else {
        return Some(true);
    };
    let facts = Facts {
        gate: Some(gate),
        ..Facts::of(seen.rules, &copy.record, gate.since)
    };
    let held = evaluate(when, &facts).verdict == Verdict::Held;
    (copy.sequence == entered.sequence).then_some(held)
}
