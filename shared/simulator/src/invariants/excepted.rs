use std::collections::BTreeMap;

use contracts::{
    AuditRecord, EventData, ExceptionGranted, Subject, Verdict,
    state::{DeviationsState, ExceptionEnd},
};
use crm::RecordId;
use decisions::Facts;
use jiff::{SignedDuration, Timestamp};

use super::seen::Seen;
use crate::world::after;

/// One that was granted, and how often it was noticed to be over.
struct Granted<'a> {
    record: &'a RecordId,
    of: &'a std::collections::BTreeSet<String>,
    from: Timestamp,
    until: Timestamp,
    ended: usize,
}

/// An exception counts from when it was granted until its end and no longer, is noticed to be over once, and behind
/// whatever passes unmet there is one.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut granted = granted(seen);
    for audit in &seen.audits {
        let Subject::Record(record) = &audit.subject else {
            continue;
        };
        for event in &audit.events {
            match &event.data {
                EventData::ExceptionEnded { exception, how } => {
                    let Some(known) = granted.get_mut(exception.as_str()) else {
                        found.push(format!("{record}: {exception} ended and was never granted"));
                        continue;
                    };
                    known.ended = known.ended.saturating_add(1);
                    if *how == ExceptionEnd::TimeOver && audit.at < known.until {
                        found.push(format!("{record}: {exception} was over before its end"));
                    }
                }
                EventData::ExceptionUsed { exception, of } => {
                    let known = granted.get(exception.as_str());
                    let counts = known.is_some_and(|it| {
                        let now = it.from <= audit.at && audit.at < it.until;
                        now && it.record == record && it.of.contains(of)
                    });
                    if !counts {
                        found.push(format!(
                            "{record}: {of} was excepted at {} by {exception}, which did not count",
                            audit.at
                        ));
                    }
                }
                _ => {}
            }
        }
        found.extend(unmet(audit).map(|what| format!("{record}: {what}")));
    }
    // The last tick comes at the last full minute.
    let last = after(seen.story.until, SignedDuration::from_mins(-1));
    for (id, it) in &granted {
        let (record, until, ended) = (it.record, it.until, it.ended);
        if ended > 1 || ended == 0 && until < last {
            found.push(format!(
                "{record}: {id}, granted until {until}, ended {ended} times"
            ));
        }
    }
    found.extend(still_excepted(seen, &granted));
    found
}

fn granted<'a>(seen: &'a Seen<'_>) -> BTreeMap<&'a str, Granted<'a>> {
    let mut granted = BTreeMap::new();
    for audit in &seen.audits {
        let Subject::Record(record) = &audit.subject else {
            continue;
        };
        for event in &audit.events {
            if let EventData::ExceptionGranted(ExceptionGranted {
                exception,
                of,
                until,
                ..
            }) = &event.data
            {
                let it = Granted {
                    record,
                    of,
                    from: audit.at,
                    until: *until,
                    ended: 0,
                };
                granted.insert(exception.as_str(), it);
            }
        }
    }
    granted
}

/// The criteria that a move passed without meeting them, and without an exception.
fn unmet(audit: &AuditRecord) -> impl Iterator<Item = String> {
    let data = || audit.events.iter().map(|event| &event.data);
    let passed = data().any(|data| matches!(data, EventData::GatePassed { .. }));
    let used = move |rule: &str| {
        data().any(|data| match data {
            EventData::ExceptionUsed { of, .. } => {
                let name = of.rsplit_once('.').map_or(of.as_str(), |(_, name)| name);
                rule.rsplit_once('.').is_some_and(|(_, it)| it == name)
            }
            _ => false,
        })
    };
    let criteria = audit.reasons.iter().filter(move |_| passed);
    let criteria = criteria.filter(|it| {
        let path = it.rule.rsplit_once('.').map_or("", |(path, _)| path);
        it.verdict != Verdict::Held && (path.ends_with(".enter") || path.ends_with(".leave"))
    });
    let without = criteria.filter(move |it| !used(&it.rule));
    without.map(|it| format!("passed though {} is not met", it.rule))
}

/// Deviations that are not open because of an exception that is over.
fn still_excepted(seen: &Seen<'_>, granted: &BTreeMap<&str, Granted<'_>>) -> Vec<String> {
    let mut found = Vec::new();
    for copy in seen.copies() {
        let record = &copy.record;
        let facts = Facts::of(seen.rules, record, seen.ending.now);
        let key = contracts::Key::deviations(&record.id);
        let state = seen.state::<DeviationsState>(&key).unwrap_or_default();
        if record.archived || !facts.stands().is_judged() {
            continue;
        }
        for (deviation, id) in state.excepted {
            let over = granted.get(id.as_str()).is_none_or(|it| it.ended > 0);
            if over {
                let id = &record.id;
                found.push(format!("{id}: {deviation} is excepted by what is over"));
            }
        }
    }
    found
}
