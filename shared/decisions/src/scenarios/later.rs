//! What comes of the later moments of a scenario: time passes until each, and then happens what it says.

use std::collections::BTreeMap;

use contracts::{
    DecisionDraft, EventData,
    state::{
        ApprovalsState, ClocksState, DeviationsState, ExceptionsState, GateState, RoutingState,
    },
};
use crm::{Author, Change, FieldRef, PersonId, Record, Value};
use jiff::Timestamp;
use model::scenario::Moment;

use super::{
    approvals::answered,
    emitted::{given_by, moved_by, reassignments, set_by},
};
use crate::{
    approvals,
    clocks::{self, Moved, Trigger},
    deviations, exceptions,
    facts::Facts,
    gates::{self, Beside},
    routing::Rotations,
    rules::Staffing,
    standing::Standing,
    sync::just_after,
};

/// So many deadlines fall due between two moments at most; a model whose clocks never rest ends there.
const MOST_DEADLINES: usize = 10_000;

/// As many automatic actions follow from one another at most.
const LONGEST_CHAIN: usize = 8;

const STAGE: &str = "stage";

/// How a record stands after a moment.
pub(super) struct Stands {
    pub(super) at: Timestamp,
    /// How many copies of it there were.
    pub(super) sequence: u64,
    /// As the model has left it.
    pub(super) record: Record,
    /// Whom it belongs to: whom it was given, unless the scenario says otherwise.
    pub(super) owner: Option<PersonId>,
    pub(super) gate: GateState,
    pub(super) clocks: ClocksState,
    pub(super) deviations: DeviationsState,
    /// What came of its routing; none if it is not routed.
    pub(super) routing: Option<RoutingState>,
    /// What the pools have given, by their names.
    pub(super) rotations: Rotations,
    /// Whether the turn that it cost last was given back, since nothing has used it in its time.
    pub(super) given_back: bool,
    pub(super) exceptions: ExceptionsState,
    pub(super) approvals: ApprovalsState,
    /// What was set by itself and does not stand in the record yet.
    pub(super) to_set: BTreeMap<String, Value>,
    /// What was set by itself, and not given since: not the stage, which the gate's item holds.
    pub(super) set: BTreeMap<String, Value>,
}

/// What was decided since the moment before.
#[derive(Default)]
pub(super) struct Decided {
    /// Of the move that the moment says.
    pub(super) gate: Option<DecisionDraft>,
    /// Of moves that the model has made itself.
    pub(super) gates: Vec<DecisionDraft>,
    pub(super) approvals: Vec<DecisionDraft>,
    pub(super) routings: Vec<DecisionDraft>,
    pub(super) clocks: Vec<DecisionDraft>,
    pub(super) deviations: Vec<DecisionDraft>,
    /// The fields that were set by itself.
    pub(super) set: BTreeMap<String, Value>,
}

impl Stands {
    /// Lets time pass until a moment, and then happen what it says.
    pub(super) fn come_to(&mut self, staffing: &Staffing, moment: &Moment) -> Decided {
        let mut decided = Decided::default();
        self.settle(staffing, self.at, &mut decided);
        for _ in 0..MOST_DEADLINES {
            let Some(due) = self.next().filter(|due| *due < moment.at) else {
                break;
            };
            let before = self.next();
            self.at = due.max(self.at);
            self.fire(staffing, Trigger::Due { at: self.at }, &mut decided);
            self.end_turn(staffing, &mut decided);
            self.route(staffing, &[], None, &mut decided);
            self.end_exceptions(staffing);
            self.look(staffing, &mut decided);
            self.watch(staffing, self.at, &mut decided);
            self.settle(staffing, self.at, &mut decided);
            // What stays due by itself is done with: nothing follows of it.
            if before == self.next() {
                break;
            }
        }
        self.at = moment.at;
        self.end_exceptions(staffing);
        self.become_as(moment);
        self.end_turn(staffing, &mut decided);
        self.answer(staffing, moment, &mut decided);
        let judged = self.judged(staffing, moment.at, &mut decided);
        let fields: Vec<FieldRef> = moment.changes.iter().cloned().collect();
        self.clocks_see(
            staffing,
            &fields,
            moment.contacted,
            judged.as_ref(),
            &mut decided,
        );
        self.route(staffing, &fields, judged.as_ref(), &mut decided);
        decided.gate = judged;
        self.look(staffing, &mut decided);
        self.watch(staffing, moment.at, &mut decided);
        self.settle(staffing, moment.at, &mut decided);
        decided
    }

