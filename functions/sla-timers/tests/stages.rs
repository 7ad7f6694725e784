//! What the gate tells of stages reaches the clocks.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    Event, EventData, Key, Passage,
    state::{ClockStatus, ClocksState, GateState},
};
use crm::{PersonId, Record, Value};
use engine::{Bus, BusError, Handler, Table};
use jiff::{SignedDuration, Timestamp};
use sla_timers::SlaTimers;
use testkit::{
    TestClock, WatchedStore, at, example_with, keep, opportunity, put, rules, state_of, upon,
};

const CLOCK: &str = "open_proposal";

struct NoBus;

impl Bus for NoBus {
    async fn publish(&self, _: &[Event]) -> Result<(), BusError> {
        Ok(())
    }
}

fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn deal() -> Record {
    let amount = Value::Number("20000".parse().unwrap());
    opportunity("1", monday())
        .account("DE", "software", 300)
        .owner("anna")
        .value("amount", amount)
        .stage("proposal", monday())
        .build()
}

async fn hears(
    start: &str,
    events: &[(Timestamp, EventData)],
) -> (WatchedStore, Option<ClocksState>) {
    let store = WatchedStore::new();
    let record = deal();
    let id = record.id.clone();
    keep(store.inside(), record).await;
    let gate = GateState {
        stage: "proposal".to_owned(),
        since: monday(),
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    };
    put(store.inside(), Key::gate(&id), &gate).await;
    let table = Table::new(store.clone(), TestClock::at(monday()));
    let piece = "start: { upon: stage.entered, stage: proposal }";
    let model = example_with("processes.yaml", piece, start);
    let timers = SlaTimers::new(table, NoBus, rules(model));
    for (time, data) in events {
        let event = upon(&id, *time, data.clone());
        timers.handle(&event, *time).await.unwrap();
    }
    let clocks = state_of(store.inside(), Key::clocks(&id)).await;
    (store, clocks)
}

fn entered() -> EventData {
    EventData::StageEntered {
        stage: "proposal".to_owned(),
        from: Some("sql".to_owned()),
        since: monday(),
        by: Some(PersonId::new("anna")),
        passage: Passage::Passed,
    }
}

fn left(at: Timestamp) -> EventData {
    EventData::StageLeft {
        stage: "proposal".to_owned(),
        to: Some("negotiation".to_owned()),
        since: monday(),
        at,
        by: Some(PersonId::new("anna")),
        passage: Passage::Passed,
    }
}

#[tokio::test(start_paused = true)]
async fn entering_a_stage_starts_a_run_and_leaving_it_meets_it() {
    let later = monday() + SignedDuration::from_hours(2);
    let start = "start: { upon: stage.entered, stage: proposal }";
    let (_, clocks) = hears(start, &[(monday(), entered())]).await;
    let run = &clocks.unwrap().clocks[CLOCK];
    assert_eq!((run.status, run.started), (ClockStatus::Running, monday()));
    let (_, clocks) = hears(start, &[(monday(), entered()), (later, left(later))]).await;
    let run = &clocks.unwrap().clocks[CLOCK];
    assert_eq!((run.status, run.met), (ClockStatus::MetInTime, Some(later)));
}

#[tokio::test(start_paused = true)]
async fn a_stage_that_starts_nothing_costs_no_write() {
    let start = "start: { upon: stage.entered, stage: sql }";
    let (store, clocks) = hears(start, &[(monday(), entered())]).await;
    assert_eq!(clocks, None);
    assert!(store.commits().is_empty());
}

/// An account has clocks as a deal has: whoever it is given to is to speak with them in time.
#[tokio::test]
async fn the_clock_of_an_account_starts_as_it_changes_hands() {
    let files = testkit::broken_models::changed_model("accounts");
    let rules = rules(testkit::model_of(&files.into_iter().collect()));
    let store = WatchedStore::new();
    let large = Value::Number("2000".parse().unwrap());
    let account = testkit::account("7", monday()).owner("ben");
    let account = account.value("employees", large).build();
    let id = account.id.clone();
    keep(store.inside(), account).await;
    let table = Table::new(store.clone(), TestClock::at(monday()));
    let function = SlaTimers::new(table, NoBus, rules);
    let data = EventData::RecordChanged {
        changed: vec!["owner".to_owned()],
        modified: monday(),
        first: false,
        contact: None,
        watched: true,
        left_domain: None,
    };
    let event = upon(&id, monday(), data);
    for _ in 0..2 {
        function.handle(&event, monday()).await.unwrap();
    }
    let clocks: ClocksState = state_of(store.inside(), Key::clocks(&id)).await.unwrap();
    let run = &clocks.clocks["introduced"];
    assert_eq!(
        (run.status, &run.owner),
        (ClockStatus::Running, &PersonId::new("ben"))
    );
    assert_eq!(run.instance, 1);
}
