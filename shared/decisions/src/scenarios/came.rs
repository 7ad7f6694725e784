//! What came of a later moment of a scenario, in the words of what is expected.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{DecisionDraft, EventData, Reason, state::RoutingState};
use crm::{FieldRef, PersonId};
use model::scenario::Expected;

use super::{
    approvals,
    emitted::{NOT_ASKED, gate_of, told_by, unmet_by},
    later::{Decided, Stands},
    words::{NOT_RUNNING, UNKNOWN, fitting, listed, moment as as_moment, pairs, turn_of},
};
use crate::{
    facts::{Facts, FieldValue},
    rules::Staffing,
    standing::Standing,
};

/// What came of a moment, and of the time before it.
pub(super) struct Came<'a> {
    pub(super) stands: &'a Stands,
    pub(super) decided: Decided,
}

impl Came<'_> {
    fn drafts(&self) -> impl Iterator<Item = &DecisionDraft> {
        let Decided {
            gate,
            gates,
            approvals,
            routings,
            clocks,
            deviations,
            ..
        } = &self.decided;
        let gates = gate.iter().chain(gates).chain(approvals);
        gates.chain(routings).chain(clocks).chain(deviations)
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
            Expected::Asks(wanted) => {
                let waiting = approvals::waiting(&self.stands.approvals);
                (approvals::spoken(wanted), approvals::spoken(&waiting))
            }
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
            Expected::Rule(rule) => (rule.clone(), self.routed(|it| Some(it.rule.clone()))),
            Expected::Pool(pool) => (pool.clone(), self.routed(|it| it.pool.clone())),
            Expected::Queue(queue) => {
                let queue_of = |it: &RoutingState| it.waits.as_ref()?.queue.clone();
                (queue.clone(), self.routed(queue_of))
            }
            Expected::Owner(owner) => {
                let named = |owner: Option<&PersonId>| {
                    owner.map_or_else(|| "nobody".to_owned(), ToString::to_string)
                };
                (named(owner.as_ref()), named(self.stands.owner.as_ref()))
            }
            Expected::Turn(turn) => {
                let given_back = self.stands.given_back;
                let of = |it: &RoutingState| Some(turn_of(it, given_back).word().to_owned());
                (turn.word().to_owned(), self.routed(of))
            }
            Expected::WaitsFor(facts) => {
                let waits = self
                    .stands
                    .routing
                    .as_ref()
                    .and_then(|it| it.waits.as_ref());
                let found = waits.into_iter().flat_map(|waits| &waits.facts);
                (
                    listed(facts),
                    listed(&found.map(ToString::to_string).collect()),
                )
            }
            // Not read under `later`.
            Expected::Creates(_) => (String::new(), String::new()),
        }
    }

    /// A part of what came of its routing.
    fn routed(&self, part: impl Fn(&RoutingState) -> Option<String>) -> String {
        let part = self.stands.routing.as_ref().and_then(part);
        part.unwrap_or_else(|| "none".to_owned())
    }

    fn gate(&self) -> String {
        let moved = self.decided.gate.as_ref();
        moved.map_or_else(|| NOT_ASKED.to_owned(), gate_of)
    }

    fn unmet(&self) -> BTreeSet<String> {
        let moved = self.decided.gate.as_ref();
        moved
            .map(|draft| unmet_by(&draft.emits))
            .unwrap_or_default()
    }

    /// What was set by itself; the stage apart.
    fn sets(&self, stage: bool) -> BTreeMap<String, String> {
        let set = self.decided.set.iter();
        let set = set.filter(|(field, _)| (*field == "stage") == stage);
        set.map(|(field, to)| (field.clone(), to.to_string()))
            .collect()
    }

    fn found(&self, staffing: &Staffing, name: &str) -> String {
        let record = &self.stands.record;
        let facts = Facts {
            gate: Some(&self.stands.gate),
            exceptions: Some(&self.stands.exceptions),
            approvals: Some(&self.stands.approvals),
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
                .decided
                .gate
                .iter()
                .flat_map(|draft| draft.reasons.clone())
                .collect(),
            Expected::Asks(_) => of(&self.decided.approvals),
            Expected::Rule(_)
            | Expected::Owner(_)
            | Expected::Pool(_)
            | Expected::Queue(_)
            | Expected::Turn(_) => of(&self.decided.routings),
            Expected::Due(..) | Expected::Clock(..) => of(&self.decided.clocks),
            Expected::Deviations(_) => of(&self.decided.deviations),
            _ => self
                .drafts()
                .flat_map(|draft| draft.reasons.clone())
                .collect(),
        }
    }
}
