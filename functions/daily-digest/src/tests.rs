#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod day;
mod many;
mod once;
mod over;
mod reviews;

use std::collections::BTreeMap;

use contracts::{
    AuditRecord, DigestRequested,
    state::{Clock, ClockStatus, ClocksState},
};
use crm::RecordId;
use jiff::SignedDuration;
use model::OperatingModel;
use store::{CommitError, DueItem, Item, MemoryStore, StoreError, Transaction};
use testkit::{TestClock, at, example_model, example_rules, record_id, rules};

use super::*;

type Tested = DailyDigest<MemoryStore, TestClock>;

fn table<S: Store>(store: S) -> Table<S, TestClock> {
    Table::new(store, TestClock::at(at("2026-11-22T00:00:00Z")))
}

/// A deployment in which these people each have one late clock, and nobody gets what everybody has open.
async fn with_late(mut model: OperatingModel, people: &[&str]) -> Tested {
    model.digests.remove("operator");
    model.reviews.clear();
    let tested = DailyDigest::new(table(MemoryStore::new()), rules(model));
    for (number, person) in people.iter().enumerate() {
        let clock = Clock {
            instance: 1,
            status: ClockStatus::Late,
            owner: PersonId::new(*person),
            started: at("2026-11-19T10:00:00Z"),
            budget: "4 business hours".to_owned(),
            calendar: "berlin".to_owned(),
            due: at("2026-11-19T14:00:00Z"),
            warn_at: None,
            steps: Vec::new(),
            met: None,
            ownerless: false,
            time_off: None,
            kept: None,
        };
        let state = ClocksState {
            clocks: BTreeMap::from([("first_response".to_owned(), clock)]),
            ..ClocksState::default()
        };
        let record: RecordId = record_id(&format!("lead:{number}"));
        let indexes = Indexes {
            person: Some((*person).to_owned()),
            ..Indexes::default()
        };
        let key = Key::clocks(&record);
        let put = put_state::<_, ClocksState>(key, &state, None, indexes);
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        tested.table.store.commit(transaction).await.unwrap();
    }
    let _ = tested.table.store.drain_inserted();
    tested
}

fn tick(text: &str, telling: &str) -> Event {
    let id = EventId::of(&["tick", text, telling]);
    Event::new(
        id,
        at(text),
        &Revision::default(),
        EventData::Tick { at: at(text) },
    )
}

/// The digests that a tick at this instant asks for: `anna seller 2026-11-23`.
async fn digests_at(tested: &Tested, text: &str) -> Vec<String> {
    tested.handle(&tick(text, "a"), at(text)).await.unwrap();
    let mut digests: Vec<String> = audits(tested).iter().flat_map(requested).collect();
    digests.sort();
    digests
}

fn audits(tested: &Tested) -> Vec<AuditRecord> {
    let new = tested.table.store.drain_inserted().into_iter();
    new.filter(|item| item.key.is_audit())
        .map(|item| item.body.read().unwrap())
        .collect()
}

fn requested(audit: &AuditRecord) -> Vec<String> {
    let events = audit.events.iter();
    events
        .map(|event| match &event.data {
            EventData::DigestRequested(DigestRequested { to, digest, day }) => {
                format!("{to} {digest} {day}")
            }
            other => panic!("{other:?}"),
        })
        .collect()
}
