use std::process::ExitCode;

use clap::Args;
use contracts::{Key, state::RoutingState};
use crm::{PersonId, RecordId, RecordName};
use decisions::taking::{may_take, taking};
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
    let process = std::process::id().to_string();
    let event = taking((&record, &person), &process, now);
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
