mod already;
mod clocks;
mod reasons;

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    CrmWrite, DecisionDraft, EventData, Reason,
    state::{ApprovalsState, ClocksState, DeviationsState, ExceptionsState, GateState},
};
use crm::{FieldRef, PersonId, Record, Value};
use jiff::tz::TimeZone;
use model::scenario::Scenario;

use already::{approved, exceptions, open};

use super::{
    approvals::waiting,
    emitted::{NOT_ASKED, gate_of, set_by, told_by, unmet_by},
    words::{UNKNOWN, turn_of},
};
use crate::{
    approvals, deviations,
    facts::{Facts, FieldValue},
    gates,
    routing::{self, Rotations, Routed, leaver_of},
    rules::Staffing,
    standing::Standing,
};

/// What comes of a scenario. Each decision is made when it is first asked about.
pub(super) struct Outcome<'a> {
    staffing: &'a Staffing,
    scenario: &'a Scenario,
    before: GateState,
    exceptions: ExceptionsState,
    approvals: ApprovalsState,
    routed: Option<Result<Routed, String>>,
    clocked: Option<(ClocksState, Vec<Reason>)>,
}

impl<'a> Outcome<'a> {
    pub(super) fn new(staffing: &'a Staffing, scenario: &'a Scenario) -> Self {
        let record = &scenario.record;
        let stage = scenario.from.clone().or_else(|| {
            let facts = Facts::of(staffing, record, scenario.at);
            facts.stage().map(str::to_owned)
        });
        Self {
            staffing,
            scenario,
            before: GateState {
                stage: stage.unwrap_or_default(),
                since: scenario.in_stage_since.unwrap_or(record.created),
                turned_back: None,
                held: None,
                rounds: None,
                undoing: None,
                unknown: false,
                outside: false,
            },
            exceptions: exceptions(staffing, scenario),
            approvals: approved(staffing, scenario),
            routed: None,
            clocked: None,
        }
    }

