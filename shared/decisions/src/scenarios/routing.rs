//! What routing makes of a record at a later moment of a scenario: it gives it to somebody once it need not wait any
//! more, and routes it again upon an edge that the model names.

use contracts::{DecisionDraft, EventData, state::RoutingState};
use crm::{FieldRef, PersonId, Value};

use super::later::{Decided, Stands};
use crate::{
    clocks::Trigger,
    edges::Edge,
    routing::{Again, Happened, Routed, again, route_again, would},
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
        let rotation = |pool: Option<&str>| {
            let known = pool.and_then(|name| self.rotations.get(name));
            known.cloned().unwrap_or_default()
        };
        let (turns, left) = (rotation(again.pool()), rotation(before.pool.as_deref()));
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

    /// The record is whose it was routed to, and its clocks see that.
    fn become_theirs(&mut self, staffing: &Staffing, routed: Routed, decided: &mut Decided) {
        let Routed {
            draft,
            routing,
            pool,
            left,
        } = routed;
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
