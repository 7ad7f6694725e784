#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod counted;
mod recounted;
mod signals;
mod told;

use contracts::{
    EventId, Indexes, Key,
    state::{CountedState, MetricState, RecordState, Tallied},
};
use crm::Record;
use model::Revision;
use store::{MemoryStore, Transaction, Versioned, put_state};
use testkit::{Growing, TestClock, WatchedStore, at, opportunity, record_id, upon};

use super::*;

/// Monday, ten in Berlin.
const NOW: &str = "2026-11-23T09:00:00Z";

const METRICS: &str = "metrics:
  pipeline: { owner: carla, of: open opportunities, sum: opportunity.amount, by: [stage, owner] }
  dated: { owner: ines, of: open opportunities, portion: { opportunity.close_date: { present: yes } }, floor: 90% }
";

struct Tested {
    function: LiveMetrics<WatchedStore, TestClock>,
    store: WatchedStore,
}

fn tested() -> Tested {
    tested_with(METRICS)
}

fn tested_with(metrics: &str) -> Tested {
    let store = WatchedStore::new();
    Tested {
        function: function(store.clone(), metrics),
        store,
    }
}

fn function(store: WatchedStore, metrics: &str) -> LiveMetrics<WatchedStore, TestClock> {
    let files = testkit::example_files_with_metrics(metrics);
    let model = testkit::model_of(&files.into_iter().collect());
    let table = Table::new(store, TestClock::at(at(NOW)));
    LiveMetrics::new(table, testkit::rules(model))
}

fn deal(id: &str, amount: i64) -> Growing {
    let amount = crm::Value::Number(crm::Decimal::from(amount));
    let deal = opportunity(id, at("2026-11-20T08:00:00Z")).owner("anna");
    deal.value("amount", amount)
}

fn changed(id: &str) -> Event {
    let data = EventData::RecordChanged {
        changed: Vec::new(),
        modified: at(NOW),
        first: true,
        contact: None,
        watched: false,
        left_domain: None,
    };
    upon(&record_id(&format!("opportunity:{id}")), at(NOW), data)
}

impl Tested {
    /// Keeps a copy, whatever was kept before.
    async fn keep(&self, record: Record) {
        let key = Key::record(&record.id);
        let before = self.inside().get(std::slice::from_ref(&key)).await.unwrap();
        let before = before.into_iter().flatten().next();
        let before = before.map(|it| Versioned::<RecordState>::read(it).unwrap());
        let state = RecordState {
            record,
            sequence: before.as_ref().map_or(0, |it| it.state.sequence) + 1,
        };
        self.put(key, &state, before.as_ref()).await;
    }

    async fn put<T: store::ItemState>(&self, key: Key, state: &T, before: Option<&Versioned<T>>) {
        let transaction = Transaction {
            puts: vec![put_state(key, state, before, Indexes::default())],
            checks: Vec::new(),
        };
        self.inside().commit(transaction).await.unwrap();
    }

    fn inside(&self) -> &MemoryStore {
        self.store.inside()
    }

    async fn handle(&self, events: &[Event]) {
        let events: Vec<_> = events.iter().map(|it| (it.clone(), at(NOW))).collect();
        for result in self.function.handle_batch(&events, &|| true).await {
            result.unwrap();
        }
    }

    async fn tick(&self, text: &str) {
        let id = EventId::of(&["tick", text]);
        let data = EventData::Tick { at: at(text) };
        let tick = Event::new(id, at(text), &Revision::default(), data);
        self.function.handle(&tick, at(text)).await.unwrap();
    }

    async fn metric(&self, name: &str) -> MetricState {
        let state = testkit::state_of(self.inside(), Key::metric(name)).await;
        state.expect("a metric")
    }

    async fn total(&self, name: &str) -> Tallied {
        self.metric(name).await.total
    }

    async fn sum_of(&self, by: &str, group: &str) -> i128 {
        let metric = self.metric("pipeline").await;
        let group = metric.by.get(by).and_then(|it| it.get(group));
        group.map_or(0, |it| it.sums[0] / 1_000_000)
    }

    async fn counted(&self, id: &str) -> Option<CountedState> {
        let record = record_id(&format!("opportunity:{id}"));
        testkit::state_of(self.inside(), Key::counted(&record)).await
    }
}
