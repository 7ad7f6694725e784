use std::process::ExitCode;

use ::model::Revision;
use clap::Args;
use contracts::{AuditRecord, DecisionId, Event, EventData, EventId, Function, Undo};
use crm::{PersonId, RecordId, RecordName};
use decisions::{
    gates::{Undoable, undoable},
    shown,
};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    CouldNotRun, Outcome,
    asked::{publish, until_heard},
    audits::audits_of,
    named::unknown,
    no,
    options::{ModelOptions, TableOptions},
    table::{moment, table_of},
};
use crate::stack::wait;

/// Take back what was written into a record by itself: a move or a field of a step, a clock or a stage.
///
/// Without --by it shows what can be taken back. What somebody has changed since is newer, and nothing is
/// taken back then. The move back is not judged by its gate. Only who has the record, whoever leads them, and
/// the operators may.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The record: lead:123, opportunity:5.
    record: RecordName,
    /// Who takes it back, by their name in people.yaml.
    #[arg(long, value_name = "PERSON", requires = "reason")]
    by: Option<String>,
    /// Why, in one line. It is kept in the audit record: no personal data of customers.
    #[arg(long, value_name = "TEXT", requires = "by")]
    reason: Option<String>,
    /// Which decision is taken back [default: the last one].
    #[arg(long, value_name = "ID", requires = "by")]
    decision: Option<String>,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
    /// The bus, if neither that file nor the variable BUS names it.
    #[arg(long, value_name = "NAME")]
    bus: Option<String>,
}

const HELP: &str = "\
Examples:
  fairlead undo opportunity:5                                      what can be taken back
  fairlead undo opportunity:5 --by carla --reason \"they have answered\"

Exit codes: 0 shown or taken back, 1 there is nothing to take back or it may not be, 2 could not ask.";

/// Shows what can be taken back, or takes it back and waits until that was decided.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = arguments.model.rules(now)?;
    let model = &rules.model;
    let people = model.people.keys().map(PersonId::as_str);
    if let Some(unknown) = unknown("person", people, arguments.by.as_deref()) {
        return Ok(no(&unknown));
    }
    let record = model.record_named(&arguments.record);
    let record = record.map_err(|why| CouldNotRun(why.to_string()))?;
    let (stack, table) = arguments.table.find()?;
    let audits = wait(stack.ask(audits_of(&table, &record)))?;
    let found = undoable(&audits);
    let (Some(by), Some(reason)) = (&arguments.by, &arguments.reason) else {
        return Ok(show(arguments, &found, &arguments.model.zone(&rules)));
    };
    let reason = match shown::reason(reason) {
        Ok(reason) => reason,
        Err(why) => return Ok(no(&why.to_string())),
    };
    let meant = match &arguments.decision {
        Some(id) => found.iter().find(|it| it.decision.to_string() == *id),
        None => found.first(),
    };
    let Some(meant) = meant else {
        return Ok(no(&nothing(arguments)));
    };
    let (bus, _) = stack.bus(arguments.bus.as_deref())?;
    let event = asking(&record, meant, (&PersonId::new(by.as_str()), reason), now);
    if let Some(why) = publish(&stack, &bus, &event)? {
        return Ok(no(&format!("the bus refused it: {why}")));
    }
    let decided = DecisionId::of(Function::StageGates, &event.id);
    let heard = |audits: Vec<AuditRecord>| audits.into_iter().find(|it| it.decision == decided);
    let Some(audit) = until_heard(&stack, || audits_of(&table, &record), heard)? else {
        return Ok(no(&format!(
            "it was asked, and is not decided yet: `fairlead explain {}` tells what became of it",
            arguments.record
        )));
    };
    if audit.events.is_empty() {
        return Ok(no(&audit.outcome));
    }
    say!("{}; the CRM shows it within seconds", audit.outcome);
    Ok(ExitCode::SUCCESS)
}

fn nothing(arguments: &Arguments) -> String {
    let record = &arguments.record;
    match &arguments.decision {
        Some(id) => format!(
            "no decision {id} has written into {record} by itself: `fairlead undo {record}` shows which have"
        ),
        None => format!("nothing was written into {record} by itself that was not taken back"),
    }
}

fn show(arguments: &Arguments, found: &[Undoable], zone: &TimeZone) -> ExitCode {
    if found.is_empty() {
        return no(&nothing(arguments));
    }
    let rows = found.iter().map(|it| {
        let back = it.wrote.iter().map(contracts::FieldChange::back);
        let back = back.map(|change| format!("{} {}", change.field, change.word()));
        [
            it.decision.to_string(),
            moment(it.at, zone),
            it.outcome.clone(),
            back.collect::<Vec<_>>().join(", "),
        ]
    });
    let head = ["decision", "at", "what was done", "taken back it is"];
    say!("{}", table_of(&head, &rows.collect::<Vec<_>>()).trim_end());
    ExitCode::SUCCESS
}

/// What asks for it. Each is a happening of its own, so that what was refused can be asked again.
fn asking(
    record: &RecordId,
    meant: &Undoable,
    (by, reason): (&PersonId, String),
    now: Timestamp,
) -> Event {
    let id = EventId::of(&[
        "undo",
        &record.to_string(),
        by.as_str(),
        &now.as_nanosecond().to_string(),
    ]);
    let data = EventData::UndoRequested(Undo {
        decision: meant.decision.clone(),
        wrote: meant.wrote.clone(),
        by: by.clone(),
        reason,
    });
    Event::new(id, now, &Revision::default(), data).about(record.clone(), 0)
}
