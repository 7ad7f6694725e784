use std::process::ExitCode;

use ::model::{OperatingModel, Revision};
use clap::Args;
use contracts::{CrmWrite, Event, EventData, EventId, Key, state::RoutingState};
use crm::{PersonId, RecordId, RecordName};
use jiff::Timestamp;
use store::{Store, StoreError, Versioned};

use super::{
    CouldNotRun, Outcome,
    asked::{publish, until_heard},
    named::unknown,
    no,
    options::{ModelOptions, TableOptions},
};
use crate::stack::wait;

/// Take a record from its queue: somebody of the queue's team becomes its owner in the CRM.
///
/// It is the same as filling in the owner in the CRM, and it waits until Fairlead has seen it there.
/// Who is not of the team cannot take it so.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Exit codes: 0 taken, 1 it is in no queue, or not theirs to take, 2 could not ask."
)]
pub struct Arguments {
    /// The record: lead:123, opportunity:5.
    record: RecordName,
    /// Who takes it, by their name in people.yaml.
    #[arg(long = "as", value_name = "PERSON")]
    person: String,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
    /// The bus, if neither that file nor the variable BUS names it.
    #[arg(long, value_name = "NAME")]
    bus: Option<String>,
}

/// Asks for the owner to be written, and waits until it is seen.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = arguments.model.rules(now)?;
    let model = &rules.model;
    let people = model.people.keys().map(PersonId::as_str);
    if let Some(unknown) = unknown("person", people, Some(&arguments.person)) {
        return Ok(no(&unknown));
    }
    let person = PersonId::new(arguments.person.as_str());
    let record = model.record_named(&arguments.record);
    let record = record.map_err(|why| CouldNotRun(why.to_string()))?;
    let (stack, table) = arguments.table.find()?;
    let (bus, _) = stack.bus(arguments.bus.as_deref())?;
    let routing = wait(stack.ask(routing_of(&table, &record)))?;
    let queue = match may_take(model, &record, routing.as_ref(), &person) {
        Ok(queue) => queue,
        Err(why) => return Ok(no(&why)),
    };
    let event = taking(&record, &person, now, std::process::id());
    if let Some(why) = publish(&stack, &bus, &event)? {
        return Ok(no(&format!("the bus refused it: {why}")));
    }
    say!(
        "asked: {person} is to be the owner of {} in the CRM",
        arguments.record
    );
    let owner = |routing: Option<RoutingState>| routing?.owner;
    match until_heard(&stack, || routing_of(&table, &record), owner)? {
        Some(owner) if owner == person => {
            say!("{person} has {}, from queue {queue}", arguments.record);
            return Ok(ExitCode::SUCCESS);
        }
        Some(owner) => {
            return Ok(no(&format!(
                "{owner} was faster: {} is theirs",
                arguments.record
            )));
        }
        None => {}
    }
    Ok(no(&format!(
        "it is not seen yet that {person} has it; `fairlead explain {}` tells what became of it",
        arguments.record
    )))
}

async fn routing_of<S: Store>(
    table: &S,
    record: &RecordId,
) -> Result<Option<RoutingState>, StoreError> {
    let found = table.get(&[Key::routing(record)]).await?;
    let item = found.into_iter().flatten().next();
    let read = item.map(Versioned::<RoutingState>::read).transpose()?;
    Ok(read.map(|read| read.state))
}

/// The queue from which somebody may take the record; or why they may not.
fn may_take(
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

/// What asks for the owner. Each is a happening of its own, so that what failed can be asked again.
fn taking(record: &RecordId, person: &PersonId, now: Timestamp, process: u32) -> Event {
    let id = EventId::of(&[
        "take",
        &record.to_string(),
        person.as_str(),
        &now.as_nanosecond().to_string(),
        &process.to_string(),
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
        let once = taking(&deal, &olga, at("2026-11-23T09:00:00Z"), 1);
        let again = taking(&deal, &olga, at("2026-11-23T09:00:01Z"), 1);
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
