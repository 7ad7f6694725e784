mod exports;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::Args;
use decisions::Rules;
use jiff::{SignedDuration, Timestamp, civil::Date};
use simulator::{Ending, Players, Story, Summary};

use super::{CouldNotRun, Outcome, PROBLEMS, print_problems, print_whole, table::table_of, texts};

/// Play an operating model with made-up records, and print what would have happened.
///
/// All functions run in this process, by a clock of their own, as they would in the cloud: leads come
/// in and are worked on, deals move, clocks run, digests are sent. The records hold what the model's
/// own conditions ask for. Nothing outside is asked or changed. The same seed gives the same bytes.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The folder of the operating model.
    #[arg(value_name = "DIR", default_value = "config")]
    folder: PathBuf,
    /// How many days are played.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=366))]
    days: u32,
    /// How many leads come in a day.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=2_000))]
    leads_per_day: u32,
    /// Which story: another number makes another.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// The first day.
    #[arg(long, value_name = "DAY", default_value = "2026-11-30")]
    from: Date,
    /// Write how the opportunities stood on the day --since and in the end into this folder, as two exports with their
    /// mapping, for `fairlead movement` and `fairlead audit`.
    #[arg(long, value_name = "FOLDER")]
    exports: Option<PathBuf>,
    /// The day at whose beginning the first of the exports is taken [default: after a third of the days].
    #[arg(long, value_name = "DAY", requires = "exports")]
    since: Option<Date>,
}

const HELP: &str = "\
Examples:
  fairlead simulate                                       the model in config/, 30 days of 50 leads
  fairlead simulate my-model --days 7 --leads-per-day 20 --seed 3
  fairlead simulate --from 2026-09-01 --days 122 --leads-per-day 20 --exports quarter --since 2026-10-01
      a quarter that begins with what a month has brought; how its pipeline moved is told by
      fairlead movement quarter/opening.csv quarter/closing.csv --mapping quarter/audit-mapping.yaml

What people do is made up: whether they answer in time, what they fill in, where they move a deal. So
the figures compare two models with the same seed; they forecast nothing.

Exit codes: 0 played, 1 the model has problems, 2 could not run.";

/// Plays and prints.
///
/// # Errors
/// If the folder cannot be read, or a calendar of the model cannot be used.
pub fn run(arguments: &Arguments) -> Outcome {
    let folder = &arguments.folder;
    let model = match model_compiler::read(&texts(folder)?) {
        Ok(model) => model,
        Err(problems) => {
            print_problems(folder, &problems);
            return Ok(ExitCode::from(PROBLEMS));
        }
    };
    let unusable = |why: &dyn ToString| CouldNotRun(why.to_string());
    let begins = begins(&model, arguments.from)?;
    let rules = Rules::prepare(model, begins).map_err(|why| unusable(&why))?;
    let players = Players::new(&rules, begins).map_err(|why| unusable(&why))?;
    let story = players.plain_story(arguments.seed, arguments.days, arguments.leads_per_day);
    let ending = played(&players, &story, begins, arguments.days);
    if let Some(folder) = &arguments.exports {
        let since = match arguments.since {
            Some(day) => self::begins(&rules.model, day)?,
            None => a_third_in(begins, arguments.days),
        };
        exports::write(folder, &ending, since)?;
    }
    let summary = Summary::of(&rules, &ending);
    print_whole(&page(arguments, &summary))?;
    Ok(ExitCode::SUCCESS)
}

/// Plays the story; a terminal is told how far it has come, a file is not.
fn played(players: &Players, story: &Story, begins: Timestamp, days: u32) -> Ending {
    let shows = std::io::stderr().is_terminal();
    let mut told = 0;
    let ending = players.ending_watched(story, &mut |at| {
        let day = at.duration_since(begins).as_hours() / 24 + 1;
        if shows && day > told {
            told = day;
            eprint!("\rday {} of {days}", day.min(i64::from(days)));
        }
    });
    if shows {
        eprint!("\r\x1b[K");
    }
    ending
}

/// The first instant of a day where the company is.
fn begins(model: &model::OperatingModel, day: Date) -> Result<Timestamp, CouldNotRun> {
    let zone = jiff::tz::TimeZone::get(&model.company.time_zone);
    let begins = zone.and_then(|zone| day.to_zoned(zone));
    let begins = begins.map_err(|why| CouldNotRun(why.to_string()))?;
    Ok(begins.timestamp())
}