    /// The next instant at which something falls due.
    fn next(&self) -> Option<Timestamp> {
        let clocks = self.clocks.next();
        let both = clocks.into_iter().chain(self.deviations.next);
        let others = self
            .exceptions
            .next()
            .into_iter()
            .chain(self.approvals.due());
        let waits = self.routing.as_ref().and_then(|it| it.waits.as_ref());
        let others = others.chain(waits.map(|waits| waits.until));
        let turn = self.routing.as_ref().and_then(|it| it.held_until);
        let others = others.chain(turn);
        both.chain(others).min()
    }

    fn end_exceptions(&mut self, staffing: &Staffing) {
        if let Some((after, _)) = exceptions::over(staffing, &self.exceptions, self.at) {
            self.exceptions = after;
        }
    }

    /// What somebody answers at a moment.
    fn answer(&mut self, staffing: &Staffing, moment: &Moment, decided: &mut Decided) {
        let facts = Facts {
            gate: Some(&self.gate),
            ..Facts::of(staffing, &self.record, moment.at)
        };
        self.approvals = answered(&facts, &self.approvals, &moment.approvals);
        for name in moment.approvals.keys() {
            let rule = staffing.model.approvals.get(name);
            let came = rule.and_then(|rule| {
                let of = (name.as_str(), rule);
                approvals::settle(staffing, &self.record, of, &mut self.approvals, moment.at)
            });
            let Some((outcome, write)) = came else {
                continue;
            };
            let draft = DecisionDraft {
                outcome,
                emits: write.into_iter().collect(),
                ..DecisionDraft::default()
            };
            if let Some(owner) = given_by(&draft.emits) {
                let field = self.record.owner_field().to_owned();
                self.record
                    .fields
                    .insert(field, Value::Person(owner.clone()));
                self.owner = Some(owner);
            }
            self.note(&draft, decided);
            decided.approvals.push(draft);
        }
    }

    /// What is to be approved of the record as it stands.
    fn look(&mut self, staffing: &Staffing, decided: &mut Decided) {
        let (gate, before) = (Some(&self.gate), Some(&self.approvals));
        let looked = approvals::look_at(staffing, &self.record, gate, (before, None), self.at);
        if let Some(looked) = looked {
            self.approvals = looked.approvals;
            decided.approvals.push(looked.draft);
        }
    }

    /// The record as it is given, with what the model has made of it meanwhile.
    fn become_as(&mut self, moment: &Moment) {
        let kind = moment.record.id.kind;
        let given = |field: &str| moment.changes.contains(&FieldRef::new(kind, field));
        let mut record = moment.record.clone();
        let owner = record.owner_field().to_owned();
        if let Some(person) = self.owner.as_ref().filter(|_| !given(&owner)) {
            let person = Value::Person(person.clone());
            record.fields.insert(owner, person);
        }
        self.set.retain(|field, _| !given(field));
        record.fields.extend(self.set.clone());
        self.owner = record.owner().cloned();
        self.record = record;
        if moment.moves {
            self.shows(moment.at);
        } else if !self.gate.stage.is_empty() {
            let stage = Value::Text(self.gate.stage.clone());
            self.record.fields.insert(STAGE.to_owned(), stage);
            self.shows(self.gate.since);
        }
    }

    /// The CRM tells since when the record shows its stage.
    fn shows(&mut self, since: Timestamp) {
        let stage = self.record.fields.get(STAGE).cloned();
        let shown = stage.map(|stage| Change {
            value: Some(stage),
            at: since,
            by: Author::Unknown,
        });
        let shown = shown.map(|change| (STAGE.to_owned(), vec![change]));
        self.record.history.extend(shown);
    }

