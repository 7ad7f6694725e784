//! The decision about a lead, with all that it needs at hand, and what is written of it.

use contracts::{
    Event, EventData, Indexes, Key, OwnerLeft, shard_of,
    state::{RoutingState, counted_for},
};
use crm::Record;
use decisions::{
    Rules, Staffing,
    routing::{
        Overdue, Routed, Todo, arrived, handed_on, held_over, keep, leaver_of, merged, reassign,
        refused, route, route_again,
    },
};
use engine::{Proposal, RecordFacts};
use jiff::Timestamp;
use store::{StoreError, Versioned, put_state};

use crate::{
    plan::{Occasion, Plan},
    rotation::Rotations,
};

pub(crate) fn routed(
    staffing: &Staffing,
    facts: &RecordFacts,
    plan: &Plan,
    rotations: &Rotations,
    event: &Event,
    now: Timestamp,
) -> Result<Option<Routed>, StoreError> {
    let (record, sequence) = (&facts.record.state.record, facts.record.state.sequence);
    let before = plan.before.as_ref().map(|before| &before.state);
    let (turns, left) = (&rotations.gives.state, &rotations.left.state);
    // Of a copy without an owner it may still be on its way here that somebody was taken off: that is not
    // heard of by what comes from elsewhere.
    let heard = match before {
        Some(before) if record.owner().is_none() => before.sequence,
        _ => sequence,
    };
    let routed = match (&plan.todo, before) {
        (Occasion::Overdue(clocks, _), _) => match overdue(staffing, event) {
            Some(overdue) => {
                let clocks = clocks.as_ref();
                let routed = reassign(staffing, record, before, clocks, overdue, turns, now);
                routed.map(|routed| Some(routed?.by_copy(heard)))
            }
            None => Ok(None),
        },
        (Occasion::Refused(person, why), _) => {
            let routed = refused(staffing, record, before, (person, why), turns, now);
            routed.map(|routed| Some(routed?.by_copy(heard)))
        }
        (Occasion::Held, Some(before)) => {
            let routed = held_over(staffing, record, before, turns, now);
            routed.map(|routed| Some(routed?.by_copy(heard)))
        }
        (Occasion::Merged, Some(before)) => {
            let routed = merged(staffing, record, before, turns);
            routed.map(|routed| Some(routed?.by_copy(sequence)))
        }
        (Occasion::Held | Occasion::Merged, None) => Ok(None),
        (Occasion::Counted(routed), _) => Ok(Some(routed.as_ref().clone())),
        (Occasion::Again(again, removed), Some(before)) => {
            let routed = route_again(staffing, record, before, again, (turns, left), now);
            let by = if removed.is_some() { sequence } else { heard };
            let removed = || removed.as_deref().cloned();
            routed.map(|routed| Some(routed.or_else(removed)?.by_copy(by)))
        }
        (Occasion::Again(..), None) => Ok(None),
        (Occasion::Follows(routed), _) => Ok(Some(routed.as_ref().clone().by_copy(sequence))),
        (Occasion::Change(Todo::Nothing), _) | (Occasion::Change(Todo::Arrived), None) => Ok(None),
        (Occasion::Change(Todo::Arrived), Some(before)) => Ok(Some(arrived(before))),
        (Occasion::Change(Todo::Wait(routed)), _) => {
            Ok(Some(routed.as_ref().clone().by_copy(sequence)))
        }
        (Occasion::Change(Todo::Keep(owner)), _) => {
            let mut routed = keep(record, before, owner.clone(), now);
            routed
                .draft
                .emits
                .extend(left_already(staffing, record, now));
            let routed = handed_on(staffing, routed, before, turns, now);
            routed.map(|routed| Some(routed.by_copy(sequence)))
        }
        (Occasion::Change(Todo::Route(choice)), _) => {
            let routed = route(staffing, record, choice.clone(), before, turns, now);
            routed.map(|routed| Some(routed.by_copy(sequence)).filter(|it| it.is_news(before)))
        }
    };
    routed.map_err(|why| StoreError::Refused(why.to_string()))
}

/// That whoever the CRM names has left: what becomes of the record is decided next.
fn left_already(rules: &Rules, record: &Record, now: Timestamp) -> Option<EventData> {
    let (owner, ..) = leaver_of(rules, record, now)?;
    Some(EventData::OwnerLeft(OwnerLeft {
        record: record.id.clone(),
        person: owner.clone(),
        archived: rules.archived_since(owner),
        listed: false,
    }))
}

pub(crate) fn propose(
    facts: &RecordFacts,
    before: Option<&Versioned<RoutingState>>,
    rotations: &Rotations,
    routed: Routed,
) -> Proposal {
    let key = Key::routing(facts.id());
    // By this the leads of everybody are counted again.
    let indexes = Indexes {
        person: routed.routing.counted.as_ref().map(counted_for),
        due: routed.routing.next().map(|due| (shard_of(facts.id()), due)),
        ..Indexes::default()
    };
    let mut puts = vec![put_state(key, &routed.routing, before, indexes)];
    for (turned, before) in [
        (&routed.pool, &rotations.gives),
        (&routed.left, &rotations.left),
    ] {
        if let Some((name, pool)) = turned {
            let key = Key::pool(name);
            puts.push(put_state(
                key,
                pool,
                before.before.as_ref(),
                Indexes::default(),
            ));
        }
    }
    Proposal {
        draft: routed.draft,
        puts,
    }
}

fn overdue<'e>(rules: &'e Rules, event: &'e Event) -> Option<Overdue<'e>> {
    match &event.data {
        EventData::ReassignRequested(contracts::ReassignRequested {
            from,
            clock,
            instance,
            terms,
            at,
            ..
        }) => Some(Overdue {
            from,
            clock: rules.model.renamed.clock(clock),
            instance: *instance,
            terms,
            at: *at,
        }),
        _ => None,
    }
}
