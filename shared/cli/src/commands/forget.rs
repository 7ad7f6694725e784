use std::{collections::BTreeSet, process::ExitCode};

use ::model::OperatingModel;
use aws::DynamoStore;
use clap::Args;
use contracts::{
    Erasure, Event, EventData, EventId, Key, RecordItem,
    state::{BehavioursState, RecordState},
};
use crm::{PersonId, Record, RecordId, RecordName, Value};
use jiff::Timestamp;
use store::{MOST_IN_TRANSACTION, Store, StoreError, Versioned};

use super::{
    CouldNotRun, Outcome,
    asked::{publish, until_heard},
    named::unknown,
    no,
    options::{ModelOptions, TableOptions},
};
use crate::stack::{Stack, wait};

/// Forget a person: empty every field of theirs that the model calls personal, for good.
///
/// Their records stay, with what was decided of them and why, since none of that holds a personal value. What was
/// merged with a record is forgotten with it. A person whom the CRM erases for privacy is forgotten without this.
/// Without --by it only shows what is kept.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// Their record, such as lead:123.
    #[arg(
        value_name = "RECORD",
        required_unless_present = "mail",
        conflicts_with = "mail"
    )]
    record: Option<RecordName>,
    /// All records in which this mail address stands. The whole table is read for it.
    #[arg(long, value_name = "ADDRESS")]
    mail: Option<String>,
    /// Who decides it, by their name in people.yaml; without it nothing is done.
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// The bus, if neither the stack's file nor the variable BUS names it.
    #[arg(long, value_name = "NAME")]
    bus: Option<String>,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
  fairlead forget --mail jo@example.com                 where the address stands, and what is kept besides
  fairlead forget lead:123                              what is kept of them
  fairlead forget lead:123 --by olga                    forget them, for good

What Fairlead holds of a person stands in its copies of the CRM's records, and what they did outside the CRM under a hash
of their address, W#…, which --mail lists too; events, audit records and logs hold none of it. What is kept of somebody of
whom no record is known expires after 30 days. What was mailed lies in the mailboxes. If the CRM goes on having the record, Fairlead goes on with it and copies
nothing personal of it any more: have the CRM erase them too. In an account of the cloud the table can be brought
back as it was for 35 days: whoever does that forgets them again.

Exit codes: 0 shown or forgotten, 1 there is no such record, or it is not seen yet that they are forgotten,
2 could not ask.";

/// Shows what is kept of a person, or lets it be forgotten and waits until that was heard.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = arguments.model.rules(now)?;
    let model = &rules.model;
    if let Some(by) = &arguments.by {
        let people = model.people.keys().map(PersonId::as_str);
        if let Some(unknown) = unknown("person", people, Some(by)) {
            return Ok(no(&unknown));
        }
    }
    let (stack, table) = arguments.table.find()?;
    let copies = match (&arguments.record, &arguments.mail) {
        (Some(name), _) => {
            let record = model.record_named(name);
            let record = record.map_err(|why| CouldNotRun(why.to_string()))?;
            wait(stack.ask(copies_of(&table, &[record])))?
        }
        (None, mail) => {
            let mail = mail.as_deref().unwrap_or_default();
            wait(holding(&stack, &table, model, mail))?
        }
    };
    if copies.is_empty() {
        return Ok(no(&match &arguments.record {
            Some(record) => format!("there is no copy of {record}: nothing is kept of them"),
            None => "the address stands in no personal field of any record".to_owned(),
        }));
    }
    let Some(by) = &arguments.by else {
        copies.iter().for_each(|copy| say!("{}", kept(model, copy)));
        if arguments.mail.is_some() {
            let done = wait(done_by(&stack, &table, &copies))?;
            done.iter()
                .for_each(|(key, done)| say!("{}", done_said(model, key, done)));
        }
        say!("nothing was forgotten; with --by PERSON all of it is, for good");
        return Ok(ExitCode::SUCCESS);
    };
    let (bus, _) = stack.bus(arguments.bus.as_deref())?;
    for copy in &copies {
        let event = asked_for(model, &copy.id, &PersonId::new(by.as_str()), now);
        if let Some(why) = publish(&stack, &bus, &event)? {
            return Ok(no(&format!("the bus refused it: {why}")));
        }
    }
    let ids: Vec<RecordId> = copies.iter().map(|copy| copy.id.clone()).collect();
    let forgotten = |copies: Vec<Record>| {
        let all = copies.iter().all(|it| {
            it.erased.is_some()
                && it.behaviour.is_none()
                && it.latest.is_empty()
                && personal(model, it).is_empty()
        });
        all.then_some(())
    };
    match until_heard(&stack, || copies_of(&table, &ids), forgotten)? {
        Some(()) => {
            for record in &ids {
                let name = model.name_of(record);
                say!(
                    "the person of {name} is forgotten; `fairlead explain {name}` still tells what was decided, and why"
                );
            }
            Ok(ExitCode::SUCCESS)
        }
        None => Ok(no(
            "it was asked for, and is not seen yet that they are forgotten: ask again in a minute",
        )),
    }
}