    /// What was set by itself stands in the record, and what follows from that follows.
    fn settle(&mut self, staffing: &Staffing, at: Timestamp, decided: &mut Decided) {
        let kind = self.record.id.kind;
        for _ in 0..LONGEST_CHAIN {
            let set = std::mem::take(&mut self.to_set);
            if set.is_empty() {
                return;
            }
            let fields = set.keys().map(|name| FieldRef::new(kind, name.as_str()));
            let fields: Vec<FieldRef> = fields.collect();
            self.record.fields.extend(set.clone());
            self.record.modified = at;
            let moved = set.contains_key(STAGE);
            let others = set.into_iter().filter(|(field, _)| field != STAGE);
            self.set.extend(others);
            // What moves it because something fell due, moves it after that.
            let judged = moved.then(|| self.shows(just_after(at)));
            let judged = judged.and_then(|()| self.judged(staffing, at, decided));
            self.clocks_see(staffing, &fields, false, judged.as_ref(), decided);
            self.route(staffing, &fields, judged.as_ref(), decided);
            decided.gates.extend(judged);
            self.watch(staffing, at, decided);
        }
    }

    /// What the gate makes of the stage that the record shows now.
    fn judged(
        &mut self,
        staffing: &Staffing,
        at: Timestamp,
        decided: &mut Decided,
    ) -> Option<DecisionDraft> {
        let beside = Beside {
            exceptions: Some(&self.exceptions),
            approvals: Some(&self.approvals),
            ..Beside::default()
        };
        let before = Some(&self.gate);
        let gated = gates::judge_after(staffing, &self.record, before, beside, at)?;
        self.gate = gated.gate;
        self.note(&gated.draft, decided);
        Some(gated.draft)
    }

    /// The copy is seen, and the edges of a move.
    fn clocks_see(
        &mut self,
        staffing: &Staffing,
        fields: &[FieldRef],
        contacted: bool,
        judged: Option<&DecisionDraft>,
        decided: &mut Decided,
    ) {
        let (at, contact) = (self.at, self.record.last_contact.clone());
        self.sequence = self.sequence.saturating_add(1);
        let seen = Trigger::Changed {
            modified: at,
            contact: contact.as_ref().filter(|_| contacted),
            replied: None,
            fields,
            sequence: self.sequence,
        };
        self.fire(staffing, seen, decided);
        let (owner, since) = (self.owner.clone(), self.gate.since);
        let moved = |stage, entered| {
            Trigger::Moved(Moved {
                stage,
                entered,
                first: false,
                at: since,
                by: None,
                told: at,
                owner: owner.as_ref(),
                sequence: 0,
            })
        };
        for event in judged.into_iter().flat_map(|draft| &draft.emits) {
            let (stage, entered) = match event {
                EventData::StageLeft { stage, .. } => (stage, false),
                EventData::StageEntered { stage, .. } => (stage, true),
                _ => continue,
            };
            self.fire(staffing, moved(stage, entered), decided);
        }
        self.fire(staffing, Trigger::Due { at }, decided);
    }

    pub(super) fn fire(
        &mut self,
        staffing: &Staffing,
        trigger: Trigger<'_>,
        decided: &mut Decided,
    ) {
        let before = Some(&self.clocks);
        let clocked = clocks::decide(staffing, &self.record, Some(&self.gate), before, trigger);
        if let Some(clocked) = clocked {
            self.clocks = clocked.clocks;
            self.note(&clocked.draft, decided);
            // A clock moves a record by a write of its own; a gate that writes a stage restores it.
            if let Some(to) = moved_by(&clocked.draft.emits) {
                decided.set.insert(STAGE.to_owned(), to.clone());
                self.to_set.insert(STAGE.to_owned(), to);
            }
            let asked = reassignments(&clocked.draft.emits);
            decided.clocks.push(clocked.draft);
            for asked in &asked {
                self.reassign(staffing, asked, decided);
            }
        }
    }

    fn watch(&mut self, staffing: &Staffing, at: Timestamp, decided: &mut Decided) {
        let standing = Standing {
            clocks: Some(&self.clocks.clocks),
            routing: self.routing.as_ref().map(|it| it.status),
            exceptions: Some(&self.exceptions),
            approvals: Some(&self.approvals),
        };
        // What has no journey has no gate either.
        let gate = Some(&self.gate).filter(|gate| !gate.stage.is_empty());
        let before = Some(&self.deviations);
        let watched = deviations::watch(staffing, &self.record, gate, standing, before, at);
        if let Some(watched) = watched {
            self.deviations = watched.deviations;
            self.note(&watched.draft, decided);
            decided.deviations.push(watched.draft);
        }
    }

    /// What a decision sets.
    pub(super) fn note(&mut self, draft: &DecisionDraft, decided: &mut Decided) {
        let set = set_by(&draft.emits);
        decided.set.extend(set.clone());
        self.to_set.extend(set);
    }
}
