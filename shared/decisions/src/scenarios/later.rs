//! What comes of the later moments of a scenario: time passes until each, and then happens what it says.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    CrmWrite, DecisionDraft, EventData, Reason,
    state::{ClocksState, DeviationsState, ExceptionsState, GateState, RoutingStatus},
};
use crm::{Author, Change, FieldRef, PersonId, Record, Value};
use jiff::Timestamp;
use model::{
    GateMode,
    scenario::{Expected, Gate, Moment},
};

use super::{
    fitting, pairs,
    words::{NOT_RUNNING, UNKNOWN, listed, moment as as_moment},
};
use crate::{
    clocks::{self, Moved, Trigger},
    deviations,
    facts::{Facts, FieldValue},
    gates::{self, Beside},
    rules::Staffing,
    standing::Standing,
};

/// So many deadlines fall due between two moments at most; a model whose clocks never rest ends there.
const MOST_DEADLINES: usize = 10_000;

/// How a record stands after a moment.
pub(super) struct Stands {
    pub(super) at: Timestamp,
    pub(super) record: Record,
    /// Whom the model has given it to.
    pub(super) owner: Option<PersonId>,
    pub(super) gate: GateState,
    pub(super) clocks: ClocksState,
    pub(super) deviations: DeviationsState,
    pub(super) routing: Option<RoutingStatus>,
    pub(super) exceptions: ExceptionsState,
    /// What was set by itself since the record was last given.
    pub(super) set: BTreeMap<String, Value>,
}

/// What came of a moment, and of the time before it.
pub(super) struct Came<'a> {
    stands: &'a Stands,
    gate: Option<DecisionDraft>,
    clocks: Vec<DecisionDraft>,
    deviations: Vec<DecisionDraft>,
}

