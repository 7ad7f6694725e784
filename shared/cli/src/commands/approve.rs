pub mod asked;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use clap::Args;
use contracts::{ApprovalAnswered, Event, EventData, EventId};
use crm::{PersonId, RecordId, RecordName};
use decisions::{
    approvals::Said,
    shown::{self, ReasonError},
};
use jiff::Timestamp;
use model::Revision;

use self::asked::{may, of_record, spoken};
use super::{
    CouldNotRun, Outcome,
    asked::{publish, until_heard},
    named::unknown,
    no,
    options::{ModelOptions, TableOptions},
};
use crate::stack::wait;

/// Give an approval that was asked for of a record, or refuse it with a reason.
///
/// It is for the values that the record has now: if one of them changes, it counts no more. Only who has the right of
/// governance.yaml (`approvals`) can answer, and never for a record of their own.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The record: opportunity:5.
    record: RecordName,
    /// The approval, as governance.yaml calls it.
    #[arg(value_name = "NAME")]
    approval: String,
    /// It is not given.
    #[arg(long, requires = "because")]
    refuse: bool,
    /// Why, in one line. It is kept in audit records, and whoever owns the record reads it: no personal data of
    /// customers.
    #[arg(long, value_name = "TEXT")]
    because: Option<String>,
    /// Who says so, by their name in people.yaml.
    #[arg(long, value_name = "PERSON")]
    by: String,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
    /// The bus, if neither that file nor the variable BUS names it.
    #[arg(long, value_name = "NAME")]
    bus: Option<String>,
}

const HELP: &str = "\
  fairlead approve opportunity:5 discount --by jonas
  fairlead approve opportunity:5 discount --refuse --because \"the margin is gone\" --by jonas
  fairlead approvals                                    what was asked of whom, and what came of it

A move that was turned back for want of it is not made by this: move the record again.

Exit codes: 0 said, 1 there is nothing to answer, or it is not theirs to answer, 2 could not ask.";

/// Answers, and waits until that was heard.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = arguments.model.rules(now)?;
    let model = &rules.model;
    let people = model.people.keys().map(PersonId::as_str);
    let names = model.approvals.keys().map(String::as_str);
    let misspelt = unknown("person", people, Some(&arguments.by))
        .or_else(|| unknown("approval", names, Some(&arguments.approval)));
    if let Some(misspelt) = misspelt {
        return Ok(no(&misspelt));
    }
    let reason = match arguments.because.as_deref().map(shown::reason) {
        Some(Ok(reason)) => Some(reason),
        None | Some(Err(ReasonError::Empty)) if !arguments.refuse => None,
        None => return Ok(no(&ReasonError::Empty.to_string())),
        Some(Err(why)) => return Ok(no(&why.to_string())),
    };
    let record = model.record_named(&arguments.record);
    let record = record.map_err(|why| CouldNotRun(why.to_string()))?;
    let by = PersonId::new(arguments.by.as_str());
    let (stack, table) = arguments.table.find()?;
    let found = wait(stack.ask(of_record(&table, &record)))?;
    let name = model.name_of(&record);
    let Some(found) = found else {
        return Ok(no(&format!(
            "nothing is known of {name}: see how it is written in the CRM"
        )));
    };
    let said = Said {
        approval: &arguments.approval,
        run: None,
        by: &by,
    };
    let run = match may(&rules, &found, said, now) {
        Ok(run) => run,
        Err(why) => return Ok(no(&format!("{name}, {}: {why}", arguments.approval))),
    };
    let answer = ApprovalAnswered {
        approval: arguments.approval.clone(),
        run,
        by,
        given: !arguments.refuse,
        reason,
    };
    let (bus, _) = stack.bus(arguments.bus.as_deref())?;
    let event = answering(&record, answer.clone(), now, std::process::id());
    if let Some(why) = publish(&stack, &bus, &event)? {
        return Ok(no(&format!("the bus refused it: {why}")));
    }
    let heard = |found: Option<_>| spoken(&name, &found?, &answer);
    match until_heard(&stack, || of_record(&table, &record), heard)? {
        Some(Ok(what)) => {
            say!("{what}");
            return Ok(ExitCode::SUCCESS);
        }
        Some(Err(why)) => return Ok(no(&why)),
        None => {}
    }
    Ok(no(&format!(
        "it was said, and is not heard yet: `fairlead explain {name}` tells what became of it"
    )))
}

/// What somebody says. Each is a happening of its own, so that what failed can be said again.
fn answering(record: &RecordId, answer: ApprovalAnswered, now: Timestamp, process: u32) -> Event {
    let id = EventId::of(&[
        "approve",
        &record.to_string(),
        &answer.approval,
        &now.as_nanosecond().to_string(),
        &process.to_string(),
    ]);
    // No function waits for a newer model because of it.
    let data = EventData::ApprovalAnswered(answer);
    Event::new(id, now, &Revision::default(), data).about(record.clone(), 0)
}
