//! What a tick costs on the table, by the reads and capacity that the database reports: it depends
//! on what is due, not on what is stored.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

use aws::DynamoStore;
use contracts::{Event, EventData, EventId, Indexes, Key, SHARDS, shard_of};
use engine::{Bus, BusError, Handler, Table};
use jiff::Timestamp;
use model::Revision;
use sla_timers::SlaTimers;
use store::{Guard, Put, Store, Transaction};
use testkit::{TestClock, at, example_rules, record_id};
use tests::database::Database;

/// Clocks that are stored and not due.
const STORED: usize = 2_000;
/// Clocks that are due.
const DUE: usize = 100;
const NOW: &str = "2026-11-23T11:10:00Z";

/// Takes whatever it is given.
struct AnyBus;

impl Bus for AnyBus {
    async fn publish(&self, _: &[Event]) -> Result<(), BusError> {
        Ok(())
    }
}

async fn keep(store: &DynamoStore, from: usize, count: usize, due: Timestamp) {
    let puts: Vec<Put> = (from..from + count)
        .map(|number| {
            let record = record_id(&format!("lead:{number}"));
            Put {
                key: Key::clocks(&record),
                body: serde_json::json!({ "clocks": {} }).into(),
                guard: Guard::Absent,
                indexes: Indexes {
                    due: Some((shard_of(&record), due)),
                    ..Indexes::default()
                },
                expires: None,
                whole: None,
            }
        })
        .collect();
    for part in puts.chunks(100) {
        let transaction = Transaction {
            puts: part.to_vec(),
            checks: Vec::new(),
        };
        store.commit(transaction).await.expect("deadlines");
    }
}

fn tick(now: Timestamp) -> Event {
    let id = EventId::of(&["tick", &now.to_string()]);
    Event::new(id, now, &Revision::default(), EventData::Tick { at: now })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_reads_each_shard_once_and_pays_for_what_is_due() {
    let (store, meter) = Database::start().await.fresh_table().await.metered();
    let timers = SlaTimers::new(
        Table::new(store.clone(), TestClock::at(at(NOW))),
        AnyBus,
        example_rules(),
    );
    let spend = async |now: &str| {
        let _ = meter.take();
        timers
            .handle(&tick(at(now)), at(now))
            .await
            .expect("a tick");
        meter.take()
    };
    let first = spend("2026-11-20T00:00:00Z").await;
    assert_eq!(
        (first.reads, first.writes),
        (2 * u32::from(SHARDS) + 2, 2),
        "the first tick of all also looks at every clock by the calendars, and records that; each is kept as heard"
    );
    keep(&store, 0, DUE, at(NOW)).await;
    let alone = spend(NOW).await;
    keep(&store, DUE, STORED, at("2026-12-01T00:00:00Z")).await;
    let among_many = spend(NOW).await;
    let nothing = spend("2026-11-23T11:09:59Z").await;
    println!(
        "{DUE} due alone: {alone:?}; among {STORED} more: {among_many:?}; none due: {nothing:?}"
    );
    assert_eq!((nothing.reads, nothing.writes), (u32::from(SHARDS) + 1, 0));
    assert_eq!((among_many.reads, among_many.writes), (alone.reads, 0));
    assert!(
        (among_many.units - alone.units).abs() < f64::EPSILON,
        "{alone:?}, {among_many:?}"
    );
}
