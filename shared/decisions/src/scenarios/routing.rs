//! What routing makes of a record at a later moment of a scenario: it gives it to somebody once it need not wait any
//! more, routes it again upon an edge that the model names, and takes it from whoever lets a clock run out.

use contracts::{
    DecisionDraft, EventData, ReassignRequested,
    state::{PoolState, RoutingState},
};
use crm::{FieldRef, PersonId, Value};

use super::later::{Decided, Stands};
use crate::{
    clocks::Trigger,
    edges::Edge,
    routing::{
        Again, Happened, Overdue, Routed, again, held_over, hold, reassign, route_again, would,
    },
    rules::Staffing,
};

impl Stands {
    /// Routes the record, if something that has changed, or a stage that it has entered, leads to that.
    pub(super) fn route(
        &mut self,
        staffing: &Staffing,
        fields: &[FieldRef],
        judged: Option<&DecisionDraft>,
        decided: &mut Decided,
    ) {
        let Some(before) = self.routing.clone() else {
            return;
        };
        let again = self.again(staffing, &before, fields, judged);
        let routed = match &again {
            Some(again) => self.routed_again(staffing, &before, again),
            None => would(
                staffing,
                &self.record,
                Some(&before),
                &self.rotations,
                self.at,
            )
            .ok()
            .flatten(),
        };
        let Some(mut routed) = routed.filter(|it| it.is_news(Some(&before))) else {
            return;
        };
        if again.is_none() {
            // Who is told that they got it is expected of no scenario; who is told that it is another's, is.
            let told = |event: &EventData| matches!(event, EventData::NoticeRequested { .. });
            routed.draft.emits.retain(|event| !told(event));
        }
        self.become_theirs(staffing, routed, decided);
    }

    fn again(
        &self,
        staffing: &Staffing,
        before: &RoutingState,
        fields: &[FieldRef],
        judged: Option<&DecisionDraft>,
    ) -> Option<Again> {
        let changed = fields.iter().map(|field| Edge::FieldChanged {
            kind: field.kind,
            name: &field.name,
        });
        let changed: Vec<Edge<'_>> = changed.collect();
        let emits = judged.into_iter().flat_map(|draft| &draft.emits);
        let entered = emits.filter_map(|event| match event {
            EventData::StageEntered { stage, .. } => Some(Happened::Entered(stage)),
            _ => None,
        });
        let mut happened = std::iter::once(Happened::Changed(&changed)).chain(entered);
        let sequence = before.sequence.saturating_add(1);
        happened.find_map(|happened| {
            let happened = (happened, sequence);
            again(staffing, &self.record, Some(before), happened, self.at)
        })
    }

    fn routed_again(
        &self,
        staffing: &Staffing,
        before: &RoutingState,
        again: &Again,
    ) -> Option<Routed> {
        let turns = self.turns_of(again.pool());
        let left = self.turns_of(before.pool.as_deref());
        route_again(
            staffing,
            &self.record,
            before,
            again,
            (&turns, &left),
            self.at,
        )
        .ok()
        .flatten()
    }

    /// It is somebody else's of its pool, if its owner has let a clock run out that says so.
    pub(super) fn reassign(
        &mut self,
        staffing: &Staffing,
        asked: &ReassignRequested,
        decided: &mut Decided,
    ) {
        let Some(before) = self.routing.clone() else {
            return;
        };
        let overdue = Overdue {
            from: &asked.from,
            clock: &asked.clock,
            instance: asked.instance,
            terms: &asked.terms,
            at: asked.at,
        };
        let turns = self.turns_of(before.pool.as_deref());
        let clocks = Some(&self.clocks);
        let (record, at) = (&self.record, self.at);
        let routed = reassign(staffing, record, Some(&before), clocks, overdue, &turns, at);
        if let Some(routed) = routed.ok().flatten() {
            self.become_theirs(staffing, routed, decided);
        }
    }

    /// The turn that it cost is used or given back, if its time is over.
    pub(super) fn end_turn(&mut self, staffing: &Staffing, decided: &mut Decided) {
        let Some(before) = self.routing.clone() else {
            return;
        };
        let turns = self.turns_of(before.pool.as_deref());
        let ended = held_over(staffing, &self.record, &before, &turns, self.at);
        if let Some(ended) = ended.ok().flatten() {
            self.given_back = ended.pool.is_some();
            self.rotations.extend(ended.pool);
            self.routing = Some(ended.routing);
            decided.routings.push(ended.draft);
        }
    }

    fn turns_of(&self, pool: Option<&str>) -> PoolState {
        let known = pool.and_then(|name| self.rotations.get(name));
        known.cloned().unwrap_or_default()
    }

    /// The record is whose it was routed to, and its clocks see that.
    fn become_theirs(&mut self, staffing: &Staffing, routed: Routed, decided: &mut Decided) {
        let Routed {
            draft,
            mut routing,
            pool,
            left,
        } = routed;
        hold(staffing, self.routing.as_ref(), &mut routing);
        self.rotations.extend(pool.into_iter().chain(left));
        let owner = routing.owner.clone();
        let anew = routing.begins_anew();
        let told = |event: &EventData| matches!(event, EventData::RecordRouted { .. });
        let is_given = draft.emits.iter().any(told);
        self.routing = Some(routing);
        self.note(&draft, decided);
        decided.routings.push(draft);
        let Some(owner) = owner.filter(|_| is_given) else {
            return;
        };
        self.given_back = false;
        self.given_to(&owner);
        let at = self.at;
        let trigger = match anew {
            true => Trigger::RoutedAnew { owner: &owner, at },
            false => Trigger::Routed { owner: &owner, at },
        };
        self.fire(staffing, trigger, decided);
    }

    fn given_to(&mut self, owner: &PersonId) {
        let field = self.record.owner_field().to_owned();
        let person = Value::Person(owner.clone());
        self.record.fields.insert(field, person);
        self.owner = Some(owner.clone());
        if let Some(routing) = &mut self.routing {
            // The CRM shows it before the next moment.
            routing.taken_from.clear();
        }
    }
}
