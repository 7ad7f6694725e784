#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod ceiling;
mod fields;
mod follows;
mod left;
mod newer;
mod once;
mod refused;
mod together;
mod written;

use std::collections::BTreeMap;

use contracts::{
    EventId, Key,
    state::{EffectState, EffectStatus},
};
use crm::{PersonId, Value};
use engine::Table;
use model::OperatingModel;
use store::{MemoryStore, Versioned};
use testkit::{CrmFault, MemoryCrm, TestClock, at, example_model, record_id, rules, source, upon};

use super::*;
/// The function, and the CRM and the clock that it was given.
struct Tested {
    function: CrmWriteback<MemoryStore, TestClock, MemoryCrm>,
    crm: MemoryCrm,
    clock: TestClock,
}

/// Monday, eleven in Berlin.
const NOW: &str = "2026-11-23T10:00:00Z";

fn writeback() -> Tested {
    over(example_model())
}

fn over(model: OperatingModel) -> Tested {
    let (crm, clock) = (MemoryCrm::new(), TestClock::at(at(NOW)));
    let table = Table::new(MemoryStore::new(), clock.clone());
    let crms = BTreeMap::from([(source(), crm.clone())]);
    Tested {
        function: CrmWriteback::new(table, crms, rules(model)),
        crm,
        clock,
    }
}

fn asked(record: &str, write: CrmWrite) -> Event {
    // An hour ago: the CRM has had the time to show its record.
    asked_at(record, write, "2026-11-23T09:00:00Z")
}

fn asked_at(record: &str, write: CrmWrite, time: &str) -> Event {
    let record = record_id(record);
    let id = EventId::of(&[&record.to_string(), &format!("{write:?}")]);
    let data = EventData::CrmWriteRequested { write };
    let mut event = upon(&record, at(time), data);
    event.id = id;
    event
}

fn person(name: &str) -> Option<Value> {
    Some(Value::Person(PersonId::new(name)))
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

fn owner(to: &str, only_if: Option<&str>) -> CrmWrite {
    CrmWrite::Owner {
        to: PersonId::new(to),
        only_if: only_if.map(PersonId::new),
    }
}

fn stage(to: &str, only_if: Option<&str>) -> CrmWrite {
    CrmWrite::Stage {
        to: to.to_owned(),
        only_if: only_if.map(str::to_owned),
    }
}

fn task() -> CrmWrite {
    CrmWrite::Task {
        subject: "Criteria to meet before this stage".to_owned(),
        lines: vec![
            "To move from discovery to sql:".to_owned(),
            "budget".to_owned(),
        ],
        owner: Some(PersonId::new("ben")),
    }
}

impl Tested {
    /// The CRM has a record without any value that matters here.
    fn has(&self, record: &str) {
        self.crm.edit(record, "name", None);
    }

    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        self.clock.set(now);
        self.function.handle(event, now).await
    }

    /// Handles requests as one batch.
    async fn handle_all(&self, events: &[Event]) -> Vec<Result<(), Failure>> {
        let events: Vec<(Event, Timestamp)> =
            events.iter().map(|it| (it.clone(), at(NOW))).collect();
        self.function.handle_batch(&events, &|| true).await
    }

    /// Handles a request and says what became of it.
    async fn after(&self, event: &Event) -> (EffectStatus, String) {
        self.handle(event, at(NOW)).await.unwrap();
        self.effect_of(event).await
    }

    async fn effect_of(&self, event: &Event) -> (EffectStatus, String) {
        let found = self
            .function
            .table
            .store
            .get(&[Key::effect(&event.id)])
            .await
            .unwrap();
        let item = found.into_iter().next().unwrap().expect("an effect");
        let effect = Versioned::<EffectState>::read(item).unwrap().state;
        (effect.status, effect.result)
    }
}

fn done(result: &str) -> (EffectStatus, String) {
    (EffectStatus::Done, result.to_owned())
}

fn skipped(result: &str) -> (EffectStatus, String) {
    (EffectStatus::Skipped, result.to_owned())
}
