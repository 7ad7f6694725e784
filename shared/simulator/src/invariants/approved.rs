use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    AuditRecord, EventData, Found, Key, Subject,
    state::{ApprovalStatus, ApprovalsState, GateState},
};
use crm::RecordId;
use decisions::approvals::look_at;
use jiff::Timestamp;

use super::seen::Seen;

/// What happened to one asking, and when.
#[derive(Debug, Default)]
struct Became {
    asked: Vec<Timestamp>,
    given: Vec<Timestamp>,
    refused: Vec<Timestamp>,
    lapsed: Vec<Timestamp>,
}

/// The askings of an approval of a record, by their numbers.
type Runs = BTreeMap<u32, Became>;

/// What needs an approval is asked for once of the same values, answered once or visibly pending, and no gate passes by
/// one that was not given, or was given for other values.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut all: BTreeMap<(RecordId, String), Runs> = BTreeMap::new();
    for audit in &seen.audits {
        if let Subject::Record(record) = &audit.subject {
            for event in &audit.events {
                heard(&mut all, (record, audit), &event.data);
            }
        }
    }
    let mut found = Vec::new();
    for ((record, name), runs) in &all {
        let of = |what: String| format!("{record}: {name} {what}");
        found.extend(runs_of(runs).into_iter().map(of));
        let state = seen.state::<ApprovalsState>(&Key::approvals(record));
        let kept = state.and_then(|state| state.asked.get(name).cloned());
        let latest = runs.last_key_value();
        let same = latest.is_some_and(|(run, became)| {
            let kept = kept.as_ref();
            kept.is_some_and(|kept| kept.run == *run && kept.status == status(became))
        });
        if !same {
            let status = kept.map_or("nothing", |kept| kept.status.word());
            found.push(of(format!("is kept as {status}, and that was not decided")));
        }
    }
    for audit in &seen.audits {
        if let Subject::Record(record) = &audit.subject {
            found.extend(passed(audit, record, &all));
        }
    }
    found.extend(left_undone(seen));
    found
}

fn heard(
    all: &mut BTreeMap<(RecordId, String), Runs>,
    (record, audit): (&RecordId, &AuditRecord),
    data: &EventData,
) {
    let (name, run) = match data {
        EventData::ApprovalAsked(it) => (&it.approval, it.run),
        EventData::ApprovalGiven(it) | EventData::ApprovalRefused(it) => (&it.approval, it.run),
        EventData::ApprovalLapsed(it) => (&it.approval, it.run),
        _ => return,
    };
    let runs = all.entry((record.clone(), name.clone())).or_default();
    let became = runs.entry(run).or_default();
    match data {
        EventData::ApprovalAsked(_) => became.asked.push(audit.at),
        EventData::ApprovalGiven(_) => became.given.push(audit.at),
        EventData::ApprovalRefused(_) => became.refused.push(audit.at),
        _ => became.lapsed.push(audit.at),
    }
}

/// What is wrong with the askings of one approval.
fn runs_of(runs: &Runs) -> Vec<String> {
    let mut found = Vec::new();
    let last = runs.keys().next_back().copied().unwrap_or_default();
    for run in 1..=last {
        let Some(became) = runs.get(&run) else {
            found.push(format!("was asked {last} times, and {run} is missing"));
            continue;
        };
        let answers = became.given.len().saturating_add(became.refused.len());
        if became.asked.len() != 1 || answers > 1 || became.lapsed.len() > 1 {
            found.push(format!(
                "{run} was asked {} times, answered {answers} times and lapsed {} times",
                became.asked.len(),
                became.lapsed.len()
            ));
        }
        if run < last && became.lapsed.is_empty() {
            found.push(format!("{run} was asked again before it lapsed"));
        }
    }
    found
}

/// What came of an asking in the end.
fn status(became: &Became) -> ApprovalStatus {
    if !became.lapsed.is_empty() {
        ApprovalStatus::Lapsed
    } else if !became.given.is_empty() {
        ApprovalStatus::Given
    } else if !became.refused.is_empty() {
        ApprovalStatus::Refused
    } else {
        ApprovalStatus::Pending
    }
}

/// The approvals by which a gate passed while they waited for an answer, or were refused.
fn passed(
    audit: &AuditRecord,
    record: &RecordId,
    all: &BTreeMap<(RecordId, String), Runs>,
) -> Vec<String> {
    let mut events = audit.events.iter();
    if !events.any(|event| matches!(event.data, EventData::GatePassed { .. })) {
        return Vec::new();
    }
    let findings = audit.reasons.iter().flat_map(|reason| &reason.findings);
    let given = findings.filter(|it| it.found == Found::Value("given".to_owned()));
    let names = given.filter_map(|it| it.field.split_once(".approval."));
    let names: BTreeSet<&str> = names.map(|(_, name)| name).collect();
    let at = audit.at;
    let waits = |became: &Became| {
        let by_then = |times: &[Timestamp]| times.iter().any(|it| *it <= at);
        by_then(&became.asked) && !by_then(&became.lapsed) && !by_then(&became.given)
    };
    let without = names.into_iter().filter(|name| {
        let runs = all.get(&(record.clone(), (*name).to_owned()));
        runs.is_some_and(|runs| runs.values().any(waits))
    });
    without
        .map(|name| format!("{record}: passed at {at} by {name}, which was not given"))
        .collect()
}

/// Records of which something is still to be asked, or to lapse, though nothing is under way.
fn left_undone(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for copy in seen.copies() {
        let record = &copy.record;
        let gate = seen.state::<GateState>(&Key::gate(&record.id));
        let kept = seen.state::<ApprovalsState>(&Key::approvals(&record.id));
        // Where no gate has looked, nothing was looked at either.
        let Some(gate) = gate else { continue };
        let now = seen.ending.now;
        let looked = look_at(
            seen.rules,
            record,
            Some(&gate),
            (kept.as_ref(), Some(&[])),
            now,
        );
        let Some(looked) = looked else { continue };
        let asks = looked.draft.emits.iter().any(|it| {
            matches!(
                it,
                EventData::ApprovalAsked(_) | EventData::ApprovalLapsed(_)
            )
        });
        // What falls due by time alone, a tick finds.
        let due = kept.as_ref().and_then(ApprovalsState::due);
        if asks && due.is_none_or(|due| now < due) {
            found.push(format!(
                "{}: still to do: {}",
                record.id, looked.draft.outcome
            ));
        }
    }
    found
}
