//! The packs of reviews: once on their day, to everybody in it, beside the minutes of then.

use contracts::{
    ReviewRequested,
    state::{MinutesState, ReviewAction, ReviewState},
};
use testkit::{example_with, state_of};

use super::*;

/// Tuesday half past nine in Berlin.
const TUESDAY: &str = "2026-11-24T08:30:00Z";

fn tested(model: OperatingModel) -> Tested {
    let mut model = model;
    model.digests.clear();
    DailyDigest::new(table(MemoryStore::new()), rules(model))
}

/// The packs that a tick at this instant asks for: `jonas forecast 2026-11-24`.
async fn packs_at(tested: &Tested, text: &str) -> Vec<String> {
    tested.handle(&tick(text, "a"), at(text)).await.unwrap();
    let events = audits(tested).into_iter().flat_map(|audit| audit.events);
    events
        .map(|event| match event.data {
            EventData::ReviewRequested(ReviewRequested { to, review, day }) => {
                format!("{to} {review} {day}")
            }
            other => panic!("{other:?}"),
        })
        .collect()
}

const NONE: [&str; 0] = [];

#[tokio::test]
async fn everybody_in_it_gets_it_once_and_until_the_end_of_the_day() {
    let tested = tested(example_model());
    assert_eq!(packs_at(&tested, "2026-11-24T08:29:00Z").await, NONE);
    let all = [
        "carla forecast 2026-11-24",
        "jonas forecast 2026-11-24",
        "maya forecast 2026-11-24",
    ];
    assert_eq!(packs_at(&tested, TUESDAY).await, all);
    assert_eq!(packs_at(&tested, "2026-11-24T08:31:00Z").await, NONE);
    assert_eq!(packs_at(&tested, "2026-11-25T08:30:00Z").await, NONE);
    // A tick that comes late in the evening.
    let next = packs_at(&tested, "2026-12-01T21:00:00Z").await;
    assert_eq!(next.len(), 3);
    let state = state_of::<ReviewState>(&tested.table.store, Key::review("forecast"));
    let state = state.await.unwrap();
    assert_eq!(state.before.unwrap().told.at, at(TUESDAY));
}

#[tokio::test]
async fn what_is_no_working_day_of_the_chair_is_the_next_one() {
    // 25 and 26 December 2026 are holidays in Berlin; the 28th is a Monday.
    let friday = example_with("governance.yaml", "every: tuesday ", "every: friday ");
    let tested = tested(friday);
    assert_eq!(packs_at(&tested, "2026-12-25T08:30:00Z").await, NONE);
    assert_eq!(packs_at(&tested, "2026-12-26T08:30:00Z").await, NONE);
    assert_eq!(packs_at(&tested, "2026-12-28T08:30:00Z").await.len(), 3);
    assert_eq!(packs_at(&tested, "2026-12-29T08:30:00Z").await, NONE);
}

#[tokio::test]
async fn it_notes_the_actions_that_are_not_done() {
    let tested = tested(example_model());
    let action = |done: bool| ReviewAction {
        what: "call them".to_owned(),
        owner: PersonId::new("maya"),
        due: "2026-11-20".parse().unwrap(),
        by: PersonId::new("carla"),
        from: at("2026-11-17T09:00:00Z"),
        done: done.then(|| (at("2026-11-18T09:00:00Z"), PersonId::new("maya"))),
    };
    let minutes = MinutesState {
        actions: [(1, action(true)), (2, action(false))].into(),
        last: 2,
        ..MinutesState::default()
    };
    let put =
        put_state::<_, MinutesState>(Key::minutes("forecast"), &minutes, None, Indexes::default());
    let transaction = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    tested.table.store.commit(transaction).await.unwrap();
    let _ = tested.table.store.drain_inserted();
    assert_eq!(packs_at(&tested, TUESDAY).await.len(), 3);
    let state = state_of::<ReviewState>(&tested.table.store, Key::review("forecast"));
    assert_eq!(state.await.unwrap().stood.actions, [2].into());
}