/// When a third of the days is over.
fn a_third_in(begins: Timestamp, days: u32) -> Timestamp {
    let third = SignedDuration::from_hours(i64::from(days) * 8);
    begins.checked_add(third).unwrap_or(begins)
}

fn page(arguments: &Arguments, summary: &Summary) -> String {
    let mut text = format!(
        "{} days from {}, {} leads a day, seed {}; {} mails\n",
        arguments.days, arguments.from, arguments.leads_per_day, arguments.seed, summary.mails
    );
    let mut part = |heading: &str, table: String| {
        text.push_str(&format!("\n{heading}\n{table}"));
    };
    part(
        "Leads by rule",
        counted(&["rule", "leads"], &summary.by_rule),
    );
    part("Leads by pool and person", pools(summary));
    part("By person", people(summary));
    part("Clocks", clocks(summary));
    part(
        "Moves turned back, by stage and criterion",
        turned_back(summary),
    );
    part(
        "Deviations opened",
        counted(&["deviation", "times"], &summary.deviations),
    );
    part("By day", days(summary));
    text
}

fn counted(head: &[&str; 2], counts: &std::collections::BTreeMap<String, u64>) -> String {
    let rows = counts.iter();
    let rows: Vec<[String; 2]> = rows
        .map(|(name, count)| [name.clone(), count.to_string()])
        .collect();
    or_none(table_of(head, &rows), rows.is_empty())
}

/// A table, or that there is nothing in it.
fn or_none(table: String, empty: bool) -> String {
    if empty { "none\n".to_owned() } else { table }
}

fn pools(summary: &Summary) -> String {
    let mut rows = Vec::new();
    for (pool, members) in &summary.by_pool {
        let all: u64 = members.values().sum();
        for (person, given) in members {
            let share = given.saturating_mul(100).checked_div(all).unwrap_or(0);
            rows.push([
                pool.clone(),
                person.to_string(),
                given.to_string(),
                format!("{share} %"),
            ]);
        }
    }
    let head = ["pool", "person", "leads", "share"];
    or_none(table_of(&head, &rows), rows.is_empty())
}

fn people(summary: &Summary) -> String {
    let rows: Vec<[String; 5]> = summary
        .by_person
        .iter()
        .map(|(person, load)| {
            let counts = [load.given, load.taken, load.late, load.mails];
            let [given, taken, late, mails] = counts.map(|count| count.to_string());
            [person.to_string(), given, taken, late, mails]
        })
        .collect();
    let head = [
        "person",
        "leads given",
        "taken from them",
        "clocks run out",
        "mails",
    ];
    or_none(table_of(&head, &rows), rows.is_empty())
}

fn clocks(summary: &Summary) -> String {
    let rows: Vec<[String; 5]> = summary
        .clocks
        .iter()
        .map(|(clock, runs)| {
            let counts = [runs.started, runs.in_time, runs.late, runs.ran_out];
            let [started, in_time, late, ran_out] = counts.map(|count| count.to_string());
            [clock.clone(), started, in_time, late, ran_out]
        })
        .collect();
    let head = ["clock", "started", "met in time", "met late", "ran out"];
    or_none(table_of(&head, &rows), rows.is_empty())
}

fn turned_back(summary: &Summary) -> String {
    let mut rows = Vec::new();
    for (stage, criteria) in &summary.turned_back {
        for (criterion, times) in criteria {
            rows.push([stage.clone(), criterion.clone(), times.to_string()]);
        }
    }
    let head = ["stage", "criterion not met", "times"];
    or_none(table_of(&head, &rows), rows.is_empty())
}

fn days(summary: &Summary) -> String {
    let rows: Vec<[String; 6]> = summary
        .by_day
        .iter()
        .map(|(date, day)| {
            let counts = [
                day.routed,
                day.without,
                day.late,
                day.turned_back,
                day.mails,
            ];
            let [routed, without, late, turned_back, mails] = counts.map(|it| it.to_string());
            let date = date.strftime("%a %d %b %Y").to_string();
            [date, routed, without, late, turned_back, mails]
        })
        .collect();
    let head = [
        "day",
        "routed",
        "without an owner",
        "late",
        "turned back",
        "mails",
    ];
    or_none(table_of(&head, &rows), rows.is_empty())
}