    fn record(&self) -> &'a Record {
        &self.scenario.record
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            gate: Some(&self.before),
            exceptions: Some(&self.exceptions),
            approvals: Some(&self.approvals),
            ..Facts::of(self.staffing, self.record(), self.scenario.at)
        }
    }

    fn routed(&mut self) -> &Result<Routed, String> {
        let (staffing, record, at) = (self.staffing, self.record(), self.scenario.at);
        self.routed.get_or_insert_with(|| {
            let routed = routing::would(staffing, record, None, &Rotations::new(), at);
            match routed {
                Ok(Some(mut routed)) => {
                    routing::hold(staffing, None, &mut routed.routing);
                    Ok(routed)
                }
                Ok(None) => {
                    let stands = Facts::of(staffing, record, at).stands();
                    let why = stands.why_not().unwrap_or("it is closed");
                    Err(format!("not routed: {why}"))
                }
                Err(why) => Err(why.to_string()),
            }
        })
    }

    /// What is said of a part of the routing that there may be nothing of.
    fn of_routing(&mut self, part: impl Fn(&Routed) -> Option<String>) -> String {
        match self.routed() {
            Ok(routed) => part(routed).unwrap_or_else(|| "none".to_owned()),
            Err(why) => why.clone(),
        }
    }

    pub(super) fn rule(&mut self) -> String {
        self.of_routing(|routed| Some(routed.routing.rule.clone()))
    }

    pub(super) fn pool(&mut self) -> String {
        self.of_routing(|routed| routed.routing.pool.clone())
    }

    pub(super) fn queue(&mut self) -> String {
        self.of_routing(|routed| routed.routing.waits.as_ref()?.queue.clone())
    }

    /// What becomes of the turn that it costs.
    pub(super) fn turn(&mut self) -> String {
        self.of_routing(|routed| Some(turn_of(&routed.routing, false).word().to_owned()))
    }

    /// The facts that are waited for before it is routed.
    pub(super) fn waits_for(&mut self) -> BTreeSet<String> {
        let waits = self.routed().as_ref().ok();
        let waits = waits.and_then(|routed| routed.routing.waits.as_ref());
        let facts = waits.into_iter().flat_map(|waits| &waits.facts);
        facts.map(ToString::to_string).collect()
    }

    pub(super) fn moved_to(&mut self) -> String {
        if !self.scenario.open_since.is_empty() {
            let moved = self.sets_of_all().remove("stage");
            return moved.unwrap_or_else(|| "none".to_owned());
        }
        self.of_routing(|routed| {
            routed.draft.emits.iter().find_map(|event| match event {
                EventData::CrmWriteRequested {
                    write: CrmWrite::Stage { to, .. },
                } => Some(to.clone()),
                _ => None,
            })
        })
    }

    /// The owner that the record has, or is given.
    pub(super) fn owner(&mut self) -> Option<PersonId> {
        let left = leaver_of(self.staffing, self.record(), self.scenario.at);
        if let Some(owner) = self.record().owner().filter(|_| left.is_none()) {
            return Some(owner.clone());
        }
        self.routed().as_ref().ok()?.routing.owner.clone()
    }

    fn judged(&self) -> Option<gates::Gated> {
        let beside = gates::Beside {
            exceptions: Some(&self.exceptions),
            approvals: Some(&self.approvals),
            ..gates::Beside::default()
        };
        let (record, at) = (self.record(), self.scenario.at);
        gates::judge_after(self.staffing, record, Some(&self.before), beside, at)
    }

    pub(super) fn gate(&self) -> String {
        let gated = self.judged();
        gated.map_or_else(|| NOT_ASKED.to_owned(), |gated| gate_of(&gated.draft))
    }

    pub(super) fn unmet(&self) -> BTreeSet<String> {
        let gated = self.judged();
        gated
            .map(|gated| unmet_by(&gated.draft.emits))
            .unwrap_or_default()
    }

    /// What is to be approved once the move was judged.
    pub(super) fn looked(&self) -> Option<approvals::Looked> {
        let gate = self
            .judged()
            .map_or_else(|| self.before.clone(), |it| it.gate);
        let before = Some(&self.approvals);
        approvals::look_at(
            self.staffing,
            self.record(),
            Some(&gate),
            (before, None),
            self.scenario.at,
        )
    }

    /// What is to be approved and is not answered, and by whom.
    pub(super) fn asks(&self) -> BTreeMap<String, BTreeSet<String>> {
        let looked = self.looked();
        waiting(looked.as_ref().map_or(&self.approvals, |it| &it.approvals))
    }

    /// The zone in which what is not said in another is read.
    pub(super) fn company_zone(&self) -> &TimeZone {
        self.staffing.company_zone()
    }

    pub(super) fn deviations(&self) -> BTreeSet<String> {
        let before = open(self.staffing, self.scenario);
        let open = match self.watched(&before) {
            Some(watched) => watched.deviations.open,
            None => before.open,
        };
        open.into_keys().collect()
    }

    fn watched(&self, before: &DeviationsState) -> Option<deviations::Watched> {
        deviations::watch(
            self.staffing,
            self.record(),
            Some(&self.before),
            Standing {
                exceptions: Some(&self.exceptions),
                approvals: Some(&self.approvals),
                ..Standing::default()
            },
            Some(before),
            self.scenario.at,
        )
    }

    /// The decision from which something follows: about the move, or about deviations.
    fn followed(&self) -> DecisionDraft {
        let draft = if self.scenario.from.is_some() {
            self.judged().map(|gated| gated.draft)
        } else {
            let watched = self.watched(&open(self.staffing, self.scenario));
            watched.map(|watched| watched.draft)
        };
        draft.unwrap_or_default()
    }

    fn sets_of_all(&self) -> BTreeMap<String, String> {
        let set = self.set_by_itself().into_iter();
        set.map(|(field, to)| (field, to.to_string())).collect()
    }

    fn set_by_itself(&self) -> BTreeMap<String, Value> {
        set_by(&self.followed().emits)
    }

    /// The fields that are set by itself; that a step moves the record is expected apart.
    pub(super) fn sets(&self) -> BTreeMap<String, String> {
        let mut set = self.sets_of_all();
        set.remove("stage");
        set
    }

    /// The records that follow, each with those of its fields that are expected of it.
    pub(super) fn creates(&self, expected: &BTreeMap<String, BTreeMap<String, String>>) -> String {
        let emits = self.followed().emits.into_iter();
        let created = emits.filter_map(|event| match event {
            EventData::CrmWriteRequested {
                write: CrmWrite::Create { journey, with, .. },
            } => {
                let asked = expected.get(&journey);
                let with = with.into_iter();
                let with = with.filter(|(field, _)| asked.is_none_or(|it| it.contains_key(field)));
                let with = with
                    .map(|(field, value)| (field, value.to_string()))
                    .collect();
                Some((journey, with))
            }
            _ => None,
        });
        followed(&created.collect())
    }

    pub(super) fn journey(&self) -> String {
        let facts = Facts::of(self.staffing, self.record(), self.scenario.at);
        let journey = facts.lifecycle();
        journey
            .map_or("none", |journey| journey.name.as_str())
            .to_owned()
    }

    /// Who is told by what follows by itself, or is asked since its owner has left.
    pub(super) fn tells(&mut self) -> BTreeSet<String> {
        let mut told = told_by(&self.followed().emits);
        let routed = self.routed().as_ref().ok();
        let asked = routed.and_then(|routed| routed.routing.asked.as_ref());
        told.extend(
            asked
                .into_iter()
                .flat_map(|it| &it.whom)
                .map(ToString::to_string),
        );
        told
    }

    pub(super) fn value_found(&self, name: &str) -> String {
        let field = FieldRef::new(self.record().id.kind, name);
        match self.facts().look(&field) {
            FieldValue::Value(value) => value.to_string(),
            FieldValue::Since(_) | FieldValue::Nothing => UNKNOWN.to_owned(),
        }
    }
}

/// Records that follow in words: `renewal (amount 1000)`; `none` if none does.
pub(super) fn followed(records: &BTreeMap<String, BTreeMap<String, String>>) -> String {
    let each = records.iter().map(|(journey, fields)| {
        let fields = fields
            .iter()
            .map(|(field, value)| format!("{field} {value}"));
        let fields: Vec<String> = fields.collect();
        match fields.is_empty() {
            true => journey.clone(),
            false => format!("{journey} ({})", fields.join(", ")),
        }
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() {
        return "none".to_owned();
    }
    each.join(", ")
}
