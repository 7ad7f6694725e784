//! Taking a record from its queue: who may, and what asks for it.

use contracts::{CrmWrite, Event, EventData, EventId, state::RoutingState};
use crm::{PersonId, RecordId};
use jiff::Timestamp;
use model::{OperatingModel, Revision};

/// The queue from which somebody may take the record; or why they may not.
///
/// # Errors
/// If they may not, with the reason.
pub fn may_take(
    model: &OperatingModel,
    record: &RecordId,
    routing: Option<&RoutingState>,
    person: &PersonId,
) -> Result<String, String> {
    let name = model.name_of(record);
    let Some(routing) = routing else {
        return Err(format!(
            "nothing is known of {name}: see how it is written in the CRM"
        ));
    };
    let queue = routing
        .waits
        .as_ref()
        .and_then(|waits| waits.queue.as_ref());
    let Some(queue) = queue else {
        return Err(match &routing.owner {
            Some(owner) => format!("{name} is in no queue: it is {owner}'s"),
            None => format!("{name} is in no queue; `fairlead queues` shows what is"),
        });
    };
    let team = model.queues.get(queue).map(|queue| queue.team.as_str());
    let Some(team) = team else {
        return Err(format!(
            "{name} is in queue {queue}, which the model has no more"
        ));
    };
    let own = model.people.get(person).and_then(|it| it.team.as_deref());
    if own != Some(team) {
        return Err(format!("{person} is not of {team}, whose queue {queue} is"));
    }
    Ok(queue.clone())
}

/// What asks for the owner. Each is a happening of its own, so that what failed can be asked again: `once` tells
/// apart what is asked in one instant.
#[must_use]
pub fn taking((record, person): (&RecordId, &PersonId), once: &str, now: Timestamp) -> Event {
    let id = EventId::of(&[
        "take",
        &record.to_string(),
        person.as_str(),
        &now.as_nanosecond().to_string(),
        once,
    ]);
    let write = CrmWrite::Owner {
        to: person.clone(),
        only_if: None,
    };
    let data = EventData::CrmWriteRequested { write };
    // No function waits for a newer model because of it.
    Event::new(id, now, &Revision::default(), data).about(record.clone(), 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use std::collections::BTreeSet;

    use contracts::state::Waits;
    use testkit::{at, example_model, record_id};

    use super::*;

    fn queued(queue: &str) -> RoutingState {
        RoutingState {
            waits: Some(Waits {
                facts: BTreeSet::new(),
                person: None,
                queue: Some(queue.to_owned()),
                until: at("2026-11-24T09:00:00Z"),
            }),
            ..RoutingState::waiting("unowned_deal", at("2026-11-23T09:00:00Z"))
        }
    }

    fn may(routing: Option<&RoutingState>, person: &str) -> Result<String, String> {
        let deal = record_id("opportunity:5");
        may_take(&example_model(), &deal, routing, &PersonId::new(person))
    }

    #[test]
    fn whoever_is_of_the_team_may_take_what_is_in_its_queue() {
        let routing = queued("deal_desk");
        assert_eq!(may(Some(&routing), "olga").unwrap(), "deal_desk");
        assert_eq!(
            may(Some(&routing), "anna").unwrap_err(),
            "anna is not of revenue_ops, whose queue deal_desk is"
        );
    }

    #[test]
    fn what_is_in_no_queue_cannot_be_taken_and_why_is_said() {
        assert!(
            may(None, "olga")
                .unwrap_err()
                .starts_with("nothing is known of")
        );
        let owned = RoutingState {
            owner: Some(PersonId::new("maya")),
            waits: None,
            ..queued("deal_desk")
        };
        assert_eq!(
            may(Some(&owned), "olga").unwrap_err(),
            "opportunity:5 is in no queue: it is maya's"
        );
        let gone = may(Some(&queued("night_desk")), "olga").unwrap_err();
        assert!(gone.contains("which the model has no more"), "{gone}");
    }

    #[test]
    fn it_asks_for_the_owner_where_nobody_is_and_every_time_anew() {
        let (deal, olga) = (record_id("opportunity:5"), PersonId::new("olga"));
        let once = taking((&deal, &olga), "1", at("2026-11-23T09:00:00Z"));
        let again = taking((&deal, &olga), "1", at("2026-11-23T09:00:01Z"));
        assert_ne!(once.id, again.id);
        assert_eq!(once.record, Some(deal));
        let EventData::CrmWriteRequested {
            write: CrmWrite::Owner { to, only_if },
        } = once.data
        else {
            unreachable!("it asks for an owner")
        };
        assert_eq!((to, only_if), (olga, None));
    }
}
