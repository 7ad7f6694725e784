//! `fairlead explain`: why something happened, as the table remembers it.

pub mod reader;
pub mod render;
#[cfg(test)]
mod tests;

use std::{path::Path, process::ExitCode};

use aws::DynamoStore;
use clap::Args;
use contracts::{DecisionId, Subject};
use crm::RecordId;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;
use store::Store;
use story::{About, Extent, HOURS_AHEAD, HOURS_BACK, Sought, Story, find, gather, nearest};

use self::{reader::Reader, render::render};
use super::{
    CouldNotRun, Outcome, PROBLEMS, colours_are_wanted, company::Company, options::TableOptions,
    print_whole,
};
use crate::{
    instant::zone_named,
    stack::{Stack, wait},
};

/// How many lately decided records are named when one is not known.
const NEAREST: usize = 5;

/// Where the company's model lies, by which records are named, and whose time zone is used if none
/// is given.
const MODEL: &str = "config";

/// Tell the story of a record, a person or a decision: what happened, why, and what followed.
///
/// Decisions are grouped by the CRM's event (or the tick) that began them. Each shows who decided
/// upon what; the outcome; the rules that were weighed (✓ held, ✗ did not hold, ? a field has no
/// value), where each is written, what was found and what was needed; the facts that were looked
/// at; and what followed (→), with what became of mails and of writes into the CRM.
///
/// The stack is the one that --stack or --endpoints names; else the one in the environment, if that
/// has FAIRLEAD_STACK, AWS_ENDPOINT_URL or TABLE; else the local one that `make run` started.
#[derive(Debug, Args)]
#[command(after_long_help = HELP, verbatim_doc_comment)]
pub struct Arguments {
    /// A record (lead:123, opportunity:5, account:7), a person (person:anna), or a decision's id
    /// or at least its first six digits.
    #[arg(value_name = "WHAT", verbatim_doc_comment)]
    about: About,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Only the last N decisions.
    #[arg(long, value_name = "N")]
    last: Option<usize>,
    /// The time zone to show times in [default: the company's, from config/; else UTC].
    #[arg(long, value_name = "ZONE", value_parser = zone_named)]
    zone: Option<TimeZone>,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
A decision is looked for among those of the last 72 hours, and of the next 96 where a story or a
test told a later time, since the table finds decisions by their record or by their hour. For an
older one, name its record.

--json prints one object. Times in it are in UTC, and there are no personal values in it:
  about      what the story is about, such as \"lead:123\"
  zone       the zone that the text would be in
  stands     {\"record\": {stage, owner, sequence, modified, archived, account, last_contact, routing,
             gate, clocks, deviations, unjudged, exceptions}} or {\"person\": {digests, open_work, away}}; null if
             nothing is kept of it
  summary    the same in words: [{label, wording}]; an empty label goes on with the entry before
  asked      the decision that was asked for, if one was
  left_out   how many earlier decisions are not told (--last)
  chapters   [{correlation, decisions}]: what one event of the CRM, or one tick, led to. A decision:
    decision, function, subject, event, event_name, correlation, at, sequence, revision, facts,
    reasons, outcome, events           the audit record, as the table keeps it; its events whole
    read, changes  by item of the table: the version that was read; what became of it, as a change from
                   the version before
    ahead          the event's revision, if a later deployment sent it that was then taken back
    caused_by      {decision, function} that emitted its event, or null
    new_revision   whether the model is another than at the decision before
    wording        by event id: what the event says, in words
    effects        by event id, of mails and of writes into the CRM: {status: pending|claimed|done|
                   skipped|refused, at, result, lease_until} as the table keeps it; outcome:
                   pending|under_way|not_finished|written|sent|skipped|refused|never_done|
                   no_longer_known, as it stands now; the same in words, wording and remark
    led_to         by event id: the functions that decided upon it
A wording is a list of pieces, each {\"text\": …}, {\"time\": …} or {\"record\": {source, kind, id}}
and, unless it is plain, how it is meant, tone: main|detail|good|bad|unsure.

Exit codes: 0 told, 1 nothing is known of it, 2 could not ask.";

/// Reads the story and prints it.
///
/// # Errors
/// If there is no stack, or it does not answer.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let (stack, store) = arguments.table.find()?;
    let company = Company::of(Path::new(MODEL));
    let told = wait(tell(&stack, &store, arguments, &company, now))?;
    let story = match told {
        Ok(story) => story,
        Err(unknown) => {
            eprintln!("fairlead: {unknown}");
            return Ok(ExitCode::from(PROBLEMS));
        }
    };
    let reader = reader(arguments.zone.clone(), company, now);
    print_whole(&if arguments.json {
        as_json(&story, &reader)? + "\n"
    } else {
        render(&story, &reader, colours_are_wanted())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The story, or why there is none and what to try.
async fn tell(
    stack: &Stack,
    store: &DynamoStore,
    arguments: &Arguments,
    company: &Company,
    now: Timestamp,
) -> Result<Result<Story, String>, CouldNotRun> {
    let (subject, decision) = match &arguments.about {
        About::Record(name) => (Subject::Record(company.record(name)?), None),
        About::Person(person) => (Subject::Person(person.clone()), None),
        About::Decision(digits) => match seek(stack, store, digits, company, now).await? {
            Ok((subject, decision)) => (subject, Some(decision)),
            Err(unknown) => return Ok(Err(unknown)),
        },
    };
    let extent = Extent {
        decision,
        last: arguments.last,
    };
    if let Some(story) = stack.ask(gather(store, &subject, &extent, now)).await? {
        return Ok(Ok(story));
    }
    let (same_id, lately) = stack.ask(nearest(store, &subject, now, NEAREST)).await?;
    Ok(Err(unknown(
        company,
        &subject,
        &stack.place,
        (&same_id, &lately),
    )))
}

async fn seek(
    stack: &Stack,
    store: &DynamoStore,
    digits: &str,
    company: &Company,
    now: Timestamp,
) -> Result<Result<(Subject, DecisionId), String>, CouldNotRun> {
    // The search may take longer than a person's patience; whether anybody answers shows at once.
    stack.ask(store.of_hour(&contracts::hour_of(now))).await?;
    let sought = find(store, digits, now).await;
    match sought.map_err(|why| CouldNotRun(format!("{}: {why}", stack.place)))? {
        Sought::One(subject, decision) => Ok(Ok((subject, decision))),
        Sought::Several(several) => {
            let shown: Vec<String> = several
                .iter()
                .map(|(id, subject)| format!("  {id}  {}", company.name_of_subject(subject)))
                .collect();
            Ok(Err(format!(
                "{digits} begins more than one decision; give more digits:\n{}",
                shown.join("\n")
            )))
        }
        Sought::None => Ok(Err(format!(
            "no decision {digits} in the last {HOURS_BACK} hours (nor in the next {HOURS_AHEAD}, which a story may \
             have told)\n  Older decisions are found by their record: fairlead explain lead:123"
        ))),
    }
}

fn unknown(
    company: &Company,
    subject: &Subject,
    place: &str,
    (same_id, lately): (&[RecordId], &[Subject]),
) -> String {
    let named = |subject| company.name_of_subject(subject);
    let mut lines = vec![format!("nothing is known of {} in {place}", named(subject))];
    for other in same_id {
        let other = company.name_of(other);
        lines.push(format!("  There is {other}: fairlead explain {other}"));
    }
    if !lately.is_empty() {
        let names: Vec<String> = lately.iter().map(named).collect();
        lines.push(format!("  Lately decided about: {}", names.join(", ")));
    }
    lines.push(
        "  Is this the right stack, and is it running? `make run` starts the local one.\n  \
         A record is known once the CRM's webhook for it has come in; that takes some seconds."
            .to_owned(),
    );
    lines.join("\n")
}

/// The zone that was asked for, else the company's, else UTC.
fn reader(zone: Option<TimeZone>, company: Company, now: Timestamp) -> Reader {
    let named = |zone: &TimeZone| zone.iana_name().unwrap_or("UTC").to_owned();
    let of_company = || zone_named(&company.model()?.company.time_zone).ok();
    let (zone, zone_said) = match (zone, of_company()) {
        (Some(zone), _) => (zone.clone(), named(&zone)),
        (None, Some(zone)) => {
            let said = format!("{}, the company's (from {MODEL}/)", named(&zone));
            (zone, said)
        }
        (None, None) => (TimeZone::UTC, "UTC; --zone shows another".to_owned()),
    };
    Reader {
        zone,
        zone_said,
        company,
        now,
    }
}

fn as_json(story: &Story, reader: &Reader) -> Result<String, CouldNotRun> {
    let cannot =
        |why: serde_json::Error| CouldNotRun(format!("the story cannot be written as JSON: {why}"));
    let mut object = serde_json::to_value(story).map_err(cannot)?;
    if let Some(object) = object.as_object_mut() {
        let zone = reader.zone.iana_name().unwrap_or("UTC");
        object.insert("zone".to_owned(), json!(zone));
    }
    serde_json::to_string_pretty(&object).map_err(cannot)
}
