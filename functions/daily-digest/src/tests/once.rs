//! Ticks that come twice, and a table that is not there.

use super::*;

#[tokio::test]
async fn two_ticks_and_a_tick_twice_are_one_digest() {
    let tested = with_late(example_model(), &["anna"]).await;
    let text = "2026-11-24T07:00:00Z";
    for telling in ["a", "a", "b"] {
        tested.handle(&tick(text, telling), at(text)).await.unwrap();
    }
    let audits = audits(&tested);
    let asked: Vec<String> = audits.iter().flat_map(requested).collect();
    assert_eq!(
        asked,
        ["anna seller 2026-11-24", "jonas team_lead 2026-11-24"]
    );
    assert_eq!(audits[0].subject, Subject::Person(PersonId::new("anna")));
    assert_eq!(audits[0].correlation, tick(text, "a").id);
    assert_eq!(audits[0].events[0].correlation, tick(text, "a").id);
    assert_eq!(
        audits[0].reasons[0].note.as_deref(),
        Some("2026-11-24 at 08:00, 1 record(s) to show")
    );
}

/// The audit record alone, too, keeps a digest from being decided twice.
#[tokio::test]
async fn whichever_tick_finds_it_the_decision_is_the_same() {
    let first = with_late(example_model(), &["anna"]).await;
    let second = with_late(example_model(), &["anna"]).await;
    let (one, other) = ("2026-11-24T07:00:00Z", "2026-11-24T07:01:00Z");
    first.handle(&tick(one, "a"), at(one)).await.unwrap();
    second.handle(&tick(other, "a"), at(other)).await.unwrap();
    let ids = |tested: &Tested| -> Vec<_> {
        audits(tested)
            .into_iter()
            .map(|audit| audit.decision)
            .collect()
    };
    assert_eq!(ids(&first), ids(&second));
}

/// A table that answers nothing.
#[derive(Debug)]
struct Gone;

fn gone<T>() -> Result<T, StoreError> {
    Err(StoreError::Unavailable("no answer".to_owned()))
}

impl Store for Gone {
    async fn partition(&self, _pk: &str) -> Result<Vec<Item>, StoreError> {
        gone()
    }
    async fn get(&self, _keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        gone()
    }
    async fn commit(&self, _transaction: Transaction) -> Result<(), CommitError> {
        Ok(gone()?)
    }
    async fn due(
        &self,
        _shard: &str,
        _after: Option<&DueItem>,
        _until: Timestamp,
        _limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        gone()
    }
    async fn of_account(&self, _account: &str) -> Result<Vec<Key>, StoreError> {
        gone()
    }
    async fn of_person(&self, _person: &str) -> Result<Vec<Item>, StoreError> {
        gone()
    }
    async fn of_hour(&self, _hour: &str) -> Result<Vec<Item>, StoreError> {
        gone()
    }
}

#[tokio::test]
async fn a_minute_that_is_nobodys_morning_reads_nothing() {
    let tested = DailyDigest::new(table(Gone), example_rules());
    let quiet = "2026-11-24T03:00:00Z";
    assert_eq!(tested.handle(&tick(quiet, "a"), at(quiet)).await, Ok(()));
    let morning = "2026-11-24T07:00:00Z";
    let failed = tested.handle(&tick(morning, "a"), at(morning)).await;
    assert!(
        matches!(failed, Err(Failure::Everybody { .. })),
        "{failed:?}"
    );
}

#[tokio::test]
async fn four_ticks_an_hour_apart_are_still_one() {
    let tested = with_late(example_model(), &["anna"]).await;
    let mut now = at("2026-11-24T07:00:00Z");
    let mut asked = Vec::new();
    for _ in 0..4 {
        asked.extend(digests_at(&tested, &now.to_string()).await);
        now += SignedDuration::from_hours(1);
    }
    assert_eq!(
        asked,
        ["anna seller 2026-11-24", "jonas team_lead 2026-11-24"]
    );
}
