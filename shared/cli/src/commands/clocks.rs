use std::{collections::BTreeMap, process::ExitCode};

use aws::DynamoStore;
use clap::Args;
use contracts::{
    DeadlineKind, Key, SHARDS,
    state::{Clock, ClockStatus, ClocksState},
};
use crm::{RecordId, RecordName};
use decisions::{
    Rules, Staffing,
    clocks::{calendar_of, left_at},
};
use engine::{OpenWork, absences};
use jiff::{Timestamp, tz::TimeZone};
use store::{Item, MOST_IN_TRANSACTION, Store, StoreError, Versioned};

use super::{
    Outcome, PROBLEMS,
    company::record_in,
    options::{ModelOptions, TableOptions},
    print_whole,
    table::{moment, table_of},
};
use crate::{instant::Typed, stack::wait};

/// Show running clocks: their state, how much time is allowed, used and left, and when they are due.
///
/// With a record, all of its clocks; else every open one, the first due first. Used and left are
/// counted by the calendars of the model in --config, without the time their owners are away; `around
/// the clock` is said of time that passes day and night.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Exit codes: 0 shown, 1 no clock has been started on the record, 2 could not ask."
)]
pub struct Arguments {
    /// A record: lead:123.
    record: Option<RecordName>,
    /// The time at which used and left are counted.
    #[arg(long, value_name = "TIME", default_value = "now")]
    at: Typed,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

/// Prints the clocks.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let at = arguments.at.resolve(now).timestamp();
    let rules = arguments.model.rules(now)?;
    let zone = arguments.model.zone(&rules);
    let (stack, table) = arguments.table.find()?;
    let named = |name| record_in(&rules.model, name);
    let record = arguments.record.as_ref().map(named).transpose()?;
    let books = match &record {
        Some(record) => wait(stack.ask(of_record(&table, record)))?,
        None => wait(stack.ask(open(&table, &rules)))?,
    };
    let rules = rules.with_absences(wait(stack.ask(absences(&table)))?);
    let only_open = arguments.record.is_none();
    let lines = rows(&rules, &books, only_open, at, &zone);
    if lines.is_empty() {
        match &record {
            Some(record) => {
                let name = rules.model.name_of(record);
                say!("no clock has been started on {name}");
            }
            None => say!("no clock is running, paused or late"),
        }
        let unknown = arguments.record.is_some();
        return Ok(ExitCode::from(if unknown { PROBLEMS } else { 0 }));
    }
    print_whole(&table_of(&HEAD, &lines))?;
    Ok(ExitCode::SUCCESS)
}

/// The clocks of each record.
pub type Books = BTreeMap<RecordId, ClocksState>;

async fn of_record(table: &DynamoStore, record: &RecordId) -> Result<Books, StoreError> {
    let items = table.get(&[Key::clocks(record)]).await?;
    read(items.into_iter().flatten())
}

/// The clocks with a deadline, and those that the index over people shows, paused ones among them.
async fn open(table: &DynamoStore, rules: &Rules) -> Result<Books, StoreError> {
    let mut books = due_until(table, Timestamp::MAX).await?;
    let work = OpenWork::of(table, rules.model.people.keys()).await?;
    books.extend(work.clocks);
    Ok(books)
}

/// The clocks of the records on which something falls due by then.
///
/// # Errors
/// If the table does not answer.
pub async fn due_until(table: &DynamoStore, until: Timestamp) -> Result<Books, StoreError> {
    let mut books = Books::new();
    for shard in 0..SHARDS {
        let due = table
            .due(&format!("due#{shard}"), None, until, usize::MAX)
            .await?;
        let keys: Vec<Key> = due.into_iter().map(|item| item.key).collect();
        for part in keys.chunks(MOST_IN_TRANSACTION) {
            books.extend(read(table.get(part).await?.into_iter().flatten())?);
        }
    }
    Ok(books)
}

/// How many items of the table have something that falls due until then, clocks and deviations alike.
///
/// # Errors
/// If the table does not answer.
pub async fn count_due(table: &DynamoStore, until: Timestamp) -> Result<usize, StoreError> {
    let mut count: usize = 0;
    for shard in 0..SHARDS {
        let due = table
            .due(&format!("due#{shard}"), None, until, usize::MAX)
            .await?;
        count = count.saturating_add(due.len());
    }
    Ok(count)
}

