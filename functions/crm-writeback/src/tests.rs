#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod left;
mod once;
mod sandbox;
mod written;

use contracts::{
    EventId, Key,
    state::{EffectState, EffectStatus},
};
use crm::{PersonId, RecordId};
use model::OperatingModel;
use store::{MemoryStore, Versioned};
use testkit::{at, example_model, rules, upon};

use super::*;
use sandbox::Sandbox;

type Tested = CrmWriteback<MemoryStore, Sandbox>;

/// Monday, eleven in Berlin.
const NOW: &str = "2026-11-23T10:00:00Z";

fn writeback() -> Tested {
    over(example_model())
}

fn over(model: OperatingModel) -> Tested {
    CrmWriteback::new(MemoryStore::new(), Sandbox::default(), rules(model))
}

fn asked(record: &str, write: CrmWrite) -> Event {
    let record: RecordId = record.parse().unwrap();
    let mut event = upon(
        &record,
        at(NOW),
        EventData::CrmWriteRequested {
            write: write.clone(),
        },
    );
    event.id = EventId::of(&[&record.to_string(), &format!("{write:?}")]);
    event
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
    /// Handles a request and says what became of it.
    async fn after(&self, event: &Event) -> (EffectStatus, String) {
        self.handle(event, at(NOW)).await.unwrap();
        self.effect_of(event).await
    }

    async fn effect_of(&self, event: &Event) -> (EffectStatus, String) {
        let found = self.store.get(&[Key::effect(&event.id)]).await.unwrap();
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
