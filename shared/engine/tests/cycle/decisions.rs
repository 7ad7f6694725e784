//! A decision about a record that others change at the same time.

use contracts::{Event, EventData, Key, Subject};
use engine::{Committed, CycleError};
use jiff::SignedDuration;
use serde_json::json;
use store::{Check, Guard, Put, StoreError};
use testkit::{at, record_id};

use crate::world::{
    NOW, Witness, audits, copy, event, may_pass, meanwhile, put, seen, table, write,
};

fn outcomes(store: &store::MemoryStore) -> Vec<String> {
    let audits = audits(store).into_iter();
    audits.map(|audit| audit.outcome).collect()
}

#[tokio::test]
async fn a_decision_is_committed_with_its_audit_record_upon_the_copy_it_judged() {
    let table = table();
    write(table.store.inside(), copy(1));
    let decided = table.decide(&Witness::default(), &event(), at(NOW)).await;
    let audit = audits(table.store.inside()).remove(0);
    assert_eq!(decided, Ok(Committed::Decided(audit.decision.clone())));
    assert_eq!(audit.outcome, "judged copy 1");
    let transaction = table.store.commits().remove(0);
    let written: Vec<Key> = transaction.puts.iter().map(|put| put.key.clone()).collect();
    let subject = Subject::Record(event().record.unwrap());
    assert_eq!(written, [seen(), Key::audit(&subject, &audit.decision)]);
    let check = Check {
        key: copy(1).key,
        version: 1,
    };
    assert_eq!(transaction.checks, [check]);
}

/// The model says for how long; the states beside it stay.
#[tokio::test]
async fn an_audit_record_expires_when_the_model_says_so() {
    for (days, expires) in [
        (None, None),
        (Some(400), Some(at(NOW) + SignedDuration::from_hours(9_600))),
    ] {
        let table = table().keeping_audits(days);
        write(table.store.inside(), copy(1));
        let decided = table.decide(&Witness::default(), &event(), at(NOW)).await;
        assert!(matches!(decided, Ok(Committed::Decided(_))), "{decided:?}");
        let puts = table.store.commits().remove(0).puts;
        let said: Vec<_> = puts
            .iter()
            .map(|put| (put.key.is_audit(), put.expires))
            .collect();
        assert_eq!(said, [(false, None), (true, expires)]);
    }
}

#[tokio::test]
async fn the_same_event_is_decided_once() {
    let table = table();
    write(table.store.inside(), copy(1));
    let witness = Witness::default();
    let first = table.decide(&witness, &event(), at(NOW)).await;
    assert!(matches!(first, Ok(Committed::Decided(_))), "{first:?}");
    let second = table.decide(&witness, &event(), at(NOW)).await;
    assert_eq!(second, Ok(Committed::Already));
    assert_eq!(table.clock.waits(), [], "nobody waits for what is over");
    assert_eq!(outcomes(table.store.inside()), ["judged copy 1"]);
}

#[tokio::test]
async fn of_two_deliveries_at_once_one_decides() {
    let table = table();
    write(table.store.inside(), copy(1));
    let witness = Witness::default();
    let subject = Subject::Record(event().record.unwrap());
    let decision = contracts::DecisionId::of(contracts::Function::StageGates, &event().id);
    // The other delivery commits between our read and our commit; ours also finds its state
    // changed, and must still see that it is the same decision.
    meanwhile(&table.store, move |_, store| {
        write(store, put(&seen(), json!({ "sequence": 1 }), Guard::Absent));
        let audit = Key::audit(&subject, &decision);
        write(store, put(&audit, json!({}), Guard::Absent));
    });
    let ours = table.decide(&witness, &event(), at(NOW)).await;
    assert_eq!(ours, Ok(Committed::Already));
    assert_eq!(table.store.commits().len(), 1);
}

#[tokio::test]
async fn a_record_that_changes_meanwhile_is_judged_again() {
    let table = table();
    write(table.store.inside(), copy(1));
    meanwhile(&table.store, |commit, store| {
        if commit < 3 {
            write(store, copy(commit + 1));
        }
    });
    let decided = table.decide(&Witness::default(), &event(), at(NOW)).await;
    assert!(matches!(decided, Ok(Committed::Decided(_))), "{decided:?}");
    assert_eq!(outcomes(table.store.inside()), ["judged copy 3"]);
    let commits = table.store.commits();
    let judged: Vec<u64> = commits.iter().map(|it| it.checks[0].version).collect();
    assert_eq!(judged, [1, 2, 3]);
    assert_eq!(table.clock.waits().len(), 2);
}

#[tokio::test]
async fn a_record_that_changes_every_time_is_left_for_later() {
    let table = table();
    write(table.store.inside(), copy(1));
    meanwhile(&table.store, |commit, store| write(store, copy(commit + 1)));
    let outrun = table.decide(&Witness::default(), &event(), at(NOW)).await;
    assert_eq!(outrun, Err(CycleError::Outrun(12)));
    assert_eq!(outcomes(table.store.inside()), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_follows_for_a_record_that_vanishes_meanwhile() {
    let table = table();
    let past = at(NOW) - SignedDuration::from_hours(1);
    let expiring = Put {
        expires: Some(past),
        ..copy(1)
    };
    write(table.store.inside(), expiring);
    meanwhile(&table.store, |_, store| {
        assert_eq!(store.sweep(at(NOW)), 1);
    });
    let decided = table.decide(&Witness::default(), &event(), at(NOW)).await;
    assert_eq!(decided, Ok(Committed::Nothing));
    assert_eq!(table.store.commits().len(), 1);
    assert!(table.store.inside().everything().is_empty());
}

#[tokio::test]
async fn nothing_follows_for_a_record_that_is_not_kept_or_not_named() {
    let table = table();
    let witness = Witness::default();
    let unknown = table.decide(&witness, &event(), at(NOW)).await;
    assert_eq!(unknown, Ok(Committed::Nothing));
    let data = EventData::Tick { at: at(NOW) };
    let tick = Event::new(event().id, at(NOW), &model::Revision::default(), data);
    let of_none = table.decide(&witness, &tick, at(NOW)).await;
    assert_eq!(of_none, Ok(Committed::Nothing));
    assert!(table.store.commits().is_empty());
}

#[tokio::test]
async fn a_malformed_copy_is_final() {
    let table = table();
    let record = Key::record(&record_id("lead:1"));
    let malformed = put(&record, json!({ "record": 7 }), Guard::Absent);
    write(table.store.inside(), malformed);
    let error = table
        .decide(&Witness::default(), &event(), at(NOW))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, CycleError::Store(StoreError::Malformed(key, _)) if *key == record),
        "{error:?}"
    );
    assert!(!may_pass(&error));
    assert_eq!(table.clock.waits(), []);
    assert!(table.store.commits().is_empty());
}

#[tokio::test]
async fn decisions_wait_as_everything_does() {
    let table = table();
    write(table.store.inside(), copy(1));
    table.store.inside().throttle_next(2);
    table.store.inside().contend_next(1);
    let decided = table.decide(&Witness::default(), &event(), at(NOW)).await;
    assert!(matches!(decided, Ok(Committed::Decided(_))), "{decided:?}");
    let waits = table.clock.waits();
    let waits: Vec<u128> = waits.iter().map(std::time::Duration::as_millis).collect();
    assert!(matches!(waits[..], [25..=50, 50..=100, 2..=5]), "{waits:?}");
    assert_eq!(outcomes(table.store.inside()), ["judged copy 1"]);
}