fn read(items: impl IntoIterator<Item = Item>) -> Result<Books, StoreError> {
    let mut books = Books::new();
    for item in items {
        if let Some((DeadlineKind::Clocks, record)) = item.key.deadline() {
            books.insert(record, Versioned::<ClocksState>::read(item)?.state);
        }
    }
    Ok(books)
}

const HEAD: [&str; 8] = [
    "record",
    "clock",
    "owner",
    "state",
    "time allowed",
    "time used",
    "time left",
    "due",
];

fn rows(
    rules: &Staffing,
    books: &Books,
    only_open: bool,
    at: Timestamp,
    zone: &TimeZone,
) -> Vec<[String; 8]> {
    let mut found = Vec::new();
    for (record, book) in books {
        for (name, clock) in &book.clocks {
            if clock.status.is_open() || !only_open {
                found.push((clock.due, row(rules, record, (name, clock), at, zone)));
            }
        }
    }
    found.sort();
    found.into_iter().map(|(_, row)| row).collect()
}

fn row(
    rules: &Staffing,
    record: &RecordId,
    (name, clock): (&str, &Clock),
    at: Timestamp,
    zone: &TimeZone,
) -> [String; 8] {
    let counted = clock
        .kept
        .as_ref()
        .zip(calendar_of(rules, clock))
        .filter(|_| clock.status.is_open())
        .map(|(kept, calendar)| {
            let (left, wall) = left_at(&calendar, clock, kept, at);
            let used = kept.seconds.saturating_sub(left);
            let unit = if wall { " around the clock" } else { "" };
            (
                format!("{}{unit}", hours(used)),
                format!("{}{unit}", hours(left)),
            )
        });
    let (used, left) = counted.unwrap_or_else(|| ("–".to_owned(), "–".to_owned()));
    [
        rules.model.name_of(record),
        name.to_owned(),
        clock.owner.to_string(),
        state(clock, zone),
        clock.budget.clone(),
        used,
        left,
        moment(clock.due, zone),
    ]
}

fn state(clock: &Clock, zone: &TimeZone) -> String {
    let met = |word: &str| match clock.met {
        Some(at) => format!("{word}, {}", moment(at, zone)),
        None => word.to_owned(),
    };
    match clock.status {
        ClockStatus::Running => "running".to_owned(),
        ClockStatus::Paused => "paused".to_owned(),
        ClockStatus::Late => "late".to_owned(),
        ClockStatus::MetInTime => met("met in time"),
        ClockStatus::MetLate => met("met late"),
        ClockStatus::Cancelled => "cancelled".to_owned(),
    }
}

/// Seconds as `3 h 30 min`, cut to whole minutes.
fn hours(seconds: i64) -> String {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match (hours, minutes) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// What the tests of `clocks` and `due` show.
#[cfg(test)]
pub mod sample {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use crm::PersonId;
    use decisions::{
        Staffing,
        clocks::{Trigger, decide},
    };
    use testkit::{at, example_staffing, lead};

    use super::Books;

    /// `lead:7`, which is Anna's since a Friday 15:10 in Berlin.
    pub fn since_friday() -> (Staffing, Books) {
        let rules = example_staffing();
        let start = at("2026-11-20T14:10:00Z");
        let record = lead("7", start).account("DE", "software", 300).build();
        let trigger = Trigger::Routed {
            owner: &PersonId::new("anna"),
            at: start,
        };
        let clocked = decide(&rules, &record, None, None, trigger).unwrap();
        let books = Books::from([(record.id, clocked.clocks)]);
        (rules, books)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

    use testkit::at;

    use super::{sample::since_friday, *};

    #[test]
    fn a_running_clock_shows_what_is_used_and_left() {
        let (rules, books) = since_friday();
        let zone = rules.company_zone().clone();
        let rows = rows(&rules, &books, true, at("2026-11-23T08:30:00Z"), &zone);
        assert_eq!(
            table_of(&HEAD, &rows),
            "record  clock           owner  state    time allowed      time used   time left   due\n\
             lead:7  first_response  anna   running  4 business hours  1 h 20 min  2 h 40 min  Mon 23 Nov 2026 12:10\n"
        );
    }
}
