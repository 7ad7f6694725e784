pub mod change;
mod list;
pub mod when;

use std::{path::PathBuf, process::ExitCode};

use aws::MachineClock;
use clap::Args;
use contracts::state::{Absence, Span};
use crm::PersonId;
use decisions::Rules;
use engine::{Table, absences};
use jiff::Timestamp;
use model_compiler::nearest;

use self::{
    change::{Wanted, change},
    when::{Edge, When},
};
use super::{
    CouldNotRun, Outcome,
    options::{TableOptions, rules_in},
    print_whole,
};
use crate::stack::wait;

/// Say who is away and when, and show who is or will be.
///
/// Pools that ask for `not_away` pass over people who are away, and clocks that count their hours
/// stand still: those that run get new due times within seconds. Without a person it shows
/// everybody's absences; with one and nothing else, theirs.
#[derive(Debug, Args)]
#[command(after_long_help = HELP, verbatim_doc_comment)]
pub struct Arguments {
    /// Who: the name in people.yaml.
    person: Option<String>,
    /// The first day away, or the instant; now if left out.
    #[arg(long, value_name = "WHEN", requires = "person")]
    from: Option<When>,
    /// The last day away, or the instant of return.
    #[arg(long, value_name = "WHEN", requires = "person")]
    to: Option<When>,
    /// Why, in a word or two. It is kept with the absence and told nowhere else.
    #[arg(long, value_name = "TEXT", requires = "to")]
    reason: Option<String>,
    /// Who covers for them: the name in people.yaml. What a rule would give to them goes there, if the model
    /// says `away: { named_by_rule: cover }`.
    #[arg(long, value_name = "PERSON", requires = "to")]
    cover: Option<String>,
    /// They are back: end the absence they are in.
    #[arg(long, requires = "person", conflicts_with_all = ["from", "to", "cancel"])]
    back: bool,
    /// Since when they are back, with --back: a day or an instant; now if left out.
    #[arg(long, value_name = "WHEN", requires = "back")]
    at: Option<When>,
    /// Take an absence back that is not over: the one that begins at --from, or the only one.
    #[arg(long, requires = "person", conflicts_with = "to")]
    cancel: bool,
    /// Show absences as JSON.
    #[arg(long, conflicts_with_all = ["from", "to", "back", "cancel"])]
    json: bool,
    /// The folder of the operating model.
    #[arg(long, value_name = "FOLDER", default_value = "config")]
    config: PathBuf,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
WHEN is a day (2026-12-21), a time where the person is (\"2026-12-21 13:00\"), an instant
(2026-12-21T12:00:00Z, \"2026-12-21 13:00 Europe/Berlin\"), or now. Days are the person's own, and
both the first and the last day are away.

  fairlead away anna --from 2026-12-21 --to 2027-01-02 --reason holiday
  fairlead away anna --to 2026-11-24 --cover ben          from now to the end of that day
  fairlead away anna --from \"2026-11-24 13:00\" --to \"2026-11-24 18:00\"
  fairlead away anna --back                               earlier than was said
  fairlead away anna --cancel --from 2026-12-21           she stays after all
  fairlead away                                           who is away, and who will be

An absence that overlaps or touches a known one becomes one with it. One in the past may be entered
up to 60 days later; what has run out or was told meanwhile stays so. `fairlead explain person:anna`
shows what was entered and when; the reason is not in it.

--json prints an array, ordered by time: {person, from, to, now, reason, cover}. Times are in UTC, `to`
is the first instant after the absence, `now` says whether it has begun; `reason` and `cover` are null or
a text.

Exit codes: 0 done, 2 not understood, refused or could not run.";

/// Enters, ends, takes back or shows absences.
///
/// # Errors
/// If the person is not known, the absence makes no sense, or there is no stack that answers.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = rules_in(&arguments.config, now)?;
    let person = match &arguments.person {
        Some(name) => Some(known(&rules, name)?),
        None => None,
    };
    let wanted = match &person {
        Some(person) => wanted(arguments, &rules, person, now)?,
        None => None,
    };
    let (stack, table) = arguments.table.find()?;
    let (Some(person), Some(wanted)) = (&person, wanted) else {
        let state = wait(stack.ask(absences(&table)))?;
        let shown = list::coming(&state, person.as_ref(), now);
        if arguments.json {
            say!("{}", list::as_json(&shown, now)?);
        } else {
            let archived = list::archived(&rules, &state, person.as_ref());
            let shown = list::as_text(&rules, &shown, person.as_ref(), now);
            print_whole(&format!("{shown}{archived}"))?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let changed = wait(stack.ask(change(
        &Table::new(table, MachineClock).keeping_audits(rules.model.keep.audits),
        &rules,
        person,
        &wanted,
        now,
    )))?;
    let changed = changed.map_err(|why| CouldNotRun(why.to_string()))?;
    say!("{}", changed.draft.outcome);
    say!(
        "{person}'s running clocks get new due times within seconds; `fairlead explain person:{person}` shows this change"
    );
    Ok(ExitCode::SUCCESS)
}

/// The person of the model who goes by this name.
///
/// # Errors
/// If there is none. The message says who was probably meant.
pub fn known(rules: &Rules, name: &str) -> Result<PersonId, CouldNotRun> {
    let people = &rules.model.people;
    let person = PersonId::new(name);
    if people.contains_key(&person) {
        return Ok(person);
    }
    let near = nearest(name, people.keys().map(PersonId::as_str));
    let by_name = || {
        let mut people = people.iter();
        let found = people.find(|(_, known)| known.name.eq_ignore_ascii_case(name));
        found.map(|(id, _)| id.as_str())
    };
    let fix = match by_name().or(near) {
        Some(near) => format!("write {near}"),
        None => {
            let all: Vec<&str> = people.keys().map(PersonId::as_str).collect();
            format!("people.yaml knows {}", all.join(", "))
        }
    };
    Err(CouldNotRun(format!("there is no person `{name}`: {fix}")))
}

/// What is to be changed; none if absences are only to be shown.
fn wanted(
    arguments: &Arguments,
    rules: &Rules,
    person: &PersonId,
    now: Timestamp,
) -> Result<Option<Wanted>, CouldNotRun> {
    let zone = rules.zone_of(person);
    let instant = |when: &When, edge| {
        let at = when.resolve(edge, zone, now);
        at.map_err(|why| CouldNotRun(why.to_string()))
    };
    if arguments.back {
        let at = arguments.at.as_ref();
        let at = at.map_or(Ok(now), |at| instant(at, Edge::First))?;
        return Ok(Some(Wanted::Back(at)));
    }
    let from = arguments.from.as_ref();
    let from = from.map(|from| instant(from, Edge::First)).transpose()?;
    if arguments.cancel {
        return Ok(Some(Wanted::Cancel(from)));
    }
    match (from, &arguments.to) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(CouldNotRun(
            "until when? Give the last day away with --to, for example --to 2027-01-02".to_owned(),
        )),
        (from, Some(to)) => {
            let cover = arguments.cover.as_ref().map(|name| known(rules, name));
            let span = Span {
                from: from.unwrap_or(now),
                to: instant(to, Edge::Last)?,
            };
            Ok(Some(Wanted::Enter(Absence {
                span,
                reason: arguments.reason.clone(),
                cover: cover.transpose()?,
                of: None,
            })))
        }
    }
}

#[cfg(test)]
mod tests;
