pub mod change;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, process::ExitCode};

use ::model::OperatingModel;
use aws::MachineClock;
use business_time::BusinessAmount;
use clap::Args;
use crm::{PersonId, RecordId, RecordKind, RecordName};
use decisions::{
    Rules,
    exceptions::{Wanted, criteria, deviations},
};
use engine::Table;
use jiff::{SignedDuration, Timestamp};

use self::change::{Asked, Change, Said, change, record_of};
use super::{
    CouldNotRun, Outcome,
    away::when::{Edge, When},
    named::unknown,
    no,
    options::{TableOptions, rules_in},
};
use crate::stack::wait;

/// Excuse a record from criteria or deviations for a time, or end that.
///
/// A criterion that is excepted counts as met at its gate, and a deviation that is excepted is not open, until the
/// end and no longer. Only somebody who has the right of governance.yaml (`exceptions`) grants one.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The record, such as opportunity:5; with --end the exception's id, as the list shows it.
    #[arg(value_name = "RECORD|ID")]
    what: String,
    /// A criterion that counts as met, with its stage, such as sql.budget; again for another one.
    #[arg(long, value_name = "STAGE.CRITERION")]
    criterion: Vec<String>,
    /// A deviation that is not opened, such as past_corridor; again for another one.
    #[arg(long, value_name = "NAME")]
    deviation: Vec<String>,
    /// The last day on which it counts, or the instant from which it counts no more.
    #[arg(long, value_name = "WHEN", conflicts_with_all = ["length", "end"])]
    until: Option<When>,
    /// How long it counts, such as 7d or 24h.
    #[arg(
        long = "for",
        value_name = "LENGTH",
        id = "length",
        conflicts_with = "end"
    )]
    length: Option<BusinessAmount>,
    /// Why. It is kept with every decision that uses it: name no person of the customer's.
    #[arg(long, value_name = "TEXT", conflicts_with = "end")]
    reason: Option<String>,
    /// End it now, before its time.
    #[arg(long, conflicts_with_all = ["criterion", "deviation"])]
    end: bool,
    /// Who decides it, by their name in people.yaml.
    #[arg(long, value_name = "PERSON")]
    by: String,
    /// The folder of the operating model.
    #[arg(long, value_name = "FOLDER", default_value = "config")]
    config: std::path::PathBuf,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
  fairlead exception opportunity:5 --criterion sql.budget --until 2026-12-10 \\
                     --reason \"their budget round ends in December\" --by carla
  fairlead exception opportunity:5 --deviation past_corridor --for 7d --reason \"legal is on leave\" --by carla
  fairlead exception 3f9a2c71 --end --by carla          before its time: who granted it, or who may grant one
  fairlead exceptions                                   what is excepted, by whom and until when

WHEN is a day where the company is (2026-12-10, which counts too), a time (\"2026-12-10 13:00\"), an instant, or now.

A move that was turned back before is not made by an exception: move the record again. Deviations are looked at
again within seconds, and again when it ends.

Exit codes: 0 granted or ended, 1 refused, 2 could not ask.";

/// Grants an exception, or ends one.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = rules_in(&arguments.config, now)?;
    let people = rules.model.people.keys().map(PersonId::as_str);
    if let Some(unknown) = unknown("person", people, Some(&arguments.by)) {
        return Ok(no(&unknown));
    }
    let by = PersonId::new(arguments.by.as_str());
    let granted = match arguments.end {
        true => None,
        false => match granting(arguments, &rules, &by, now)? {
            Ok(granted) => Some(granted),
            Err(why) => return Ok(no(&why)),
        },
    };
    let (stack, table) = arguments.table.find()?;
    let table = Table::new(table, MachineClock).keeping_audits(rules.model.keep.audits);
    let (record, asked) = match granted {
        Some((record, wanted)) => (record, Change::Grant(wanted)),
        None => {
            let id = arguments.what.as_str();
            let Some(record) = wait(stack.ask(record_of(&table.store, id)))? else {
                return Ok(no(&format!(
                    "there is no exception {id}; `fairlead exceptions` shows those that count"
                )));
            };
            let id = id.to_owned();
            (record, Change::End { id, by })
        }
    };
    let asked = Asked {
        record: &record,
        change: &asked,
        process: std::process::id(),
    };
    let said = wait(stack.ask(change(&table, &rules, asked, now)))?;
    Ok(match said {
        Ok(said) => {
            tell(&rules, &record, &said);
            ExitCode::SUCCESS
        }
        Err(why) => no(&why),
    })
}

fn tell(rules: &Rules, record: &RecordId, said: &Said) {
    let name = rules.model.name_of(record);
    say!("{name}: {}", said.outcome);
    if said.move_again {
        say!("a move that was turned back before is not made by this: make it again in the CRM");
    }
    say!("`fairlead explain {name}` tells each use");
}

/// The record, and what is wanted of it; inside, why that makes no sense.
fn granting(
    arguments: &Arguments,
    rules: &Rules,
    by: &PersonId,
    now: Timestamp,
) -> Result<Result<(RecordId, Wanted), String>, CouldNotRun> {
    let Ok(name) = arguments.what.parse::<RecordName>() else {
        return Ok(Err(format!(
            "{} is no record: write for example opportunity:5; to end an exception, add --end",
            arguments.what
        )));
    };
    let record = rules.model.record_named(&name);
    let record = record.map_err(|why| CouldNotRun(why.to_string()))?;
    if let Some(why) = misspelt(&rules.model, record.kind, arguments) {
        return Ok(Err(why));
    }
    let until = match (&arguments.until, arguments.length) {
        (Some(until), _) => {
            let zone = rules.company_zone();
            let at = until.resolve(Edge::Last, zone, now);
            at.map_err(|why| CouldNotRun(why.to_string()))?
        }
        (None, Some(BusinessAmount::Wall(seconds))) => {
            let length = SignedDuration::from_secs(seconds);
            now.checked_add(length).unwrap_or(Timestamp::MAX)
        }
        (None, Some(_)) => {
            let why = "an exception lasts day and night: write a length such as 7d or 24h";
            return Ok(Err(why.to_owned()));
        }
        (None, None) => {
            let why = "an exception has an end: add --until 2026-12-10 or --for 7d";
            return Ok(Err(why.to_owned()));
        }
    };
    let named = |all: &[String]| all.iter().cloned().collect::<BTreeSet<String>>();
    let wanted = Wanted {
        by: by.clone(),
        criteria: named(&arguments.criterion),
        deviations: named(&arguments.deviation),
        until,
        reason: arguments.reason.clone(),
    };
    Ok(Ok((record, wanted)))
}

/// What is named and not there, with what was probably meant.
fn misspelt(model: &OperatingModel, kind: RecordKind, arguments: &Arguments) -> Option<String> {
    let (known, watched) = (criteria(model, kind), deviations(model, kind));
    let all = [
        ("criterion", &arguments.criterion, known),
        ("deviation", &arguments.deviation, watched),
    ];
    all.into_iter().find_map(|(one, named, known)| {
        named
            .iter()
            .find_map(|name| unknown(one, known.iter().map(String::as_str), Some(name)))
    })
}
