use std::process::ExitCode;

use clap::Args;
use contracts::state::{Clock, ClockStatus};
use crm::RecordId;
use decisions::{Rules, recipients};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    Outcome,
    clocks::{Books, due_until},
    options::{ModelOptions, TableOptions},
    print_whole,
    table::{moment, table_of},
};
use crate::{instant::Typed, stack::wait};

/// Show what will fall due on clocks until a time, if nothing happens before.
///
/// Warnings, the ends of the time allowed and the steps after them, the first first. What is listed
/// before now happens at the next tick.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Exit codes: 0 shown, 2 could not ask."
)]
pub struct Arguments {
    /// The time: 2026-11-23T07:05:00Z, "2026-11-23 08:05 Europe/Berlin", or now.
    #[arg(long, value_name = "TIME")]
    at: Typed,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

/// Prints what falls due.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let until = arguments.at.resolve(now).timestamp();
    let rules = arguments.model.rules(now)?;
    let zone = arguments.model.zone(&rules);
    let (stack, table) = arguments.table.find()?;
    let books = wait(stack.ask(due_until(&table, until)))?;
    let coming = coming(&rules, &books, until);
    if coming.is_empty() {
        say!("no clock falls due until {}", moment(until, &zone));
        return Ok(ExitCode::SUCCESS);
    }
    print_whole(&as_text(&rules, &coming, &zone))?;
    Ok(ExitCode::SUCCESS)
}

const HEAD: [&str; 3] = ["when", "record", "what happens"];

fn as_text(rules: &Rules, coming: &[(Timestamp, RecordId, String)], zone: &TimeZone) -> String {
    let named = |record| rules.model.name_of(record);
    let rows = coming.iter();
    let rows = rows.map(|(at, record, what)| [moment(*at, zone), named(record), what.clone()]);
    table_of(&HEAD, &rows.collect::<Vec<[String; 3]>>())
}

fn coming(rules: &Rules, books: &Books, until: Timestamp) -> Vec<(Timestamp, RecordId, String)> {
    let mut found = Vec::new();
    for (record, book) in books {
        for (name, clock) in &book.clocks {
            let events = of_clock(rules, name, clock).into_iter();
            let soon = events.filter(|(at, _)| *at <= until);
            found.extend(soon.map(|(at, what)| (at, record.clone(), what)));
        }
        let dated = book.dated.iter();
        let soon = dated.filter(|(_, dated)| !dated.begun && dated.at <= until);
        found
            .extend(soon.map(|(name, dated)| (dated.at, record.clone(), format!("{name} starts"))));
    }
    // The end of the time allowed and its first step are due at once; the sort keeps their order.
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    found
}

fn of_clock(rules: &Rules, name: &str, clock: &Clock) -> Vec<(Timestamp, String)> {
    let mut found = Vec::new();
    let owner = &clock.owner;
    if clock.status == ClockStatus::Running {
        if let Some(warn) = clock.warn_at {
            found.push((
                warn,
                format!("{name}: {owner} is warned that time runs short"),
            ));
        }
        found.push((clock.due, format!("{name}: the time is up for {owner}")));
    }
    for step in &clock.steps {
        let mut what = Vec::new();
        if let Some(tell) = &step.tell {
            let told = recipients(tell, Some(owner), rules, step.at);
            let told: Vec<String> = told.iter().map(ToString::to_string).collect();
            what.push(if told.is_empty() {
                "nobody to tell".to_owned()
            } else {
                format!("tell {}", told.join(", "))
            });
        }
        let mut kept = clock.kept.iter().flat_map(|kept| &kept.steps);
        if let Some(terms) = kept.find(|kept| kept.number == step.number) {
            what.extend(
                terms
                    .move_to
                    .iter()
                    .map(|to| format!("move the record to {to}")),
            );
            let reassigned =
                format!("give the record to another member of its pool instead of {owner}");
            what.extend(terms.reassign.iter().map(|_| reassigned.clone()));
        }
        found.push((
            step.at,
            format!("{name} late, step {}: {}", step.number, what.join("; ")),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use testkit::at;

    use super::*;
    use crate::commands::{clocks::sample::since_friday, company::sample::of_two_sources};

    #[test]
    fn what_falls_due_is_told_in_order_and_no_later_than_asked() {
        let (rules, books) = since_friday();
        let told = |until: &str| -> Vec<String> {
            let coming = coming(&rules, &books, at(until)).into_iter();
            coming.map(|(at, _, what)| format!("{at} {what}")).collect()
        };
        assert_eq!(
            told("2026-11-23T11:10:00Z"),
            [
                "2026-11-23T10:10:00Z first_response: anna is warned that time runs short",
                "2026-11-23T11:10:00Z first_response: the time is up for anna",
                "2026-11-23T11:10:00Z first_response late, step 1: tell anna",
            ]
        );
        assert_eq!(told("2026-11-23T14:10:00Z").len(), 4);
        assert!(told("2026-11-23T10:09:59Z").is_empty());
    }

    #[test]
    fn it_is_shown_as_a_table_in_the_readers_zone() {
        let (rules, books) = since_friday();
        let coming = coming(&rules, &books, at("2026-11-23T10:10:00Z"));
        assert_eq!(
            as_text(&rules, &coming, rules.company_zone()),
            "when                   record  what happens\n\
             Mon 23 Nov 2026 11:10  lead:7  first_response: anna is warned that time runs short\n"
        );
    }

    #[test]
    fn where_two_sources_have_leads_each_is_shown_with_its_source() {
        let (rules, books) = since_friday();
        let coming = coming(&rules, &books, at("2026-11-23T10:10:00Z"));
        let rules = testkit::rules(of_two_sources());
        let text = as_text(&rules, &coming, rules.company_zone());
        assert!(text.contains("  hubspot:lead:7  first_response"), "{text}");
    }
}
