//! What one bad decision, or a table in trouble, costs the batch.

use contracts::Indexes;
use store::{Guard, Put};

use super::{
    counting::{Counting, Step},
    *,
};

/// Five events, of which the third is about what cannot be read.
async fn with_a_malformed_third(tested: &Tested) -> Vec<Event> {
    let mut events = tested.have(4, |_| "all".to_owned()).await;
    let put = Put {
        key: Key::record(&record_id("lead:bad")),
        body: serde_json::json!({ "record": "none" }).into(),
        guard: Guard::Absent,
        indexes: Indexes::default(),
        expires: None,
        whole: None,
    };
    let transaction = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    tested.store.inside().commit(transaction).await.unwrap();
    events.insert(2, event("bad", "first"));
    events
}

async fn only_the_third_fails(tested: &Tested, events: &[Event]) {
    let outcomes = tested.together(events).await;
    for (index, outcome) in outcomes.iter().enumerate() {
        assert_eq!(decided(outcome), index != 2, "{index}: {outcome:?}");
    }
    let Err(why) = &outcomes[2] else {
        panic!("{outcomes:?}")
    };
    assert!(!may_pass(why), "{why}");
    assert_eq!(tested.count("all").await, outcomes.len() as u64 - 1);
}

#[tokio::test]
async fn a_malformed_record_fails_alone() {
    let tested = tested();
    let events = with_a_malformed_third(&tested).await;
    only_the_third_fails(&tested, &events).await;
}

#[tokio::test]
async fn what_cannot_be_decided_about_fails_alone() {
    for step in [Step::First, Step::Second] {
        let tested = Tested {
            decider: Counting {
                fails: Some((event("2", "first").id, step)),
                ..Counting::default()
            },
            ..tested()
        };
        let events = tested.have(5, |_| "all".to_owned()).await;
        only_the_third_fails(&tested, &events).await;
    }
}

/// The table takes no such item, and refuses every transaction with it.
#[tokio::test]
async fn an_oversized_decision_fails_alone() {
    let tested = tested();
    let events = tested.have(5, |_| "all".to_owned()).await;
    let record = Key::record(&record_id("lead:2"));
    tested.store.upon_commits(move |transaction| {
        if transaction.checks.iter().any(|check| check.key == record) {
            let why = StoreError::Refused("Item size has exceeded the maximum".to_owned());
            return InTheWay::Fails(why.into());
        }
        InTheWay::Nothing
    });
    only_the_third_fails(&tested, &events).await;
}

#[tokio::test]
async fn a_table_that_does_not_answer_is_later_for_everybody() {
    let tested = tested();
    let events = tested.have(3, |_| "all".to_owned()).await;
    tested.store.upon_commits(|_| {
        let why = StoreError::Unavailable("timeout".to_owned());
        InTheWay::Fails(why.into())
    });
    let outcomes = tested.together(&events).await;
    let later = |outcome: &Result<Committed, CycleError>| outcome.as_ref().is_err_and(may_pass);
    assert!(outcomes.iter().all(later), "{outcomes:?}");
    assert_eq!(tested.count("all").await, 0);
}

/// Together three times, with waits in between; then one by one.
#[tokio::test]
async fn a_batch_that_never_gets_through_together_is_decided_one_by_one() {
    let tested = tested();
    let events = tested.have(4, |_| "all".to_owned()).await;
    tested.store.upon_commits(|transaction| {
        if transaction.puts.len() > 2 {
            InTheWay::Fails(CommitError::Contended)
        } else {
            InTheWay::Nothing
        }
    });
    let outcomes = tested.together(&events).await;
    assert!(outcomes.iter().all(decided), "{outcomes:?}");
    assert_eq!(tested.store.commits().len(), 3 + 4);
    let waited = engine::Clock::now(&tested.table.clock).duration_since(at(NOW));
    let (least, most) = (5 + 10 + 20, 2 * (5 + 10 + 20));
    assert!(
        (least / 2..=most).contains(&waited.as_millis()),
        "{waited:?}"
    );
}

/// The count was changed by somebody else again and again: nothing is counted twice or lost.
#[tokio::test]
async fn every_race_that_is_lost_is_run_again_from_what_is_there_now() {
    let tested = tested();
    let events = tested.have(10, |_| "all".to_owned()).await;
    let (key, mut version) = (Key::pool("all"), 0);
    tested.store.upon_commits(move |_| {
        if version == 2 {
            return InTheWay::Nothing;
        }
        let share = serde_json::json!({ "lag": 0, "received": 100 * (version + 1), "last": null });
        let put = Put {
            key: key.clone(),
            body: serde_json::json!({ "members": { "count": share } }).into(),
            guard: if version == 0 {
                Guard::Absent
            } else {
                Guard::Version(version)
            },
            indexes: Indexes::default(),
            expires: None,
            whole: None,
        };
        version += 1;
        InTheWay::Other(Transaction {
            puts: vec![put],
            checks: Vec::new(),
        })
    });
    assert!(tested.together(&events).await.iter().all(decided));
    assert_eq!(tested.count("all").await, 210);
    assert_eq!(tested.sizes(), [21, 21, 21]);
}

fn forgetful() -> Tested {
    Tested {
        decider: Counting {
            forgets: Some(event("2", "first").id),
            ..Counting::default()
        },
        ..tested()
    }
}

/// What was not read is not there, and must not pass as "there is none".
#[tokio::test]
async fn what_the_plan_did_not_name_cannot_be_asked_for() {
    let tested = forgetful();
    let events = tested.have(3, |_| "all".to_owned()).await;
    let outcomes = tested.one_by_one(&events).await;
    assert!(outcomes[..2].iter().all(decided), "{outcomes:?}");
    let why = StoreError::NotNamed(Key::pool("all"));
    assert_eq!(outcomes[2], Err(why.clone().into()));
    assert!(!may_pass(&why.clone().into()));
    assert_eq!(
        why.to_string(),
        "the decision asks for P#all/rotation, which its plan did not name"
    );
}

/// The others of the batch named it, so it was read; that must not hide the mistake.
#[tokio::test]
async fn what_only_the_plans_of_others_named_cannot_be_asked_for() {
    let tested = forgetful();
    let events = tested.have(5, |_| "all".to_owned()).await;
    only_the_third_fails(&tested, &events).await;
}