impl Stands {
    /// Lets time pass until a moment, and then happen what it says.
    pub(super) fn come_to(&mut self, staffing: &Staffing, moment: &Moment) -> Came<'_> {
        let mut clocked = Vec::new();
        let mut watched = Vec::new();
        self.set.clear();
        for _ in 0..MOST_DEADLINES {
            let next = self.clocks.next().into_iter().chain(self.deviations.next);
            let Some(due) = next.min().filter(|due| *due < moment.at) else {
                break;
            };
            let before = (self.clocks.next(), self.deviations.next);
            let due = due.max(self.at);
            self.fire(staffing, Trigger::Due { at: due }, &mut clocked);
            self.watch(staffing, due, &mut watched);
            self.at = due;
            // What stays due by itself is done with: nothing follows of it.
            if before == (self.clocks.next(), self.deviations.next) {
                break;
            }
        }
        self.at = moment.at;
        self.become_as(moment);
        let judged = self.judged(staffing, moment);
        self.clocks_see(staffing, moment, judged.as_ref(), &mut clocked);
        self.watch(staffing, moment.at, &mut watched);
        Came {
            stands: self,
            gate: judged,
            clocks: clocked,
            deviations: watched,
        }
    }

    /// The record as it is given, with what the model has made of it meanwhile.
    fn become_as(&mut self, moment: &Moment) {
        let kind = moment.record.id.kind;
        let given = |field: &str| moment.changes.contains(&FieldRef::new(kind, field));
        let mut record = moment.record.clone();
        let owner = record.owner_field().to_owned();
        if let Some(person) = self.owner.as_ref().filter(|_| !given(&owner)) {
            record
                .fields
                .entry(owner)
                .or_insert_with(|| Value::Text(person.to_string()));
        }
        let moved_by_itself = self.set.contains_key("stage");
        let set = self.set.iter().filter(|(field, _)| !given(field));
        let set = set.map(|(field, value)| (field.clone(), value.clone()));
        record.fields.extend(set);
        if !moment.moves && !moved_by_itself && !self.gate.stage.is_empty() {
            let stage = Value::Text(self.gate.stage.clone());
            record.fields.insert("stage".to_owned(), stage);
        }
        let moved = moment.moves || moved_by_itself;
        let shown = record.fields.get("stage").cloned().map(|value| Change {
            value: Some(value),
            at: if moved { moment.at } else { self.gate.since },
            by: Author::Unknown,
        });
        let shown = shown.map(|change| ("stage".to_owned(), vec![change]));
        record.history.extend(shown);
        self.owner = record.owner().cloned();
        self.record = record;
    }

    /// What the gate makes of the stage that the record shows now.
    fn judged(&mut self, staffing: &Staffing, moment: &Moment) -> Option<DecisionDraft> {
        let beside = Beside {
            exceptions: Some(&self.exceptions),
            ..Beside::default()
        };
        let before = Some(&self.gate);
        let gated = gates::judge_after(staffing, &self.record, before, beside, moment.at)?;
        self.gate = gated.gate;
        Some(gated.draft)
    }

    fn clocks_see(
        &mut self,
        staffing: &Staffing,
        moment: &Moment,
        judged: Option<&DecisionDraft>,
        clocked: &mut Vec<DecisionDraft>,
    ) {
        let fields: Vec<FieldRef> = moment.changes.iter().cloned().collect();
        let contact = self.record.last_contact.clone();
        let seen = Trigger::Changed {
            modified: moment.at,
            contact: contact.as_ref().filter(|_| moment.contacted),
            replied: None,
            fields: &fields,
            sequence: 1,
        };
        self.fire(staffing, seen, clocked);
        let (owner, since) = (self.owner.clone(), self.gate.since);
        let moved = |stage, entered| {
            Trigger::Moved(Moved {
                stage,
                entered,
                first: false,
                at: since,
                by: None,
                told: moment.at,
                owner: owner.as_ref(),
                sequence: 0,
            })
        };
        for event in judged.into_iter().flat_map(|draft| &draft.emits) {
            match event {
                EventData::StageLeft { stage, .. } => {
                    self.fire(staffing, moved(stage, false), clocked);
                }
                EventData::StageEntered { stage, .. } => {
                    self.fire(staffing, moved(stage, true), clocked);
                }
                _ => {}
            }
        }
        self.fire(staffing, Trigger::Due { at: moment.at }, clocked);
    }

    fn fire(
        &mut self,
        staffing: &Staffing,
        trigger: Trigger<'_>,
        clocked: &mut Vec<DecisionDraft>,
    ) {
        let before = Some(&self.clocks);
        let decided = clocks::decide(staffing, &self.record, Some(&self.gate), before, trigger);
        if let Some(decided) = decided {
            self.clocks = decided.clocks;
            self.set.extend(set_by(&decided.draft.emits));
            clocked.push(decided.draft);
        }
    }

    fn watch(&mut self, staffing: &Staffing, at: Timestamp, watched: &mut Vec<DecisionDraft>) {
        let standing = Standing {
            clocks: Some(&self.clocks.clocks),
            routing: self.routing,
            exceptions: Some(&self.exceptions),
        };
        let before = Some(&self.deviations);
        let found = deviations::watch(
            staffing,
            &self.record,
            Some(&self.gate),
            standing,
            before,
            at,
        );
        if let Some(found) = found {
            self.deviations = found.deviations;
            self.set.extend(set_by(&found.draft.emits));
            watched.push(found.draft);
        }
    }
}

