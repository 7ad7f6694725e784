//! What enforcing would have done: the moves that a gate would have turned back, the steps that a deviation would
//! have taken, and in a shadow month what would have been written, by what was decided while it was only observed.

use std::collections::BTreeMap;

use contracts::{
    AuditRecord, CrmWrite, DeviationStepTaken, EventData, Function, GateHeld, StepCame, Subject,
    Verdict,
};
use crm::{PersonId, RecordKind};
use jiff::Timestamp;
use model::{Acts, GateMode, OperatingModel};

use crate::{condition::wall, gates::MOVED_BY, rules::Rules};

/// Moves to one stage, and what the gate said of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AtStage {
    /// How many met every criterion.
    pub met: u64,
    /// How many did not.
    pub unmet: u64,
    /// How many of those would have been turned back; the others are beyond what the model allows of one person, and
    /// would have been held, if nobody had answered.
    pub turned_back: u64,
    /// How many of those that did not meet the gate it has turned back, or held, since it was enforced then.
    pub enforced: u64,
    /// The criteria that were not met.
    pub criteria: BTreeMap<String, Criterion>,
    /// Of whom the moves were that did not, as the breaker counts them: an app or nobody has a name of its own.
    pub people: BTreeMap<PersonId, u64>,
}

/// How often a criterion was not met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Criterion {
    /// In all.
    pub unmet: u64,
    /// For want of a value: it might be met, and nobody has written it down.
    pub unknown: u64,
}

/// A step of a deviation: its name, which step, and what it does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// The deviation.
    pub deviation: String,
    /// Which step of it, from 1.
    pub step: u32,
    /// What it does, in words.
    pub does: String,
}

/// What enforcing would have done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readiness {
    /// Moves, by the kind of record and the stage.
    pub stages: BTreeMap<(RecordKind, String), AtStage>,
    /// Steps that were only observed or only said, each with how often.
    pub steps: BTreeMap<Step, u64>,
    /// What would have been written in a shadow month, by the kind of record and in words, each with how often.
    pub writes: BTreeMap<(RecordKind, String), u64>,
    /// When moves of somebody would have been turned back; none of whom all that follows would have been held.
    turned: BTreeMap<PersonId, Option<Vec<Timestamp>>>,
}

/// What of a model is enforced at an instant, and what is only observed or warned of.
#[must_use]
pub fn modes(rules: &Rules, now: Timestamp) -> Vec<(String, &'static str)> {
    let model = &rules.model;
    let gates = model.lifecycles.values().map(|journey| {
        let mode = match rules.gate_of(journey, now) {
            GateMode::Observe => "observe",
            GateMode::Warn => "warn",
            GateMode::TurnBack => "turn_back",
        };
        (format!("gate of {}", journey.name), mode)
    });
    let with_steps = model.deviations.iter();
    let with_steps = with_steps.filter(|(_, rule)| !rule.steps.is_empty());
    let steps = with_steps.map(|(name, rule)| {
        let mode = match rules.acts_of(rule, now) {
            Acts::Observe => "observe",
            Acts::Warn => "warn",
            Acts::Act => "act",
        };
        (format!("steps of {name}"), mode)
    });
    gates.chain(steps).collect()
}

impl Readiness {
    /// Counts a decision. They are to come in the order of their times.
    pub fn add(&mut self, model: &OperatingModel, audit: &AuditRecord) {
        let Subject::Record(record) = &audit.subject else {
            return;
        };
        for event in &audit.events {
            match &event.data {
                EventData::GatePassed { to, .. } if audit.function == Function::StageGates => {
                    let at = self.stages.entry((record.kind, to.clone())).or_default();
                    at.met = at.met.saturating_add(1);
                }
                EventData::GateTurnedBack {
                    to, unmet, mode, ..
                } => {
                    let enforced = *mode == GateMode::TurnBack;
                    self.unmet(model, (record.kind, to, unmet), audit, enforced);
                }
                EventData::GateHeld(GateHeld { to, unmet, .. }) => {
                    self.unmet(model, (record.kind, to, unmet), audit, true);
                }
                EventData::DeviationStepTaken(step) => self.step(step),
                EventData::CrmWriteObserved(write) => self.write(record.kind, write, audit),
                _ => {}
            }
        }
    }

