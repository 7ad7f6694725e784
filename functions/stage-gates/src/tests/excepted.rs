//! Exceptions: what they let pass, and that they end.

use std::collections::BTreeSet;

use contracts::{
    DeadlineKind, EventData, EventId, ExceptionAnswered, ExceptionAsked, ExceptionGranted, Key,
    state::{EXCEPTIONS, Exception, ExceptionsState},
};
use crm::PersonId;
use jiff::SignedDuration;

use super::*;

const ID: &str = "3f9a2c71";

fn until() -> Timestamp {
    at(NOW) + SignedDuration::from_hours(24)
}

/// The deal needs no more than a budget, and is excepted from that.
fn excepted() -> ExceptionsState {
    let exception = Exception {
        by: PersonId::new("carla"),
        owner: Some(PersonId::new("anna")),
        criteria: BTreeSet::from(["sql.budget".to_owned()]),
        deviations: BTreeSet::new(),
        from: at(NOW),
        until: until(),
        reason: None,
    };
    ExceptionsState {
        granted: [(ID.to_owned(), exception)].into(),
    }
}

impl Tested {
    async fn excepts(&self, id: &str) -> Key {
        let record = record_id(&format!("opportunity:{id}"));
        let (key, state) = (Key::exceptions(&record), excepted());
        let put = put_state::<_, ()>(key.clone(), &state, None, state.indexes(&record));
        let transaction = store::Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        let store = self.store.inside();
        store::Store::commit(store, transaction).await.unwrap();
        key
    }
}

#[tokio::test]
async fn what_is_excepted_passes_and_each_use_is_told() {
    let tested = gates();
    let event = tested
        .has(ready("1").boolean("budget_confirmed", false))
        .await;
    tested.excepts("1").await;
    tested.function.handle(&event, at(NOW)).await.unwrap();
    let audits = tested.audits();
    assert_eq!(
        names(&audits[0]),
        [
            "gate.passed",
            "exception.used",
            "stage.left",
            "stage.entered"
        ]
    );
    let read: Vec<Key> = audits[0].items_read().map(|(key, _)| key).collect();
    assert!(read.contains(&Key::exceptions(&record_id("opportunity:1"))));
}

#[tokio::test]
async fn one_that_is_over_does_not_count_though_no_tick_has_come() {
    let tested = gates();
    let event = tested
        .has(ready("1").boolean("budget_confirmed", false))
        .await;
    tested.excepts("1").await;
    tested.function.handle(&event, until()).await.unwrap();
    assert_eq!(tested.gate("1").await.stage, "discovery");
}

#[tokio::test]
async fn its_end_is_noticed_once_and_leaves_the_indexes() {
    let tested = gates();
    tested.has(ready("1")).await;
    let key = tested.excepts("1").await;
    let due = |at: Timestamp, name: &str| {
        let data = EventData::DeadlineDue {
            kind: DeadlineKind::Exceptions,
            due: until(),
            at,
        };
        let mut event = upon(&record_id("opportunity:1"), at, data);
        event.id = EventId::of(&[name]);
        event
    };
    for (at, name) in [(at(NOW), "early"), (until(), "due"), (until(), "again")] {
        tested.function.handle(&due(at, name), at).await.unwrap();
    }
    let audits = tested.audits();
    assert_eq!(audits.len(), 1);
    assert_eq!(names(&audits[0]), ["exception.ended"]);
    let state: ExceptionsState = state_of(tested.store.inside(), key).await.unwrap();
    assert!(state.granted.is_empty());
    let store = tested.store.inside();
    let shown = store::Store::of_person(store, EXCEPTIONS).await.unwrap();
    assert!(shown.is_empty());
}

/// Granting one moves nothing: what was turned back is to be moved again.
#[tokio::test]
async fn only_a_move_that_is_held_is_judged_when_one_is_granted() {
    let tested = gates();
    tested
        .has(ready("1").boolean("budget_confirmed", false))
        .await;
    tested.excepts("1").await;
    let data = EventData::ExceptionGranted(ExceptionGranted {
        exception: ID.to_owned(),
        by: PersonId::new("carla"),
        of: BTreeSet::from(["sql.budget".to_owned()]),
        until: until(),
    });
    let granted = upon(&record_id("opportunity:1"), at(NOW), data);
    tested.function.handle(&granted, at(NOW)).await.unwrap();
    assert!(tested.audits().is_empty());
    let mut gate = tested.gate("1").await;
    gate.held = Some(contracts::state::HeldMove {
        to: "sql".to_owned(),
        at: at(NOW),
        since: at(NOW),
        of: PersonId::new("ben"),
    });
    let before = Versioned {
        version: 1,
        state: (),
    };
    let key = Key::gate(&record_id("opportunity:1"));
    let put = put_state(key, &gate, Some(&before), Indexes::default());
    let transaction = store::Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    let store = tested.store.inside();
    store::Store::commit(store, transaction).await.unwrap();
    tested.function.handle(&granted, at(NOW)).await.unwrap();
    assert_eq!(tested.gate("1").await.stage, "sql");
}

fn answer(name: &str, by: &str, until: Option<Timestamp>) -> Event {
    let data = EventData::ExceptionAnswered(ExceptionAnswered {
        of: BTreeSet::from(["sql.budget".to_owned()]),
        by: PersonId::new(by),
        asked_by: PersonId::new("anna"),
        until,
        reason: "their budget round ends in December".to_owned(),
    });
    let mut event = upon(&record_id("opportunity:1"), at(NOW), data);
    event.id = EventId::of(&[name]);
    event
}

/// What is answered by a link is granted as by the command, once, and whoever may not grants nothing.
#[tokio::test]
async fn an_answer_by_a_link_grants_once_and_only_who_may() {
    let tested = gates();
    tested
        .has(ready("1").boolean("budget_confirmed", false))
        .await;
    for (name, by) in [("one", "anna"), ("two", "carla"), ("three", "carla")] {
        let event = answer(name, by, Some(until()));
        tested.function.handle(&event, at(NOW)).await.unwrap();
        tested.function.handle(&event, at(NOW)).await.unwrap();
    }
    let audits = tested.audits();
    let told: Vec<_> = audits.iter().map(|audit| names(audit)).collect();
    let granted = ["exception.granted", "notice.requested"];
    assert_eq!(told.iter().filter(|it| **it == granted).count(), 1);
    assert_eq!(told.iter().filter(|it| it.is_empty()).count(), 2, "in vain");
    let key = Key::exceptions(&record_id("opportunity:1"));
    let state: ExceptionsState = state_of(tested.store.inside(), key).await.unwrap();
    assert_eq!(state.granted.len(), 1);
    let store = tested.store.inside();
    let shown = store::Store::of_person(store, EXCEPTIONS).await.unwrap();
    assert_eq!(shown.len(), 1, "its end is found");
}

#[tokio::test]
async fn whoever_may_decide_hears_that_somebody_asks() {
    let tested = gates();
    tested
        .has(ready("1").boolean("budget_confirmed", false))
        .await;
    let data = EventData::ExceptionAsked(ExceptionAsked {
        of: BTreeSet::from(["sql.budget".to_owned()]),
        by: PersonId::new("anna"),
        reason: "they decide in December".to_owned(),
    });
    let asked = upon(&record_id("opportunity:1"), at(NOW), data);
    for _ in 0..2 {
        tested.function.handle(&asked, at(NOW)).await.unwrap();
    }
    let audits = tested.audits();
    assert_eq!(audits.len(), 1);
    assert!(names(&audits[0]).iter().all(|it| *it == "notice.requested"));
    assert!(!audits[0].events.is_empty());
}
