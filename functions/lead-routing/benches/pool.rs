//! How many leads a second one pool is given, over the table in memory: in the batches of the queue, and beside it one
//! lead a transaction: `cargo bench -p lead-routing`. Every lead counts for the same rotation, so none of them is
//! decided before the one in front of it.
//!
//! Without `--bench`, as a test run calls it, one batch of each is given.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock, and may panic"
)]

use std::time::Instant;

use contracts::{
    Event, EventData, Key,
    state::{PoolState, RecordState},
};
use engine::{Handler, Table};
use jiff::{SignedDuration, Timestamp};
use lead_routing::{LeadRouting, Router};
use store::MemoryStore;
use testkit::{TestClock, at, example_model, keep, lead, record_id, rules, state_of, upon};

/// Monday, ten in Berlin: everybody of the pool works.
const NOW: &str = "2026-11-23T09:00:00Z";

const POOL: &str = "dach_account_executives";

/// As many come to the function at once (`Batch` of infra/template.yaml).
const BATCH: usize = 10;

/// So many leads are given, five times each; the median counts.
const LEADS: usize = 2_000;
const RUNS: usize = 5;

/// Leads a second, at the least, in batches.
const PROMISED: f64 = 500.0;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    if !std::env::args().any(|argument| argument == "--bench") {
        for batch in [1, BATCH] {
            runtime.block_on(given(BATCH, batch));
        }
        println!("{BATCH} leads are given, alone and together");
        return;
    }
    let median = |batch: usize| {
        let mut speeds: Vec<f64> = (0..RUNS)
            .map(|_| runtime.block_on(given(LEADS, batch)))
            .collect();
        speeds.sort_by(f64::total_cmp);
        speeds.get(RUNS / 2).copied().unwrap_or_default()
    };
    let (alone, together) = (median(1), median(BATCH));
    let is_kept = together >= PROMISED;
    println!(
        "one pool: {together:.0} leads/s in batches of {BATCH} (promised {PROMISED}), {alone:.0} leads/s with one a \
         transaction: {}",
        if is_kept { "kept" } else { "MISSED" }
    );
    assert!(is_kept, "slower than promised");
}

/// Gives so many leads, of which so many come at once; how many a second.
async fn given(leads: usize, batch: usize) -> f64 {
    let mut model = example_model();
    for capacity in model
        .people
        .values_mut()
        .filter_map(|it| it.capacity.as_mut())
    {
        capacity.open_leads = Some(1_000_000);
        capacity.per_day = Some(1_000_000);
    }
    let store = MemoryStore::new();
    let mut events: Vec<(Event, Timestamp)> = Vec::new();
    for number in 1..=leads {
        let record = lead(&number.to_string(), at(NOW)).account("DE", "software", 300);
        keep(&store, record.build()).await;
        let told = upon(&record_id(&format!("lead:{number}")), at(NOW), changed());
        let seconds = SignedDuration::from_secs(i64::try_from(number).unwrap());
        events.push((told, at(NOW) + seconds));
    }
    let table = Table::new(&store, TestClock::at(at(NOW)));
    let function = LeadRouting::new(table, Router::new(rules(model)));
    let begun = Instant::now();
    for some in events.chunks(batch) {
        let results = function.handle_batch(some, &|| true).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
    }
    let speed = f64::from(u32::try_from(leads).unwrap()) / begun.elapsed().as_secs_f64();
    // Each of them has cost a turn of the pool.
    let pool: PoolState = state_of(&store, Key::pool(POOL)).await.unwrap();
    let received: u64 = pool.members.values().map(|share| share.received).sum();
    assert_eq!(received, u64::try_from(leads).unwrap());
    let last = Key::record(&record_id(&format!("lead:{leads}")));
    assert!(state_of::<RecordState>(&store, last).await.is_some());
    speed
}

fn changed() -> EventData {
    EventData::RecordChanged {
        changed: Vec::new(),
        modified: at(NOW),
        first: true,
        contact: None,
        watched: false,
        left_domain: None,
    }
}
