//! A batch comes to what its events come to one by one, with far fewer transactions.

use store::{CommitError, StoreError};

use super::*;

pub(super) fn stamped(events: &[Event]) -> Vec<(Event, Timestamp)> {
    let seconds = (0_i64..).map(SignedDuration::from_secs);
    let pairs = events.iter().zip(seconds);
    pairs
        .map(|(event, after)| (event.clone(), at(NOW) + after))
        .collect()
}

pub(super) async fn together(tested: &Tested, events: &[Event]) {
    let results = tested
        .function
        .handle_batch(&stamped(events), &|| true)
        .await;
    assert_eq!(results, vec![Ok(()); events.len()]);
}

pub(super) async fn one_by_one(tested: &Tested, events: &[Event]) {
    for (event, now) in stamped(events) {
        tested.function.handle(&event, now).await.unwrap();
    }
}

#[tokio::test]
async fn thirty_leads_of_one_pool_come_to_the_same_together_as_one_by_one() {
    let (batch, single) = (routing(), routing());
    let events = batch.has("DE", 1..=30).await;
    single.has("DE", 1..=30).await;
    together(&batch, &events).await;
    one_by_one(&single, &events).await;
    assert_eq!(batch.everything(), single.everything());
    assert_eq!(batch.audits().len(), 30);
    assert_eq!(
        received(&batch.pool(DACH).await),
        [("anna", 15), ("ben", 8), ("jonas", 7)]
    );
    let (few, many) = (batch.store.commits().len(), single.store.commits().len());
    assert_eq!((few, many), (1, 30));
}

/// The pool and who is away, once for all of them.
#[tokio::test]
async fn what_a_batch_needs_is_read_once() {
    let tested = routing();
    let mut events = tested.has("DE", 1..=20).await;
    events.extend(tested.has("US", 21..=30).await);
    together(&tested, &events).await;
    assert_eq!(tested.store.partitions().len(), 30);
    let mut keys = tested.store.keys();
    keys.sort();
    let mut expected = vec![Key::absences(), Key::pool(AMERICA), Key::pool(DACH)];
    expected.extend(["anna", "ben"].map(|person| Key::load(&PersonId::new(person))));
    expected.sort();
    assert_eq!(keys, expected);
    assert_eq!(owed(&tested.pool(DACH).await), 0);
    assert_eq!(received(&tested.pool(AMERICA).await), [("maya", 10)]);
}

#[tokio::test]
async fn no_transaction_of_a_batch_is_larger_than_the_table_takes() {
    let tested = routing();
    let mut events = tested.has("DE", 1..=70).await;
    events.extend(tested.has("US", 71..=140).await);
    together(&tested, &events).await;
    assert_eq!(tested.audits().len(), 140);
    let commits = tested.store.commits();
    assert!(commits.len() <= 6, "{} commits", commits.len());
    for commit in commits {
        assert!(commit.puts.len() + commit.checks.len() <= store::MOST_IN_TRANSACTION);
    }
}

/// Somebody else commits the pool between the batch's read and its commit.
#[tokio::test]
async fn a_batch_that_lost_the_race_for_its_pool_ends_right_and_once() {
    let batch = routing();
    let events = batch.has("DE", 1..=31).await;
    let other = routing();
    let theirs = other.has("DE", [31]).await;
    other.handle(&theirs[0]).await;
    let mut first = Some(other.store.commits().remove(0));
    batch
        .store
        .upon_commits(move |_| first.take().map_or(InTheWay::Nothing, InTheWay::Other));
    together(&batch, &events[..30]).await;

    let single = routing();
    single.has("DE", 1..=31).await;
    single.handle(&events[30]).await;
    one_by_one(&single, &events[..30]).await;
    assert_eq!(batch.everything(), single.everything());
    assert_eq!(batch.store.commits().len(), 2);
}

/// One of the batch was decided by another delivery of the same event meanwhile.
#[tokio::test]
async fn what_another_delivery_decided_meanwhile_is_dropped_and_the_others_are_carried_on() {
    let batch = routing();
    let events = batch.has("DE", 1..=10).await;
    let other = routing();
    other.has("DE", 1..=10).await;
    one_by_one(&other, &events[..1]).await;
    let mut first = Some(other.store.commits().remove(0));
    batch
        .store
        .upon_commits(move |_| first.take().map_or(InTheWay::Nothing, InTheWay::Other));
    together(&batch, &events).await;
    one_by_one(&other, &events).await;
    assert_eq!(batch.audits().len(), 10);
    let received: u64 = received(&batch.pool(DACH).await)
        .iter()
        .map(|it| it.1)
        .sum();
    assert_eq!(received, 10);
    let owners = |tested: &Tested| {
        let audits = tested.audits().into_iter();
        audits.map(|audit| audit.outcome).collect::<Vec<_>>()
    };
    assert_eq!(owners(&batch), owners(&other));
}

#[tokio::test]
async fn a_batch_that_cannot_be_committed_together_is_committed_one_by_one() {
    for error in [
        CommitError::Contended,
        StoreError::Throttled("slow down".to_owned()).into(),
        StoreError::Refused("too large".to_owned()).into(),
    ] {
        let (batch, single) = (routing(), routing());
        let events = batch.has("DE", 1..=10).await;
        single.has("DE", 1..=10).await;
        let fails = error.clone();
        batch.store.upon_commits(move |transaction| {
            // An owner, a rotation, a load and an audit record are a lead alone.
            let several = transaction.puts.len() > 4;
            if several {
                InTheWay::Fails(fails.clone())
            } else {
                InTheWay::Nothing
            }
        });
        together(&batch, &events).await;
        one_by_one(&single, &events).await;
        assert_eq!(batch.everything(), single.everything(), "{error:?}");
    }
}

/// What is not ours, what is not kept, and what is no lead's, between those that are.
#[tokio::test]
async fn what_leads_to_nothing_costs_the_others_nothing() {
    let tested = routing();
    let mut events = tested.has("DE", 1..=3).await;
    events.insert(1, changed("lead:99"));
    let mut nobodys = changed("lead:1");
    nobodys.record = None;
    nobodys.id = EventId::of(&["nobody's"]);
    events.insert(0, nobodys);
    together(&tested, &events).await;
    assert_eq!(tested.audits().len(), 3);
    assert_eq!(tested.store.commits().len(), 1);
}