impl Came<'_> {
    fn drafts(&self) -> impl Iterator<Item = &DecisionDraft> {
        let gate = self.gate.iter();
        gate.chain(&self.clocks).chain(&self.deviations)
    }

    fn emits(&self) -> Vec<EventData> {
        self.drafts()
            .flat_map(|draft| draft.emits.clone())
            .collect()
    }

    /// What is expected and what came of it, in the same words if it is the same.
    pub(super) fn compare(&self, staffing: &Staffing, expected: &Expected) -> (String, String) {
        match expected {
            Expected::Gate(gate) => (gate.word().to_owned(), self.gate()),
            Expected::Unmet(criteria) => (listed(criteria), listed(&self.unmet())),
            Expected::Due(clock, at) => {
                let zone = at.as_ref().map_or_else(
                    || staffing.company_zone().clone(),
                    |at| at.time_zone().clone(),
                );
                let run = self.stands.clocks.clocks.get(clock);
                let due = run.filter(|run| run.status.is_open());
                let due = due.map(|run| as_moment(&run.due.to_zoned(zone)));
                let none = || NOT_RUNNING.to_owned();
                let wanted = at.as_ref().map_or_else(none, as_moment);
                (wanted, due.unwrap_or_else(none))
            }
            Expected::Clock(clock, status) => {
                let standing = Standing {
                    clocks: Some(&self.stands.clocks.clocks),
                    ..Standing::default()
                };
                (status.clone(), standing.clock(clock).to_owned())
            }
            Expected::Deviations(names) => {
                let open = self.stands.deviations.open.keys();
                (listed(names), listed(&open.cloned().collect()))
            }
            Expected::Tells(people) => (listed(people), listed(&told_by(&self.emits()))),
            Expected::Sets(fields) => (pairs(fields), pairs(&self.sets(false))),
            Expected::MovedTo(stage) => {
                let moved = self.sets(true).remove("stage");
                (stage.clone(), moved.unwrap_or_else(|| "none".to_owned()))
            }
            Expected::Segment(name) => (name.clone(), self.found(staffing, "segment")),
            Expected::Territory(name) => (name.clone(), self.found(staffing, "territory")),
            Expected::InIcp(fits) => (fitting(*fits), self.found(staffing, "in_icp")),
            Expected::Journey(name) => {
                let facts = Facts::of(staffing, &self.stands.record, self.stands.at);
                let journey = facts.lifecycle().map_or("none", |it| it.name.as_str());
                (name.clone(), journey.to_owned())
            }
            // Not read under `later`.
            Expected::Rule(_)
            | Expected::Owner(_)
            | Expected::Pool(_)
            | Expected::Queue(_)
            | Expected::WaitsFor(_)
            | Expected::Creates(_) => (String::new(), String::new()),
        }
    }

    fn gate(&self) -> String {
        let Some(draft) = &self.gate else {
            return "not asked: nothing moves".to_owned();
        };
        let found = draft.emits.iter().find_map(|event| match event {
            EventData::GatePassed { .. } => Some(Gate::Passed),
            EventData::GateTurnedBack { mode, .. } => Some(match mode {
                GateMode::Observe => Gate::Observed,
                GateMode::Warn => Gate::Warned,
                GateMode::TurnBack => Gate::TurnedBack,
            }),
            _ => None,
        });
        found.map_or_else(|| draft.outcome.clone(), |gate| gate.word().to_owned())
    }

    fn unmet(&self) -> BTreeSet<String> {
        let emits = self.gate.iter().flat_map(|draft| &draft.emits);
        let unmet = emits.filter_map(|event| match event {
            EventData::GateTurnedBack { unmet, .. } => Some(unmet),
            _ => None,
        });
        unmet.flatten().cloned().collect()
    }

    /// What was set by itself; the stage apart.
    fn sets(&self, stage: bool) -> BTreeMap<String, String> {
        let set = self.stands.set.iter();
        let set = set.filter(|(field, _)| (*field == "stage") == stage);
        set.map(|(field, to)| (field.clone(), to.to_string()))
            .collect()
    }

    fn found(&self, staffing: &Staffing, name: &str) -> String {
        let record = &self.stands.record;
        let facts = Facts {
            gate: Some(&self.stands.gate),
            exceptions: Some(&self.stands.exceptions),
            ..Facts::of(staffing, record, self.stands.at)
        };
        match facts.look(&FieldRef::new(record.id.kind, name)) {
            FieldValue::Value(value) => value.to_string(),
            FieldValue::Since(_) | FieldValue::Nothing => UNKNOWN.to_owned(),
        }
    }

    /// The reasons of the decisions of which something is expected.
    pub(super) fn reasons(&self, expected: &Expected) -> Vec<Reason> {
        let of = |drafts: &[DecisionDraft]| {
            let reasons = drafts.iter().flat_map(|draft| draft.reasons.clone());
            reasons.collect::<Vec<_>>()
        };
        match expected {
            Expected::Gate(_) | Expected::Unmet(_) => self
                .gate
                .iter()
                .flat_map(|draft| draft.reasons.clone())
                .collect(),
            Expected::Due(..) | Expected::Clock(..) => of(&self.clocks),
            Expected::Deviations(_) => of(&self.deviations),
            _ => self
                .drafts()
                .flat_map(|draft| draft.reasons.clone())
                .collect(),
        }
    }
}

/// The fields that these events set, and to what.
pub(super) fn set_by(emits: &[EventData]) -> BTreeMap<String, Value> {
    let written = emits.iter().filter_map(|event| match event {
        EventData::CrmWriteRequested {
            write: CrmWrite::Fields { set },
        } => Some(set),
        _ => None,
    });
    let set = written.flatten();
    set.map(|it| (it.field.clone(), it.to.clone())).collect()
}

/// Whom these events tell something.
pub(super) fn told_by(emits: &[EventData]) -> BTreeSet<String> {
    let told = emits.iter().filter_map(|event| match event {
        EventData::NoticeRequested { to, .. } => Some(to.to_string()),
        _ => None,
    });
    told.collect()
}
