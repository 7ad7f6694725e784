//! What is decided together: how it is shared out among transactions, and what one bad decision of
//! a batch costs the others.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod counting;
mod spoilt;
mod told;

use std::sync::atomic::Ordering;

use contracts::{Event, EventData, EventId, Key, state::PoolState};
use crm::PersonId;
use engine::{Committed, CycleError, Failure, Outcomes, Table};
use jiff::{SignedDuration, Timestamp};
use store::{CommitError, MOST_IN_TRANSACTION, Store, StoreError, Transaction};
use testkit::{
    InTheWay, TestClock, WatchedStore, at, audits, keep, lead, record_id, state_of, upon,
};

use counting::Counting;

const NOW: &str = "2026-11-23T09:00:00Z";

/// Whether what failed so may pass.
fn may_pass(error: &CycleError) -> bool {
    !matches!(Failure::from(error.clone()), Failure::Final(_))
}

struct Tested {
    table: Table<WatchedStore, TestClock>,
    store: WatchedStore,
    decider: Counting,
}

fn tested() -> Tested {
    let store = WatchedStore::new();
    Tested {
        table: Table::new(store.clone(), TestClock::at(at(NOW))),
        store,
        decider: Counting::default(),
    }
}

fn event(lead: &str, name: &str) -> Event {
    let record = record_id(&format!("lead:{lead}"));
    let mut event = upon(&record, at(NOW), EventData::Tick { at: at(NOW) });
    event.id = EventId::of(&[lead, name]);
    event
}

impl Tested {
    /// A lead whose events are counted under this name.
    async fn has(&self, id: &str, counted: &str) -> Event {
        let record = lead(id, at(NOW)).text("title", counted).build();
        keep(self.store.inside(), record).await;
        event(id, "first")
    }

    async fn have(&self, count: usize, counted: impl Fn(usize) -> String) -> Vec<Event> {
        let mut events = Vec::new();
        for number in 0..count {
            events.push(self.has(&number.to_string(), &counted(number)).await);
        }
        events
    }

    async fn together(&self, events: &[Event]) -> Outcomes {
        let events: Vec<(Event, Timestamp)> =
            events.iter().map(|it| (it.clone(), at(NOW))).collect();
        self.table
            .decide_batch(&self.decider, &events, &|| true)
            .await
    }

    async fn one_by_one(&self, events: &[Event]) -> Outcomes {
        let mut outcomes = Vec::new();
        for event in events {
            outcomes.push(self.table.decide(&self.decider, event, at(NOW)).await);
        }
        outcomes
    }

    async fn count(&self, name: &str) -> u64 {
        let pool: Option<PoolState> = state_of(self.store.inside(), Key::pool(name)).await;
        let pool = pool.unwrap_or_default();
        let share = pool.members.get(&PersonId::new("count"));
        share.map_or(0, |share| share.received)
    }

    fn sizes(&self) -> Vec<usize> {
        let commits = self.store.commits().into_iter();
        commits.map(|it| it.puts.len() + it.checks.len()).collect()
    }
}

fn decided(outcome: &Result<Committed, CycleError>) -> bool {
    matches!(outcome, Ok(Committed::Decided(_)))
}

/// An audit record, a check of the lead, and the one count of them all.
#[tokio::test]
async fn a_group_takes_what_a_transaction_holds_and_no_item_more() {
    for (count, sizes) in [
        (2, vec![5]),
        (49, vec![99]),
        (50, vec![99, 3]),
        (98, vec![99, 99]),
    ] {
        let tested = tested();
        let events = tested.have(count, |_| "all".to_owned()).await;
        let outcomes = tested.together(&events).await;
        assert!(outcomes.iter().all(decided), "{outcomes:?}");
        assert_eq!(tested.sizes(), sizes);
        assert_eq!(tested.count("all").await, count as u64);
    }
    // Each with a count of its own: three items, of which 33 are 99.
    let tested = tested();
    let events = tested.have(40, |number| number.to_string()).await;
    assert!(tested.together(&events).await.iter().all(decided));
    assert_eq!(tested.sizes(), [99, 21]);
    assert!(
        tested
            .sizes()
            .iter()
            .all(|size| *size <= MOST_IN_TRANSACTION)
    );
}

/// The lead of the last one is checked already, and the count written: only its audit record is new.
#[tokio::test]
async fn what_a_group_holds_already_takes_no_room() {
    let tested = tested();
    let mut events = tested.have(49, |_| "all".to_owned()).await;
    events.push(event("0", "second"));
    assert!(tested.together(&events).await.iter().all(decided));
    assert_eq!(tested.sizes(), [MOST_IN_TRANSACTION]);
    assert_eq!(tested.count("all").await, 50);
}

