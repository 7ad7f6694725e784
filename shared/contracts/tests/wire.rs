//! What leaves the process, frozen: one of each event, notice, write, state and key as it is
//! written. A change here is a change of a format: read the difference before it is blessed with
//! `BLESS=1`, and let `Event::VERSION` or `contracts::FORMAT` grow where an older reader would
//! misread it.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads its goldens"
)]

mod samples;

use std::{collections::BTreeSet, path::PathBuf};

use contracts::{AuditRecord, Cause, DecisionDraft, Event, EventData, EventId, Function, Subject};
use serde_json::{Value, json};

/// Compares a golden file with what it should hold; with `BLESS=1` it is written anew first.
#[track_caller]
fn compare(name: &str, value: &Value) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/goldens")
        .join(name);
    let made = format!("{}\n", serde_json::to_string_pretty(value).unwrap());
    if std::env::var("BLESS").is_ok() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "{} is not what is written now:\n{made}",
        path.display()
    );
}

/// A number for each kind of event. A new kind does not compile before it has one here and a
/// sample.
fn number(data: &EventData) -> usize {
    match data {
        EventData::RecordNoticed { .. } => 0,
        EventData::WebhookQuarantined { .. } => 1,
        EventData::RecordChanged { .. } => 2,
        EventData::RecordRouted { .. } => 3,
        EventData::RecordWaiting { .. } => 4,
        EventData::ReassignRequested { .. } => 5,
        EventData::ClockStarted { .. } => 6,
        EventData::ClockMet { .. } => 7,
        EventData::ClockWarned { .. } => 8,
        EventData::ClockBreached { .. } => 9,
        EventData::ClockEscalated { .. } => 10,
        EventData::ClockCancelled { .. } => 11,
        EventData::ClockPaused { .. } => 12,
        EventData::ClockResumed { .. } => 13,
        EventData::ClockBreachWithdrawn { .. } => 14,
        EventData::ClockMoved { .. } => 15,
        EventData::GatePassed { .. } => 16,
        EventData::GateTurnedBack { .. } => 17,
        EventData::DeviationOpened { .. } => 18,
        EventData::DeviationClosed { .. } => 19,
        EventData::DeadlineDue { .. } => 20,
        EventData::DeadlinesContinued { .. } => 21,
        EventData::NoticeRequested { .. } => 22,
        EventData::CrmWriteRequested { .. } => 23,
        EventData::DigestRequested(_) => 24,
        EventData::AbsenceChanged { .. } => 25,
        EventData::Tick { .. } => 26,
        EventData::CrmWriteRefused { .. } => 27,
        EventData::StageEntered { .. } => 28,
        EventData::StageLeft { .. } => 29,
        EventData::DeviationStepTaken(_) => 30,
        EventData::GateHeld(_) => 31,
        EventData::HoldReleased(_) => 32,
        EventData::ExceptionGranted { .. } => 33,
        EventData::ExceptionUsed { .. } => 34,
        EventData::ExceptionEnded { .. } => 35,
        EventData::HandOffMade(_) => 36,
        EventData::HandOffAnswered(_) => 37,
        EventData::HandOffAccepted(_) => 38,
        EventData::HandOffRefused(_) => 39,
        EventData::ApprovalAsked(_) => 40,
        EventData::ApprovalAnswered(_) => 41,
        EventData::ApprovalGiven(_) => 42,
        EventData::ApprovalRefused(_) => 43,
        EventData::ApprovalLapsed(_) => 44,
        EventData::HoldAnswered(_) => 45,
        EventData::SweepAsked { .. } => 46,
        EventData::OwnerLeft(_) => 47,
        EventData::UndoRequested(_) => 48,
        EventData::CrmWriteObserved(_) => 49,
        EventData::ReviewRequested(_) => 50,
        EventData::BehaviourSeen(_) => 51,
        EventData::ExceptionAsked(_) => 52,
        EventData::ExceptionAnswered(_) => 53,
        EventData::ReminderAnswered(_) => 54,
    }
}

#[test]
fn every_kind_of_event_has_a_sample() {
    let numbers: BTreeSet<usize> = samples::events().iter().map(number).collect();
    let all: BTreeSet<usize> = (0..=54).collect();
    assert_eq!(numbers, all);
}

#[test]
fn events_are_written_as_they_were() {
    let events: Vec<Value> = samples::events()
        .into_iter()
        .map(|data| serde_json::to_value(samples::event(data)).unwrap())
        .collect();
    compare("events.json", &Value::Array(events));
}

#[test]
fn events_read_back_and_their_names_are_the_detail_types() {
    for data in samples::events() {
        let event = samples::event(data);
        let written = serde_json::to_value(&event).unwrap();
        assert_eq!(written["name"], event.name());
        assert_eq!(serde_json::from_value::<Event>(written).unwrap(), event);
    }
}

#[test]
fn items_are_written_as_they_were() {
    compare("items.json", &samples::items::items());
}

#[test]
fn keys_are_written_as_they_were() {
    compare("keys.json", &json!(samples::items::keys()));
}

/// What follows from one of many goes the same way as it; what comes alone is written as ever.
#[test]
fn what_follows_from_bulk_is_bulk() {
    let noticed = samples::event(samples::events().remove(0));
    assert!(!json!(noticed).as_object().unwrap().contains_key("bulk"));
    for (cause, bulk) in [(noticed.clone(), false), (noticed.in_bulk(), true)] {
        let read: Event = serde_json::from_value(json!(cause)).unwrap();
        assert_eq!(read.bulk, bulk);
        let cause = Cause::of(&read);
        let draft = DecisionDraft {
            emits: vec![EventData::Tick { at: read.time }],
            ..DecisionDraft::default()
        };
        let subject = Subject::Record(read.record.clone().unwrap());
        let audit = draft.into_audit(
            Function::LeadRouting,
            subject,
            &cause,
            1,
            &read.revision,
            read.time,
        );
        let kept: AuditRecord = serde_json::from_value(json!(audit)).unwrap();
        assert_eq!(
            kept.events.iter().map(|it| it.bulk).collect::<Vec<_>>(),
            [bulk]
        );
        let data = EventData::Tick { at: read.time };
        let event = || {
            Event::new(
                EventId::of(&["next"]),
                read.time,
                &read.revision,
                data.clone(),
            )
        };
        assert_eq!(event().because_of(&cause).bulk, bulk);
        // A deadline begins a chain of its own.
        assert!(!event().found_by(&cause).bulk);
    }
}
