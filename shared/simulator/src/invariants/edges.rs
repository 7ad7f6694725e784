use std::collections::BTreeMap;

use contracts::{AuditRecord, EventData, Function, Key, Passage, Subject, state::GateState};
use crm::{Author, PersonId, Record, RecordId, Value};
use decisions::Facts;
use jiff::Timestamp;
use model::GateMode;

use super::seen::Seen;

/// A record enters a stage and leaves it in turn, each time once. It enters only stages to which the CRM
/// shows that it was moved, never one from which it was turned back, and in the end it stands where its
/// gate says, which is where the CRM shows it unless a move is being turned back.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let copies: BTreeMap<&RecordId, &Record> = seen
        .copies()
        .iter()
        .map(|copy| (&copy.record.id, &copy.record))
        .collect();
    let mut found = Vec::new();
    let mut walks: BTreeMap<&RecordId, Vec<&AuditRecord>> = BTreeMap::new();
    for audit in &seen.audits {
        if let (Function::StageGates, Subject::Record(id)) = (audit.function, &audit.subject) {
            walks.entry(id).or_default().push(audit);
        } else if audit.events.iter().any(|event| is_edge(&event.data)) {
            found.push(format!("{} tells of a stage", audit.function));
        }
    }
    for (id, copy) in &copies {
        let mut audits = walks.remove(*id).unwrap_or_default();
        audits.sort_by_key(|audit| (audit.sequence, audit.at));
        let mut walk = Walk::along(&audits, copy);
        walk.rests(seen);
        found.extend(walk.wrong.iter().map(|what| format!("{id} {what}")));
    }
    found
}

const fn is_edge(data: &EventData) -> bool {
    matches!(
        data,
        EventData::StageEntered { .. } | EventData::StageLeft { .. }
    )
}

/// One record's way along the stages.
struct Walk<'a> {
    record: &'a Record,
    /// Where it stands, and since when.
    stands: Option<(&'a str, Timestamp)>,
    wrong: Vec<String>,
}

impl<'a> Walk<'a> {
    fn along(audits: &[&'a AuditRecord], record: &'a Record) -> Self {
        let mut walk = Self {
            record,
            stands: None,
            wrong: Vec::new(),
        };
        for audit in audits {
            walk.step(audit);
        }
        walk
    }

    /// Where it stands in the end.
    fn rests(&mut self, seen: &Seen<'_>) {
        let facts = Facts::of(seen.rules, self.record, seen.ending.now);
        let (Some(_), Some(shown)) = (facts.lifecycle(), facts.stage()) else {
            return;
        };
        let gate = seen.state::<GateState>(&Key::gate(&self.record.id));
        let known = gate.as_ref().filter(|gate| !gate.unknown);
        let rightly = known.map(|gate| (gate.stage.as_str(), gate.since));
        if rightly != self.stands {
            let stands = self.stands;
            self.say(format!(
                "stands at {rightly:?} by its gate, and entered {stands:?}"
            ));
        }
        if self.record.archived {
            return;
        }
        let agrees = gate.is_some_and(|gate| {
            let turned_back = gate.turned_back.as_ref().map(|it| it.to.as_str());
            let held = gate.held.as_ref().map(|it| it.to.as_str());
            gate.stage == shown || turned_back == Some(shown) || held == Some(shown)
        });
        if !agrees {
            self.say(format!("is shown at {shown}, of which no gate knows"));
        }
    }

    fn step(&mut self, audit: &'a AuditRecord) {
        let mut left: Option<&str> = None;
        let mut turned_back: Option<&str> = None;
        for event in &audit.events {
            match &event.data {
                EventData::GateTurnedBack {
                    to,
                    mode: GateMode::TurnBack,
                    ..
                } => turned_back = Some(to),
                EventData::StageLeft {
                    stage, since, to, ..
                } => {
                    if self.stands != Some((stage, *since)) {
                        self.say(format!("left {stage}, where it did not stand"));
                    }
                    if turned_back.is_some() {
                        self.say(format!("left {stage} by a move that was turned back"));
                    }
                    self.stands = None;
                    left = Some(stage);
                    if to.as_deref().is_some_and(|to| !enters(audit, to)) {
                        self.say(format!("left {stage} and entered nothing"));
                    }
                }
                EventData::StageEntered {
                    stage,
                    from,
                    since,
                    by,
                    passage,
                } => {
                    if self.stands.is_some() || from.as_deref() != left {
                        self.say(format!("entered {stage} and had not left another"));
                    }
                    if turned_back == Some(stage) {
                        self.say(format!("entered {stage}, from which it was turned back"));
                    }
                    if *passage != Passage::NotJudged && !moved(self.record, stage, *since, by) {
                        self.say(format!("entered {stage}, to which nobody moved it then"));
                    }
                    self.stands = Some((stage, *since));
                }
                _ => {}
            }
        }
    }

    fn say(&mut self, what: String) {
        self.wrong.push(what);
    }
}

fn enters(audit: &AuditRecord, stage: &str) -> bool {
    let mut events = audit.events.iter();
    events.any(
        |event| matches!(&event.data, EventData::StageEntered { stage: it, .. } if it == stage),
    )
}

/// Whether the CRM shows this move, as far as our copy keeps its history.
fn moved(record: &Record, stage: &str, since: Timestamp, by: &Option<PersonId>) -> bool {
    let Some(changes) = record.history.get("stage") else {
        return true;
    };
    changes.iter().any(|change| {
        let who = match &change.by {
            Author::Person(person) => Some(person),
            _ => None,
        };
        let to = change.value.as_ref().and_then(Value::text);
        change.at == since && to == Some(stage) && who == by.as_ref()
    })
}