#[tokio::test]
async fn a_group_takes_no_more_bytes_than_the_table_does() {
    let tested = Tested {
        decider: Counting {
            says: 300_000,
            ..Counting::default()
        },
        ..tested()
    };
    let events = tested.have(15, |_| "all".to_owned()).await;
    assert!(tested.together(&events).await.iter().all(decided));
    let commits = tested.store.commits();
    assert_eq!(commits.len(), 2);
    for commit in commits {
        let bytes: usize = commit.puts.iter().map(|put| put.body.bytes()).sum();
        assert!(bytes <= 3_000_000, "{bytes}");
    }
    assert_eq!(tested.count("all").await, 15);
}

/// What a decision wrote the next one of the batch sees, each in its order.
#[tokio::test]
async fn each_decision_sees_what_the_ones_before_it_wrote() {
    let tested = tested();
    let events = tested.have(60, |_| "all".to_owned()).await;
    let outcomes = tested.together(&events).await;
    let audits = audits(tested.store.inside());
    for (index, outcome) in outcomes.iter().enumerate() {
        let Ok(Committed::Decided(decision)) = outcome else {
            panic!("{outcome:?}")
        };
        let audit = audits.iter().find(|it| it.decision == *decision).unwrap();
        assert_eq!(audit.outcome, format!("number {}", index + 1));
    }
}

/// This decider counts whatever it sees; that an event is counted once is the table's doing.
#[tokio::test]
async fn an_event_that_comes_twice_in_a_batch_is_decided_once() {
    let (batch, single) = (tested(), tested());
    let mut events = batch.have(3, |_| "all".to_owned()).await;
    single.have(3, |_| "all".to_owned()).await;
    events.extend([events[0].clone(), events[2].clone(), event("1", "second")]);
    let outcomes = batch.together(&events).await;
    assert_eq!(outcomes, single.one_by_one(&events).await);
    let already = outcomes.iter().filter(|it| **it == Ok(Committed::Already));
    assert_eq!(already.count(), 2);
    assert_eq!(batch.count("all").await, 4);
    assert_eq!(single.count("all").await, 4);
    assert_eq!(audits(batch.store.inside()).len(), 4);
}

/// It comes in a later transaction of the same batch.
#[tokio::test]
async fn an_event_that_comes_twice_far_apart_is_decided_once() {
    let tested = tested();
    let mut events = tested.have(80, |_| "all".to_owned()).await;
    events.push(events[0].clone());
    let outcomes = tested.together(&events).await;
    assert_eq!(outcomes[80], Ok(Committed::Already));
    assert!(outcomes[..80].iter().all(decided));
    assert_eq!(tested.count("all").await, 80);
}

/// The first event of a lead changes what its second one needs, which nobody has read yet.
#[tokio::test]
async fn what_turns_out_to_be_needed_is_read_in_the_next_round() {
    let (batch, single) = (moving(), moving());
    let mut events = batch.have(3, |_| "all".to_owned()).await;
    single.have(3, |_| "all".to_owned()).await;
    events.insert(1, event("0", "second"));
    events.push(event("0", "third"));
    let outcomes = batch.together(&events).await;
    assert!(outcomes.iter().all(decided), "{outcomes:?}");
    single.one_by_one(&events).await;
    for name in ["all", "all once more"] {
        assert_eq!(batch.count(name).await, single.count(name).await, "{name}");
    }
    assert_eq!(batch.count("all once more").await, 2);
}

/// What it judged for the reads holds for the decision, unless the record was written in between.
#[tokio::test]
async fn the_first_step_is_asked_again_only_of_a_record_that_the_batch_wrote() {
    let planned = |tested: &Tested| tested.decider.planned.load(Ordering::Relaxed);
    let still = tested();
    let mut events = still.have(5, |_| "all".to_owned()).await;
    events.push(event("0", "second"));
    assert!(still.together(&events).await.iter().all(decided));
    assert_eq!(planned(&still), 6);
    let moving = moving();
    let mut events = moving.have(5, |_| "all".to_owned()).await;
    events.push(event("0", "second"));
    assert!(moving.together(&events).await.iter().all(decided));
    // That it needs what nobody has read is found when it is asked again, and read for it alone.
    assert_eq!(planned(&moving), 6 + 1 + 1);
}

fn moving() -> Tested {
    Tested {
        decider: Counting {
            moves: true,
            ..Counting::default()
        },
        ..tested()
    }
}

#[tokio::test]
async fn an_empty_batch_asks_nothing() {
    let tested = tested();
    assert_eq!(tested.together(&[]).await, []);
    assert!(tested.store.partitions().is_empty());
}
