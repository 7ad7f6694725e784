#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use contracts::{
    EventData, Key,
    state::{ExceptionsState, GateState, HeldMove, TurnedBack},
};
use crm::{PersonId, RecordId};
use decisions::exceptions::Wanted;
use engine::Table;
use jiff::SignedDuration;
use store::{MemoryStore, Store};
use testkit::{TestClock, at, audits, example_rules, keep, opportunity, put, record_id, state_of};

use super::change::{Asked, Change, Said, change, record_of};

const NOW: &str = "2026-11-23T09:00:00Z";

fn granting(by: &str) -> Change {
    Change::Grant(Wanted {
        by: PersonId::new(by),
        criteria: BTreeSet::from(["sql.budget".to_owned()]),
        deviations: BTreeSet::new(),
        until: at(NOW) + SignedDuration::from_hours(48),
        reason: Some("legal is on leave".to_owned()),
    })
}

struct Tested {
    table: Table<MemoryStore, TestClock>,
    record: RecordId,
}

impl Tested {
    async fn new() -> Self {
        let turned_back = TurnedBack {
            to: "sql".to_owned(),
            at: at(NOW),
        };
        Self::beside(Some(turned_back), None).await
    }

    async fn beside(turned_back: Option<TurnedBack>, held: Option<HeldMove>) -> Self {
        let table = Table::new(MemoryStore::new(), TestClock::at(at(NOW)));
        let record = record_id("opportunity:5");
        let deal = opportunity("5", at("2026-11-20T09:00:00Z")).owner("anna");
        keep(&table.store, deal.stage("discovery", at(NOW)).build()).await;
        let gate = GateState {
            stage: "discovery".to_owned(),
            since: at(NOW),
            turned_back,
            unknown: false,
            outside: false,
            held,
            rounds: None,
            undoing: None,
        };
        put(&table.store, Key::gate(&record), &gate).await;
        Self { table, record }
    }

    async fn asks(&self, what: &Change) -> Result<Said, String> {
        let asked = Asked {
            record: &self.record,
            change: what,
            process: 1,
        };
        change(&self.table, &example_rules(), asked, at(NOW))
            .await
            .unwrap()
    }

    async fn state(&self) -> Option<ExceptionsState> {
        state_of(&self.table.store, Key::exceptions(&self.record)).await
    }
}

#[tokio::test]
async fn what_is_granted_stands_in_the_table_with_its_audit_record_and_its_deadline() {
    let tested = Tested::new().await;
    let said = tested.asks(&granting("carla")).await.unwrap();
    assert!(said.move_again, "its move is to be made again");
    let state = tested.state().await.unwrap();
    let (id, exception) = state.granted.iter().next().unwrap();
    assert!(said.outcome.contains(id.as_str()), "{}", said.outcome);
    let audits = audits(&tested.table.store);
    assert_eq!(audits.len(), 1);
    let granted = &audits[0].events[0];
    assert!(matches!(granted.data, EventData::ExceptionGranted { .. }));
    assert_eq!(granted.record.as_ref(), Some(&tested.record));
    let shard = contracts::shard_of(&tested.record);
    let due = tested
        .table
        .store
        .due(&shard, None, exception.until, 10)
        .await
        .unwrap();
    assert_eq!(due.len(), 1);
    let found = record_of(&tested.table.store, id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&tested.record));
}

#[tokio::test]
async fn what_is_refused_writes_nothing() {
    let tested = Tested::new().await;
    let why = tested.asks(&granting("anna")).await.unwrap_err();
    assert!(why.starts_with("anna does not have the right"), "{why}");
    assert!(tested.state().await.is_none());
    let other = record_id("opportunity:6");
    let what = granting("carla");
    let asked = Asked {
        record: &other,
        change: &what,
        process: 1,
    };
    let said = change(&tested.table, &example_rules(), asked, at(NOW))
        .await
        .unwrap();
    assert!(
        said.unwrap_err()
            .starts_with("nothing is known of opportunity:6")
    );
    assert!(audits(&tested.table.store).is_empty());
}

#[tokio::test]
async fn what_is_ended_counts_no_more_and_is_in_no_index() {
    let tested = Tested::new().await;
    tested.asks(&granting("carla")).await.unwrap();
    let state = tested.state().await.unwrap();
    let ends = Change::End {
        id: state.granted.into_keys().next().unwrap(),
        by: PersonId::new("maya"),
    };
    let said = tested.asks(&ends).await.unwrap();
    assert!(
        said.outcome.ends_with("ended by maya: from sql.budget"),
        "{}",
        said.outcome
    );
    assert!(tested.state().await.unwrap().granted.is_empty());
    assert!(
        engine::exceptions_in(&tested.table.store)
            .await
            .unwrap()
            .is_empty()
    );
    let again = tested.asks(&ends).await.unwrap_err();
    assert!(again.contains("`fairlead exceptions`"), "{again}");
}

/// A held move is judged again by itself, and no move needs an exception from a deviation.
#[tokio::test]
async fn a_move_is_to_be_made_again_only_where_a_criterion_is_excepted_and_none_is_held() {
    let again = async |held: bool, deviation: bool| {
        let held = held.then(|| HeldMove {
            to: "sql".to_owned(),
            at: at(NOW),
            since: at(NOW),
            of: PersonId::new("anna"),
        });
        let tested = Tested::beside(None, held).await;
        let mut what = granting("carla");
        if let (Change::Grant(wanted), true) = (&mut what, deviation) {
            wanted.criteria.clear();
            wanted.deviations.insert("past_corridor".to_owned());
        }
        tested.asks(&what).await.unwrap().move_again
    };
    // The CRM shows the old stage again since, or the move was never made.
    assert!(again(false, false).await);
    assert!(!again(true, false).await && !again(false, true).await);
}