    fn unmet(
        &mut self,
        model: &OperatingModel,
        (kind, to, unmet): (RecordKind, &str, &[String]),
        audit: &AuditRecord,
        enforced: bool,
    ) {
        let mover = audit
            .facts
            .get(MOVED_BY)
            .map(|by| PersonId::new(by.as_str()));
        let within = self.within_limit(model, (kind, to), mover.as_ref(), audit.at);
        let at = self.stages.entry((kind, to.to_owned())).or_default();
        at.unmet = at.unmet.saturating_add(1);
        at.turned_back = at.turned_back.saturating_add(u64::from(within));
        at.enforced = at.enforced.saturating_add(u64::from(enforced));
        for name in unmet {
            let unknown = audit.reasons.iter().any(|reason| {
                let named = reason.rule.rsplit('.').next() == Some(name.as_str());
                named && reason.verdict == Verdict::Unknown
            });
            let criterion = at.criteria.entry(name.clone()).or_default();
            criterion.unmet = criterion.unmet.saturating_add(1);
            criterion.unknown = criterion.unknown.saturating_add(u64::from(unknown));
        }
        if let Some(mover) = mover {
            let moves = at.people.entry(mover).or_default();
            *moves = moves.saturating_add(1);
        }
    }

    /// Whether a move would have been turned back, inside what the model allows of one person; it is counted then.
    fn within_limit(
        &mut self,
        model: &OperatingModel,
        (kind, to): (RecordKind, &str),
        mover: Option<&PersonId>,
        at: Timestamp,
    ) -> bool {
        let limit = model.stage(kind, to);
        let limit = limit.and_then(|(journey, _)| journey.when_turned_back.at_most);
        let (Some(limit), Some(mover)) = (limit, mover) else {
            return true;
        };
        let Some(within) = wall(limit.within) else {
            return true;
        };
        let kept = self.turned.entry(mover.clone());
        let kept = kept.or_insert_with(|| Some(Vec::new()));
        // What is held once waits for a word, and so does all that follows.
        let Some(turned) = kept else {
            return false;
        };
        turned.retain(|then| at.duration_since(*then) < within);
        let room = turned.len() < usize::try_from(limit.times).unwrap_or(usize::MAX);
        if room {
            turned.push(at);
        } else {
            *kept = None;
        }
        room
    }

    fn write(&mut self, kind: RecordKind, write: &CrmWrite, audit: &AuditRecord) {
        let by_rule = audit.events.iter().find_map(|event| match &event.data {
            EventData::RecordWaiting { rule } => Some(rule),
            _ => None,
        });
        let words = match (write, by_rule) {
            (CrmWrite::Owner { .. }, Some(rule)) => format!("an owner, by rule {rule}"),
            (CrmWrite::Owner { .. }, None) => "another owner".to_owned(),
            (CrmWrite::Stage { to, .. }, _) => format!("moved to {to}"),
            (CrmWrite::Fields { set }, _) => {
                let fields: Vec<&str> = set.iter().map(|it| it.field.as_str()).collect();
                format!("{} set", fields.join(", "))
            }
            (CrmWrite::Create { kind, journey, .. }, _) => {
                format!("followed by a new {kind} of the journey {journey}")
            }
            (CrmWrite::Task { .. }, _) => "a task".to_owned(),
        };
        let count = self.writes.entry((kind, words)).or_default();
        *count = count.saturating_add(1);
    }

    fn step(&mut self, taken: &DeviationStepTaken) {
        if !matches!(taken.came, StepCame::Observed | StepCame::Warned) {
            return;
        }
        let moves = taken.move_to.iter().map(|to| format!("move to {to}"));
        let sets = taken
            .set
            .iter()
            .map(|(field, value)| format!("set {field} to {value}"));
        let does: Vec<String> = moves.chain(sets).collect();
        let step = Step {
            deviation: taken.deviation.clone(),
            step: taken.step,
            does: does.join(", "),
        };
        let count = self.steps.entry(step).or_default();
        *count = count.saturating_add(1);
    }
}
