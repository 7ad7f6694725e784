//! What a decision costs, by the capacity that the database reports. These numbers do not vary.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{DeadlineKind, Event, EventData, Indexes, Key, state::RecordState};
use crm::PersonId;
use engine::{Bus, BusError, Deciding, Handler, Table};
use jiff::Timestamp;
use lead_routing::Router;
use sla_timers::SlaTimers;
use store::{Guard, Put, Store, Transaction};
use testkit::{TestClock, at, away, example_rules, lead, upon};
use tests::database::Database;

fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn table<S: Store>(store: S) -> Table<S, TestClock> {
    Table::new(store, TestClock::at(monday()))
}

async fn keep<S: Store>(store: &S, id: &str) -> contracts::Event {
    let record = lead(id, monday()).account("DE", "software", 300).build();
    let event = upon(
        &record.id,
        monday(),
        EventData::RecordChanged {
            changed: Vec::new(),
            modified: monday(),
            first: true,
            contact: None,
            watched: false,
            left_domain: None,
        },
    );
    let key = Key::record(&record.id);
    let state = RecordState {
        record,
        sequence: 1,
    };
    let put = Put {
        key,
        body: serde_json::to_value(&state).expect("JSON").into(),
        guard: Guard::Absent,
        indexes: Indexes::default(),
        expires: None,
        whole: None,
    };
    let transaction = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    store.commit(transaction).await.expect("a record");
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn a_routed_lead_costs_two_reads_and_one_transaction() {
    let (store, meter) = Database::start().await.fresh_table().await.metered();
    let first = keep(&store, "1").await;
    let second = keep(&store, "2").await;
    let routing = Deciding::new(table(store), Router::new(example_rules()));
    routing.handle(&first, monday()).await.expect("routed");
    let _ = meter.take();
    routing.handle(&second, monday()).await.expect("routed");
    let spent = meter.take();
    println!("a routed lead: {spent:?}");
    assert_eq!((spent.reads, spent.writes, spent.transactions), (2, 0, 1));
    // What two of the pool have in hand is read, that of the owner written.
    assert!(spent.units <= 18.0, "{spent:?}");
}

/// Anna is away now, and two hundred people are for a fortnight each.
async fn many_absences<S: Store>(store: &S) {
    let mut absences = away(&[("anna", "2026-11-22T23:00:00Z", "2026-11-24T23:00:00Z")]);
    for number in 0..200 {
        let (from, to) = ("2026-12-20T23:00:00Z", "2027-01-02T23:00:00Z");
        let person = format!("person{number}");
        absences.people.extend(away(&[(&person, from, to)]).people);
    }
    let put = Put {
        key: Key::absences(),
        body: serde_json::to_value(&absences).expect("JSON").into(),
        guard: Guard::Absent,
        indexes: Indexes::default(),
        expires: None,
        whole: None,
    };
    let transaction = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    store.commit(transaction).await.expect("absences");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_away_is_read_together_with_the_pool() {
    let (store, meter) = Database::start().await.fresh_table().await.metered();
    many_absences(&store).await;
    let first = keep(&store, "1").await;
    let second = keep(&store, "2").await;
    let routing = Deciding::new(table(store.clone()), Router::new(example_rules()));
    routing.handle(&first, monday()).await.expect("routed");
    let _ = meter.take();
    routing.handle(&second, monday()).await.expect("routed");
    let spent = meter.take();
    let mut owners = Vec::new();
    for event in [first, second] {
        let key = Key::routing(&event.record.expect("a lead"));
        let found = store.get(&[key]).await.expect("an answer").remove(0);
        owners.push(found.expect("a routing").body.json().expect("JSON")["owner"].clone());
    }
    assert_eq!(owners, ["ben", "jonas"]);
    println!("a routed lead while 200 people are away: {spent:?}");
    assert_eq!((spent.reads, spent.writes, spent.transactions), (2, 0, 1));
    assert!(spent.units <= 20.0, "{spent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_event_costs_one_read() {
    let (store, meter) = Database::start().await.fresh_table().await.metered();
    let event = keep(&store, "1").await;
    let routing = Deciding::new(table(store), Router::new(example_rules()));
    routing.handle(&event, monday()).await.expect("routed");
    let _ = meter.take();
    routing
        .handle(&event, monday())
        .await
        .expect("nothing to do");
    let spent = meter.take();
    assert_eq!((spent.reads, spent.writes, spent.transactions), (1, 0, 0));
}

/// A bus on which nothing may be put.
struct NoBus;

impl Bus for NoBus {
    async fn publish(&self, events: &[Event]) -> Result<(), BusError> {
        Err(BusError::Malformed(format!(
            "{} events too many",
            events.len()
        )))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_on_a_record_with_clocks_costs_two_reads_and_one_transaction() {
    let (store, meter) = Database::start().await.fresh_table().await.metered();
    let changed = keep(&store, "1").await;
    let record = changed.record.expect("a record");
    let timers = SlaTimers::new(table(store), NoBus, example_rules());
    let routed = EventData::RecordRouted {
        owner: PersonId::new("anna"),
        rule: "dach".to_owned(),
        pool: None,
    };
    let routed = upon(&record, monday(), routed);
    timers.handle(&routed, monday()).await.expect("started");
    let _ = meter.take();
    let due = at("2026-11-23T13:00:00Z");
    let late = EventData::DeadlineDue {
        kind: DeadlineKind::Clocks,
        due,
        at: due,
    };
    let late = upon(&record, due, late);
    timers.handle(&late, due).await.expect("warned or late");
    let spent = meter.take();
    println!("a clock that runs out: {spent:?}");
    // The record with its clocks, and who is away.
    assert_eq!((spent.reads, spent.writes, spent.transactions), (2, 0, 1));
}