async fn copies_of<S: Store>(table: &S, records: &[RecordId]) -> Result<Vec<Record>, StoreError> {
    let keys: Vec<Key> = records.iter().map(Key::record).collect();
    let mut copies = Vec::new();
    for some in keys.chunks(MOST_IN_TRANSACTION) {
        for item in table.get(some).await?.into_iter().flatten() {
            copies.push(Versioned::<RecordState>::read(item)?.state.record);
        }
    }
    Ok(copies)
}

/// The copies in which an address stands as the value of a personal field.
async fn holding(
    stack: &Stack,
    table: &DynamoStore,
    model: &OperatingModel,
    address: &str,
) -> Result<Vec<Record>, CouldNotRun> {
    // It may take longer than a person's patience, as it reads everything.
    let failed = |why: StoreError| CouldNotRun(format!("{}: {why}", stack.place));
    let keys = table.keys_named(RecordState::NAME).await.map_err(failed)?;
    let records: BTreeSet<RecordId> = keys.iter().filter_map(Key::record_id).collect();
    let records: Vec<RecordId> = records.into_iter().collect();
    let mut copies = copies_of(table, &records).await.map_err(failed)?;
    let address = address.trim().to_lowercase();
    copies.retain(|copy| {
        let mut values = personal(model, copy).into_iter().flat_map(|name| {
            let past = copy.history.get(name).into_iter().flatten();
            let past = past.filter_map(|change| change.value.as_ref());
            copy.value(name).into_iter().chain(past)
        });
        values.any(|value| value.text().is_some_and(|it| it.to_lowercase() == address))
    });
    Ok(copies)
}

/// What whoever is known by one of these records has done outside the CRM, by whom it is kept.
async fn done_by(
    stack: &Stack,
    table: &DynamoStore,
    copies: &[Record],
) -> Result<Vec<(Key, BehavioursState)>, CouldNotRun> {
    let failed = |why: StoreError| CouldNotRun(format!("{}: {why}", stack.place));
    let keys = table.keys_named(BehavioursState::NAME).await;
    let keys = keys.map_err(failed)?;
    let mut found = Vec::new();
    for some in keys.chunks(MOST_IN_TRANSACTION) {
        for item in table.get(some).await.map_err(failed)?.into_iter().flatten() {
            let key = item.key.clone();
            let done = Versioned::<BehavioursState>::read(item).map_err(failed)?;
            let theirs = |copy: &Record| {
                let through = done.state.through.values();
                let through = through.flatten().any(|lead| *lead == copy.id);
                done.state.records.contains(&copy.id) || through
            };
            if copies.iter().any(theirs) {
                found.push((key, done.state));
            }
        }
    }
    Ok(found)
}

