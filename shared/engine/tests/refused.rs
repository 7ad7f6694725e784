//! What the world outside has refused is found, asked for again, or given up.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    AuditRecord, Cause, DecisionDraft, Event, EventData, EventId, Function, Key, Subject,
    state::EffectStatus,
};
use engine::{Attempt, CycleError, Ended, Table, refused_effects};
use model::Revision;
use store::{MemoryStore, Store};
use testkit::{TestClock, at, record_id};

const NOW: &str = "2026-11-22T12:00:00Z";

fn asked() -> Event {
    let tick = EventData::Tick { at: at(NOW) };
    Event::new(EventId::of(&["asked"]), at(NOW), &Revision::default(), tick)
}

fn recorded(function: Function) -> AuditRecord {
    let subject = Subject::Record(record_id("lead:1"));
    DecisionDraft::default().into_audit(
        function,
        subject,
        &Cause::of(&asked()),
        1,
        &Revision::default(),
        at(NOW),
    )
}

async fn does(table: &Table<MemoryStore, TestClock>, ended: Ended) {
    let event = asked();
    let done = table.once(&event.id, async { Ok::<_, CycleError>(ended) });
    assert_eq!(done.await, Ok(Attempt::Ended));
}

async fn statuses(table: &Table<MemoryStore, TestClock>) -> Vec<EffectStatus> {
    let refused = refused_effects(&table.store).await.unwrap();
    refused.iter().map(|(_, state)| state.status).collect()
}

#[tokio::test]
async fn what_was_refused_is_done_again_once_it_is_free_and_is_found_until_then() {
    let table = Table::new(MemoryStore::new(), TestClock::at(at(NOW)));
    let refused = || {
        let ended = Ended::refused(&asked(), "no such address");
        ended.recorded(recorded(Function::CrmWriteback))
    };
    does(&table, refused()).await;
    // Whoever hears it again does nothing.
    does(&table, Ended::done("sent")).await;
    let found = refused_effects(&table.store).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0].0, found[0].1.result.as_str()),
        (&asked(), "no such address")
    );
    assert!(table.free_refused(&asked().id).await.unwrap());
    assert!(
        table.free_refused(&asked().id).await.unwrap(),
        "twice is as once"
    );
    assert_eq!(statuses(&table).await, [EffectStatus::Claimed]);
    // It is refused once more, though that was recorded before.
    does(&table, refused()).await;
    assert_eq!(statuses(&table).await, [EffectStatus::Refused]);
    assert!(table.free_refused(&asked().id).await.unwrap());
    does(&table, Ended::done("sent")).await;
    assert_eq!(statuses(&table).await, []);
    assert!(!table.free_refused(&asked().id).await.unwrap());
}

#[tokio::test]
async fn what_is_given_up_is_found_no_more_and_is_recorded() {
    let table = Table::new(MemoryStore::new(), TestClock::at(at(NOW)));
    does(&table, Ended::refused(&asked(), "no such address")).await;
    let audit = recorded(Function::CommandLine);
    let key = Key::audit(&audit.subject, &audit.decision);
    assert!(
        table
            .drop_refused(&asked().id, audit.clone())
            .await
            .unwrap()
    );
    assert_eq!(statuses(&table).await, []);
    assert!(table.store.get(&[key]).await.unwrap()[0].is_some());
    assert!(!table.drop_refused(&asked().id, audit).await.unwrap());
    // It is not done again either.
    does(&table, Ended::done("sent")).await;
    let kept = table.store.get(&[Key::effect(&asked().id)]).await.unwrap();
    assert_eq!(
        kept[0].as_ref().unwrap().body.json().unwrap()["status"],
        "refused"
    );
}
