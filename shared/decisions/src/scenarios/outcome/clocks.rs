//! What comes of a scenario for the clocks, and how the record stands after it.

use std::collections::BTreeMap;

use contracts::{
    EventData, Reason,
    state::{ClocksState, GateState},
};
use crm::{FieldRef, PersonId, Value};
use jiff::tz::TimeZone;

use super::{Outcome, already::open};
use crate::{
    clocks::{self, Moved, Trigger},
    scenarios::{
        later::Stands,
        words::{NOT_RUNNING, moment},
    },
    standing::Standing,
};

/// The number of the copy by which a record comes in.
const FIRST_COPY: u64 = 1;

impl Outcome<'_> {
    pub(super) fn clocked(&mut self) -> &(ClocksState, Vec<Reason>) {
        if self.clocked.is_none() {
            let owner = self.owner();
            self.clocked = Some(self.play_clocks(owner.as_ref()));
        }
        self.clocked.get_or_insert_default()
    }

    /// The record has come to the stage at which it stands, or from which it moves; it gets its owner, its copy
    /// is seen, and it moves if its gate lets it.
    fn play_clocks(&self, owner: Option<&PersonId>) -> (ClocksState, Vec<Reason>) {
        let (at, before) = (self.scenario.at, &self.before);
        let moved = |stage, entered, since| {
            Trigger::Moved(Moved {
                stage,
                entered,
                first: false,
                at: since,
                by: None,
                told: at,
                owner,
                sequence: 0,
            })
        };
        let routed = owner.map(|owner| Trigger::Routed { owner, at });
        let fields: Vec<FieldRef> = self.scenario.changes.iter().cloned().collect();
        let seen = Trigger::Changed {
            modified: at,
            contact: None,
            replied: None,
            fields: &fields,
            sequence: FIRST_COPY,
        };
        let stands = moved(&before.stage, true, before.since);
        let mut happens: Vec<(&GateState, Trigger<'_>)> = Vec::new();
        happens.push((before, stands));
        happens.extend(routed.map(|routed| (before, routed)));
        happens.push((before, seen));
        let judged = self.judged();
        if let Some(gated) = &judged {
            let (gate, edges) = (&gated.gate, gated.draft.emits.iter());
            happens.extend(edges.filter_map(|edge| match edge {
                EventData::StageLeft { stage, .. } => Some((gate, moved(stage, false, gate.since))),
                EventData::StageEntered { stage, .. } => {
                    Some((gate, moved(stage, true, gate.since)))
                }
                _ => None,
            }));
        }
        let mut clocks: Option<ClocksState> = None;
        let mut reasons = Vec::new();
        for (gate, trigger) in happens {
            let (staffing, record) = (self.staffing, self.record());
            if let Some(decided) =
                clocks::decide(staffing, record, Some(gate), clocks.as_ref(), trigger)
            {
                reasons.extend(decided.draft.reasons);
                clocks = Some(decided.clocks);
            }
        }
        (clocks.unwrap_or_default(), reasons)
    }

    /// When a clock is due, as it reads in this zone.
    pub(in crate::scenarios) fn due(&mut self, clock: &str, zone: &TimeZone) -> String {
        let run = self.clocked().0.clocks.get(clock);
        let due = run.filter(|run| run.status.is_open()).map(|run| run.due);
        due.map_or_else(
            || NOT_RUNNING.to_owned(),
            |due| moment(&due.to_zoned(zone.clone())),
        )
    }

    /// Where a clock stands, in the words of `clock.NAME`.
    pub(in crate::scenarios) fn clock(&mut self, clock: &str) -> String {
        let clocks = Some(&self.clocked().0.clocks);
        let standing = Standing {
            clocks,
            ..Standing::default()
        };
        standing.clock(clock).to_owned()
    }

    /// How it stands when the scenario's moment is over.
    pub(in crate::scenarios) fn stands(&mut self) -> Stands {
        let clocks = self.clocked().0.clone();
        let before = open(self.staffing, self.scenario);
        let watched = self.watched(&before).map(|watched| watched.deviations);
        let gate = self.judged().map(|gated| gated.gate);
        let owner = self.owner();
        let routed = self.routed().as_ref().ok().cloned();
        let rotations = routed.iter().flat_map(|it| it.pool.clone()).collect();
        let routing = routed.map(|it| it.routing);
        let mut record = self.record().clone();
        let field = record.owner_field().to_owned();
        let given = owner.clone().map(Value::Person);
        record.fields.extend(given.map(|owner| (field, owner)));
        Stands {
            at: self.scenario.at,
            sequence: FIRST_COPY,
            record,
            owner,
            gate: gate.unwrap_or_else(|| self.before.clone()),
            clocks,
            deviations: watched.unwrap_or(before),
            routing,
            rotations,
            given_back: false,
            exceptions: self.exceptions.clone(),
            approvals: self
                .looked()
                .map_or_else(|| self.approvals.clone(), |it| it.approvals),
            to_set: self.set_by_itself(),
            set: BTreeMap::new(),
        }
    }
}
