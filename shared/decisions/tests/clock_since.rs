//! Since when the first run of a clock counts that starts as a lead gets its owner, and when another begins.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    EventData,
    state::{ClockStatus, ClocksState},
};
use crm::{Contacted, PersonId, Record, Value};
use decisions::{
    Staffing,
    clocks::{Clocked, Trigger, decide, first_due, first_due_anew},
};
use jiff::{SignedDuration, Timestamp};
use model::OperatingModel;
use testkit::{at, example_texts, example_with, lead, model_of, staffing};

const CLOCK: &str = "first_response";

/// Monday, ten in Berlin. Four hours of work later it is three, with an hour's lunch between.
fn created() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn minutes(count: i64) -> Timestamp {
    created() + SignedDuration::from_mins(count)
}

fn counts_from(since: &str) -> OperatingModel {
    example_with(
        "processes.yaml",
        "counts_from: routed",
        &format!("counts_from: {since}"),
    )
}

fn record() -> Record {
    lead("1", created()).account("DE", "software", 300).build()
}

fn routed(
    rules: &Staffing,
    record: &Record,
    owner: &str,
    before: Option<&ClocksState>,
    at: Timestamp,
) -> Clocked {
    let owner = &PersonId::new(owner);
    let trigger = Trigger::Routed { owner, at };
    decide(rules, record, None, before, trigger).expect("a decision")
}

fn due(clocked: &Clocked) -> Timestamp {
    clocked.clocks.clocks[CLOCK].due
}

#[test]
fn from_the_creation_the_wait_counts_and_another_owner_begins_anew() {
    let rules = staffing(counts_from("created"));
    let first = routed(&rules, &record(), "anna", None, minutes(8));
    assert_eq!(due(&first), at("2026-11-23T14:00:00Z"));
    let notes = first
        .draft
        .reasons
        .iter()
        .filter_map(|it| it.note.as_deref());
    assert!(
        notes
            .into_iter()
            .any(|it| it == "it counts from the record's creation")
    );
    let anna = PersonId::new("anna");
    assert_eq!(
        first_due(&rules, &record(), &anna, minutes(8)),
        Some(due(&first))
    );
    let second = routed(&rules, &record(), "ben", Some(&first.clocks), minutes(60));
    assert_eq!(
        due(&second),
        at("2026-11-23T15:00:00Z"),
        "from when Ben got it"
    );
    let ben = PersonId::new("ben");
    assert_eq!(
        first_due_anew(&rules, &record(), &ben, minutes(60)),
        Some(due(&second))
    );
    let late = minutes(24 * 60);
    assert_eq!(
        first_due(&rules, &record(), &anna, late),
        None,
        "nobody is asked for what is over"
    );
}

#[test]
fn who_was_called_before_it_was_routed_was_answered() {
    for (since, met) in [("created", true), ("routed", false)] {
        let rules = staffing(counts_from(since));
        let mut record = record();
        record.last_contact = Some(Contacted {
            at: minutes(5),
            by: None,
        });
        let clocked = routed(&rules, &record, "anna", None, minutes(8));
        let status = clocked.clocks.clocks[CLOCK].status;
        assert_eq!(status == ClockStatus::MetInTime, met, "{since}");
    }
}

/// The CRM's clock may be ahead of ours.
#[test]
fn nothing_counts_from_what_is_to_come() {
    let rules = staffing(counts_from("created"));
    let clocked = routed(&rules, &record(), "anna", None, minutes(-1));
    assert_eq!(clocked.clocks.clocks[CLOCK].started, minutes(-1));
}

#[test]
fn a_field_can_say_since_when_and_without_a_value_it_is_the_routing() {
    let mut texts = example_texts();
    for (file, piece, with) in [
        (
            "technology.yaml",
            "    title:   {",
            "    asked:   { type: timestamp, hubspot: asked_on }\n    title:   {",
        ),
        (
            "processes.yaml",
            "counts_from: routed",
            "counts_from: lead.asked",
        ),
    ] {
        let text = texts.get(file).expect("a file").replacen(piece, with, 1);
        texts.insert(file, text.as_bytes());
    }
    let rules = staffing(model_of(&texts));
    let mut record = record();
    let without = routed(&rules, &record, "anna", None, minutes(60));
    assert_eq!(due(&without), at("2026-11-23T15:00:00Z"));
    let note = without
        .draft
        .reasons
        .last()
        .and_then(|it| it.note.as_deref());
    assert_eq!(
        note,
        Some("lead.asked has no value, so it counts from when it got an owner")
    );
    record
        .fields
        .insert("asked".to_owned(), Value::Timestamp(minutes(30)));
    let with = routed(&rules, &record, "anna", None, minutes(60));
    assert_eq!(due(&with), at("2026-11-23T14:30:00Z"));
}

/// It was met, and the lead enters the stage again: a new run. The same is not started twice.
#[test]
fn what_was_met_runs_again_where_the_journey_begins_anew() {
    let rules = staffing(counts_from("created"));
    let mut record = record();
    record.last_contact = Some(Contacted {
        at: minutes(5),
        by: None,
    });
    let met = routed(&rules, &record, "anna", None, minutes(8)).clocks;
    let later = minutes(2 * 24 * 60);
    let ben = PersonId::new("ben");
    let owner = &ben;
    let again = |trigger| decide(&rules, &record, None, Some(&met), trigger);
    assert_eq!(again(Trigger::Routed { owner, at: later }), None);
    let anew = Trigger::RoutedAnew { owner, at: later };
    let clocked = again(anew).expect("a run");
    let clock = &clocked.clocks.clocks[CLOCK];
    assert_eq!((clock.instance, clock.status), (2, ClockStatus::Running));
    assert_eq!((clock.started, &clock.owner), (later, &ben));
    let names: Vec<_> = clocked.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(names, ["clock.started"]);
    let twice = decide(&rules, &record, None, Some(&clocked.clocks), anew);
    assert_eq!(twice, None);
}