/// What of it is kept, and by which of their records they are known.
fn done_said(model: &OperatingModel, key: &Key, done: &BehavioursState) -> String {
    let each = done.seen.iter().filter_map(|(behaviour, times)| {
        let last = times.values().max()?;
        let several = if times.len() == 1 { "" } else { "s" };
        Some(format!(
            "{behaviour} {} time{several}, the last at {last}",
            times.len()
        ))
    });
    let each: Vec<String> = each.collect();
    let of: Vec<String> = done.records.iter().map(|it| model.name_of(it)).collect();
    format!(
        "{}: {}; known by {}",
        key.pk,
        if each.is_empty() {
            "nothing done".to_owned()
        } else {
            each.join(", ")
        },
        of.join(", ")
    )
}

/// The personal fields of a record that have a value, or had one that is kept.
fn personal<'a>(model: &'a OperatingModel, copy: &Record) -> Vec<&'a str> {
    let fields = model.records.get(&copy.id.kind).into_iter().flatten();
    let personal = fields.filter(|(_, field)| field.personal);
    let names = personal.map(|(name, _)| name.as_str());
    let had = |name: &str| copy.history.get(name).is_some_and(|past| !past.is_empty());
    let has = |name: &&str| {
        let value = copy.value(name);
        value.is_some_and(|it| *it != Value::Text(String::new())) || had(name)
    };
    names.filter(has).collect()
}

fn kept(model: &OperatingModel, copy: &Record) -> String {
    let name = model.name_of(&copy.id);
    match (personal(model, copy).as_slice(), copy.erased) {
        ([], Some(since)) => format!("{name}: forgotten since {since}"),
        ([], None) => format!("{name}: no personal field has a value"),
        (fields, _) => format!("{name}: {}", fields.join(", ")),
    }
}

/// Every command is a happening of its own.
fn asked_for(model: &OperatingModel, record: &RecordId, by: &PersonId, now: Timestamp) -> Event {
    let process = std::process::id().to_string();
    let id = EventId::of(&["forget", &record.to_string(), &now.to_string(), &process]);
    let data = EventData::RecordNoticed {
        property: None,
        occurred: now,
        deleted: false,
        merge: None,
        swept: None,
        erasure: Some(Erasure::Asked(by.clone())),
    };
    Event::new(id, now, &model.revision, data).about(record.clone(), 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use testkit::{at, example_model, lead};

    use super::*;

    #[test]
    fn what_is_kept_is_named_and_not_shown() {
        let model = example_model();
        let lead = lead("1", at("2026-11-23T08:00:00Z"));
        let lead = lead.text("email", "jo@kranich.example");
        let mut copy = lead.text("source", "web").build();
        assert_eq!(kept(&model, &copy), "lead:1: email");
        copy.fields.clear();
        assert_eq!(kept(&model, &copy), "lead:1: no personal field has a value");
        copy.erased = Some("2026-11-27T08:00:00Z".parse().unwrap());
        let said = "lead:1: forgotten since 2026-11-27T08:00:00Z";
        assert_eq!(kept(&model, &copy), said);
    }

    #[test]
    fn what_was_done_is_listed_with_by_whom_it_is_known() {
        let visitor = contracts::Visitor::of_id("jo").unwrap();
        let key = Key::behaviours(&visitor);
        let mut done = BehavioursState::default();
        done.records.insert(testkit::record_id("lead:1"));
        let said = |done: &BehavioursState| done_said(&example_model(), &key, done);
        let by = format!("{}: nothing done; known by lead:1", key.pk);
        assert_eq!(said(&done), by);
        let times = ["2026-11-23T08:00:00Z", "2026-11-24T09:00:00Z"];
        let times = times.map(|time| (time.to_owned(), at(time)));
        done.seen.insert("viewed_pricing".to_owned(), times.into());
        let twice = "viewed_pricing 2 times, the last at 2026-11-24T09:00:00Z";
        let by = format!("{}: {twice}; known by lead:1", key.pk);
        assert_eq!(said(&done), by);
    }
}
