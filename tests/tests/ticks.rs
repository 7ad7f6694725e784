//! What a tick costs on the table, by the reads and capacity that the database reports: it depends
//! on what is due, not on what is stored.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

use aws::DynamoStore;
use contracts::{Event, EventData, EventId, Indexes, Key, SHARDS, shard_of};
use crm::{RecordId, RecordKind};
use jiff::Timestamp;
use lambda_shell::{Failure, Handler};
use model::Revision;
use sla_timers::{Publisher, SlaTimers};
use store::{Guard, Put, Store, Transaction};
use testkit::{at, example_rules};
use tests::database::Database;

/// Clocks that are stored and not due.
const STORED: usize = 2_000;
/// Clocks that are due.
const DUE: usize = 100;
const NOW: &str = "2026-11-23T11:10:00Z";

/// Takes whatever it is given.
struct Bus;

impl Publisher for Bus {
    async fn publish(&self, _: &[Event]) -> Result<(), Failure> {
        Ok(())
    }
}

async fn keep(store: &DynamoStore, from: usize, count: usize, due: Timestamp) {
    let puts: Vec<Put> = (from..from + count)
        .map(|number| {
            let record = RecordId::new(RecordKind::Lead, number.to_string()).unwrap();
            Put {
                key: Key::clocks(&record),
                body: serde_json::json!({ "clocks": {} }),
                guard: Guard::Absent,
                indexes: Indexes {
                    due: Some((shard_of(&record), due)),
                    ..Indexes::default()
                },
                expires: None,
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
    Event {
        id: id.clone(),
        version: Event::VERSION,
        time: now,
        record: None,
        sequence: 0,
        revision: Revision::default(),
        causation: None,
        correlation: id,
        data: EventData::Tick { at: now },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_reads_each_shard_once_and_pays_for_what_is_due() {
    let (store, meter) = Database::start().await.fresh_table().await.metered();
    let timers = SlaTimers::new(store.clone(), Bus, example_rules());
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
        (2 * u32::from(SHARDS) + 1, 1),
        "the first tick of all also looks at every clock by the calendars, and records that"
    );
    keep(&store, 0, DUE, at(NOW)).await;
    let alone = spend(NOW).await;
    keep(&store, DUE, STORED, at("2026-12-01T00:00:00Z")).await;
    let among_many = spend(NOW).await;
    let nothing = spend("2026-11-23T11:09:59Z").await;
    println!(
        "{DUE} due alone: {alone:?}; among {STORED} more: {among_many:?}; none due: {nothing:?}"
    );
    assert_eq!((nothing.reads, nothing.writes), (u32::from(SHARDS), 0));
    assert_eq!((among_many.reads, among_many.writes), (alone.reads, 0));
    assert!(
        (among_many.units - alone.units).abs() < f64::EPSILON,
        "{alone:?}, {among_many:?}"
    );
}
