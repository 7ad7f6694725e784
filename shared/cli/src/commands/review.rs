pub mod change;
mod list;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, process::ExitCode};

use aws::MachineClock;
use clap::Args;
use crm::PersonId;
use decisions::{Rules, reviews::Wanted};
use engine::{RecordPages, Table};
use jiff::{Timestamp, civil::Date};
use notify::Notify;

use self::change::{Asked, change};
use super::{
    CouldNotRun, Outcome,
    away::known,
    mail,
    named::unknown,
    no,
    options::{ModelOptions, TableOptions},
    print_whole,
};
use crate::{instant::Typed, stack::wait};

/// The pack of a review as it would go out now, or what is recorded of the review.
///
/// On the day of a review (governance.yaml, `reviews`) everybody in it gets its pack by mail. What is decided there, and
/// who is to do what by when, is recorded with this command; an action is in every pack until it is done.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// Which review; without one, all of them with their next days.
    name: Option<String>,
    /// The pack as of this time: 2026-11-24T08:30:00Z, "2026-11-24 09:30 Europe/Berlin", or now.
    #[arg(long, value_name = "TIME", default_value = "now")]
    at: Typed,
    /// The pack as this person gets it [default: the chair].
    #[arg(long, value_name = "PERSON", requires = "name")]
    to: Option<String>,
    /// Write the pack to this file: a page if it ends in .html, else the text.
    #[arg(long, value_name = "FILE", requires = "name")]
    out: Option<PathBuf>,
    /// Something was decided.
    #[arg(long, value_name = "TEXT", requires_all = ["name", "by"], conflicts_with_all = ["action", "done", "out", "to"])]
    decide: Option<String>,
    /// By which decision right [default: the first of the review's that --by has].
    #[arg(long, value_name = "RIGHT", requires = "decide")]
    right: Option<String>,
    /// Somebody is to do something.
    #[arg(long, value_name = "TEXT", requires_all = ["name", "by", "owner", "due"], conflicts_with_all = ["done", "out", "to"])]
    action: Option<String>,
    /// Who is to do it, by their name in people.yaml.
    #[arg(long, value_name = "PERSON", requires = "action")]
    owner: Option<String>,
    /// By the end of which day of theirs, such as 2026-12-01.
    #[arg(long, value_name = "DAY", requires = "action")]
    due: Option<Date>,
    /// The action with this number is done.
    #[arg(long, value_name = "NUMBER", requires_all = ["name", "by"], conflicts_with_all = ["out", "to"])]
    done: Option<u32>,
    /// Who says so, by their name in people.yaml.
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
  fairlead review                                        all reviews: when, led by whom, how many actions are not done
  fairlead review forecast                               its pack as it would be now; nothing is sent
  fairlead review forecast --out forecast.html           the same as a page
  fairlead review forecast --decide \"no discount above 30 % this quarter\" --by carla
  fairlead review forecast --action \"call the five largest\" --owner jonas --due 2026-12-01 --by carla
  fairlead review forecast --done 3 --by jonas           whose action it is, or anybody in the review

A decision takes one of the rights that the review names (`decides`); where it names none, and for actions, whoever is in
it records them. What is recorded is kept with its decision: name no person of a customer's in it. `fairlead explain
person:carla` shows what Carla has recorded.

Exit codes: 0 shown or recorded, 1 refused, or there is no such review, 2 could not ask.";

/// Shows the pack of a review, or records something.
///
/// # Errors
/// If there is no stack, it does not answer, the model cannot be read, or the file cannot be written.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = arguments.model.rules(now)?;
    let reviews = rules.model.reviews.keys().map(String::as_str);
    if let Some(unknown) = unknown("review", reviews, arguments.name.as_deref()) {
        return Ok(no(&unknown));
    }
    let Some(name) = &arguments.name else {
        return all(arguments, &rules, now);
    };
    match (wanted(arguments, &rules)?, &arguments.by) {
        (Some(wanted), Some(by)) => {
            let by = known(&rules, by)?;
            record(arguments, &rules, (name, &by, &wanted), now)
        }
        (None, Some(_)) => Ok(no(
            "nothing is to be recorded: add --decide, --action or --done",
        )),
        _ => show(arguments, rules, name, now),
    }
}

/// What is to be recorded; none if the pack is to be shown.
fn wanted(arguments: &Arguments, rules: &Rules) -> Result<Option<Wanted>, CouldNotRun> {
    if let Some(what) = &arguments.decide {
        return Ok(Some(Wanted::Decide {
            what: what.clone(),
            right: arguments.right.clone(),
        }));
    }
    if let (Some(what), Some(owner), Some(due)) =
        (&arguments.action, &arguments.owner, arguments.due)
    {
        return Ok(Some(Wanted::Act {
            what: what.clone(),
            owner: known(rules, owner)?,
            due,
        }));
    }
    Ok(arguments.done.map(Wanted::Done))
}

fn record(
    arguments: &Arguments,
    rules: &Rules,
    (review, by, wanted): (&str, &PersonId, &Wanted),
    now: Timestamp,
) -> Outcome {
    let (stack, table) = arguments.table.find()?;
    let table = Table::new(table, MachineClock).keeping_audits(rules.model.keep.audits);
    let asked = Asked {
        review,
        by,
        wanted,
        process: std::process::id(),
    };
    match wait(stack.ask(change(&table, rules, asked, now)))? {
        Ok(outcome) => {
            say!("{outcome}");
            say!("`fairlead explain person:{by}` shows this change");
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => Ok(no(&why.to_string())),
    }
}

fn show(arguments: &Arguments, rules: Rules, name: &str, now: Timestamp) -> Outcome {
    let at = arguments.at.resolve(now).timestamp();
    let to = match (&arguments.to, rules.model.reviews.get(name)) {
        (Some(to), _) => known(&rules, to)?,
        (None, Some(review)) => review.chair.clone(),
        (None, None) => return Ok(no(&format!("the model has no review {name}"))),
    };
    let (stack, table) = arguments.table.find()?;
    let table = Table::new(table, MachineClock);
    let notify = Notify::new(table, (), rules, RecordPages::default());
    let mail = wait(stack.ask(notify.review_at(&to, name, at)))?;
    let mail = match mail {
        Ok(mail) => mail,
        Err(why) => return Ok(no(&format!("there would be no pack: {why}"))),
    };
    mail::show(&mail, arguments.out.as_deref())
}

fn all(arguments: &Arguments, rules: &Rules, now: Timestamp) -> Outcome {
    let (stack, table) = arguments.table.find()?;
    let at = arguments.at.resolve(now).timestamp();
    let lines = wait(stack.ask(list::lines(&table, rules, at)))?;
    print_whole(&lines)?;
    Ok(ExitCode::SUCCESS)
}
