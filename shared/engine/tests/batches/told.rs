//! What the audit records of a batch tell of the items that its decisions share.

use contracts::{AuditRecord, Change, ReadAt, normal};
use store::Put;

use super::*;

/// The changes of an item in their order, and what they come to.
fn folded(audits: &[AuditRecord], key: &Key) -> (Vec<(u64, u32)>, serde_json::Value) {
    let changes = audits.iter().flat_map(AuditRecord::items_changed);
    let mut changes: Vec<&Change> = changes.filter(|it| it.0 == *key).map(|it| it.1).collect();
    changes.sort_by_key(|it| (it.version, it.nth));
    let fold = |state, change: &&Change| Some(change.made.apply(state).unwrap());
    let state = changes.iter().fold(None, fold).unwrap();
    let order = changes.iter().map(|it| (it.version, it.nth));
    (order.collect(), state)
}

/// Fifty decisions in two transactions: however many change it in one, an item is written once.
#[tokio::test]
async fn decisions_that_share_an_item_are_told_apart() {
    let tested = tested();
    let events = tested.have(50, |_| "all".to_owned()).await;
    assert!(tested.together(&events).await.iter().all(decided));
    assert_eq!(tested.sizes(), [99, 3]);
    let audits = audits(tested.store.inside());
    let (order, state) = folded(&audits, &Key::pool("all"));
    let mut expected: Vec<(u64, u32)> = (0..49).map(|nth| (1, nth)).collect();
    expected.push((2, 0));
    assert_eq!(order, expected);
    let pool: PoolState = state_of(tested.store.inside(), Key::pool("all"))
        .await
        .unwrap();
    assert_eq!(state, normal(serde_json::to_value(pool).unwrap()));
    // What each read is what the one before it left.
    for audit in &audits {
        let read: Vec<_> = audit.items_read().filter(|it| it.0.is_pool()).collect();
        let (_, made) = audit.items_changed().next().unwrap();
        let expected = match (made.version, made.nth) {
            (1, 0) => ReadAt::Version(0),
            (2, 0) => ReadAt::Version(1),
            (version, nth) => ReadAt::Within(version, nth),
        };
        assert_eq!(read, [(Key::pool("all"), expected)]);
    }
}

/// An item that no audit record told whole for ninety days is told whole with its next change.
#[tokio::test]
async fn an_item_is_told_whole_every_ninety_days() {
    let tested = tested();
    let first = tested.has("0", "all").await;
    let mut was = Vec::new();
    for (name, days) in [("first", 0), ("second", 89), ("third", 90), ("fourth", 91)] {
        let now = at(NOW) + SignedDuration::from_hours(24 * days);
        let mut event = first.clone();
        event.id = EventId::of(&["0", name]);
        let decided = tested.table.decide(&tested.decider, &event, now).await;
        assert!(matches!(decided, Ok(Committed::Decided(_))), "{decided:?}");
        let written: Vec<Put> = tested
            .store
            .commits()
            .into_iter()
            .flat_map(|it| it.puts)
            .collect();
        let pool = written.iter().rev().find(|put| put.key.is_pool()).unwrap();
        let audit: AuditRecord = written
            .iter()
            .rev()
            .find(|put| put.key.is_audit())
            .unwrap()
            .body
            .read()
            .unwrap();
        let (_, change) = audit.items_changed().next().unwrap();
        was.push((change.was.is_some(), pool.whole == Some(now)));
    }
    assert_eq!(
        was,
        [(false, true), (false, false), (true, true), (false, false)]
    );
}
