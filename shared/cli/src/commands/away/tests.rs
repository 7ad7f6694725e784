#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use clap::Parser;
use contracts::{AuditRecord, EventData};
use store::{CommitError, DueItem, Item, MemoryStore, Store, StoreError, Transaction};
use testkit::{TestClock, at, away, example_rules};

use super::*;

#[derive(Debug, Parser)]
struct Alone {
    #[command(flatten)]
    arguments: Arguments,
}

/// A table by a clock that goes on only while somebody waits.
fn table<S: Store>(store: &S) -> Table<&S, TestClock> {
    Table::new(store, TestClock::at(now()))
}

fn parsed(words: &[&str]) -> Result<Arguments, String> {
    let all = ["away"].iter().chain(words);
    Alone::try_parse_from(all)
        .map(|alone| alone.arguments)
        .map_err(|why| why.to_string())
}

fn now() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn anna() -> PersonId {
    PersonId::new("anna")
}

fn asked(words: &[&str]) -> Result<Option<Wanted>, String> {
    let arguments = parsed(words)?;
    wanted(&arguments, &example_rules(), &anna(), now()).map_err(|why| why.to_string())
}

fn entered(from: &str, to: &str, reason: Option<&str>) -> Wanted {
    Wanted::Enter(Absence {
        span: Span {
            from: at(from),
            to: at(to),
        },
        reason: reason.map(str::to_owned),
        cover: None,
        of: None,
    })
}

#[test]
fn days_are_the_persons_own_and_the_last_one_counts() {
    assert_eq!(
        asked(&[
            "anna",
            "--from",
            "2026-12-21",
            "--to",
            "2027-01-02",
            "--reason",
            "holiday"
        ]),
        Ok(Some(entered(
            "2026-12-20T23:00:00Z",
            "2027-01-02T23:00:00Z",
            Some("holiday")
        )))
    );
    assert_eq!(
        asked(&["anna", "--to", "2026-11-23"]),
        Ok(Some(entered(
            "2026-11-23T09:00:00Z",
            "2026-11-23T23:00:00Z",
            None
        ))),
        "from now on"
    );
}

#[test]
fn back_and_cancel_say_when() {
    assert_eq!(asked(&["anna", "--back"]), Ok(Some(Wanted::Back(now()))));
    let monday = Wanted::Back(at("2026-12-27T23:00:00Z"));
    assert_eq!(
        asked(&["anna", "--back", "--at", "2026-12-28"]),
        Ok(Some(monday))
    );
    assert_eq!(asked(&["anna", "--cancel"]), Ok(Some(Wanted::Cancel(None))));
    let from = Wanted::Cancel(Some(at("2026-12-20T23:00:00Z")));
    assert_eq!(
        asked(&["anna", "--cancel", "--from", "2026-12-21"]),
        Ok(Some(from))
    );
    assert_eq!(asked(&["anna"]), Ok(None));
}

#[test]
fn what_does_not_go_together_is_refused() {
    for words in [
        &["--from", "2026-12-21", "--to", "2026-12-22"][..],
        &["--back"],
        &["anna", "--back", "--to", "2026-12-22"],
        &["anna", "--back", "--cancel"],
        &["anna", "--at", "2026-12-22"],
        &["anna", "--cancel", "--to", "2026-12-22"],
        &["anna", "--from", "2026-12-21", "--reason", "holiday"],
        &["anna", "--to", "2026-12-22", "--json"],
        &["anna", "--to", "next week"],
    ] {
        assert!(parsed(words).is_err(), "{words:?}");
    }
    let error = asked(&["anna", "--from", "2026-12-21"]).unwrap_err();
    assert!(
        error.contains("give the last day away") || error.starts_with("until when?"),
        "{error}"
    );
}

#[test]
fn an_unknown_person_is_answered_with_the_nearest() {
    let rules = example_rules();
    let said = |name: &str| known(&rules, name).unwrap_err().to_string();
    assert_eq!(said("ana"), "there is no person `ana`: write anna");
    assert_eq!(
        said("Jonas Brandt"),
        "there is no person `Jonas Brandt`: write jonas"
    );
    assert!(said("somebody else").contains("people.yaml knows anna, ben"));
    assert_eq!(known(&rules, "anna").unwrap(), anna());
}

fn audits(store: &MemoryStore) -> Vec<AuditRecord> {
    let items = store.everything().into_iter();
    items
        .filter(|item| item.key.pk == "A#person:anna")
        .map(|item| item.body.read().unwrap())
        .collect()
}

#[test]
fn the_item_and_an_audit_record_with_the_event_are_written_together() {
    let store = MemoryStore::new();
    let rules = example_rules();
    let holiday = entered(
        "2026-12-20T23:00:00Z",
        "2027-01-02T23:00:00Z",
        Some("holiday"),
    );
    let (state, refused) = wait(async {
        let changed = change(&table(&store), &rules, &anna(), &holiday, now())
            .await
            .unwrap();
        assert!(changed.is_ok());
        let again = change(&table(&store), &rules, &anna(), &holiday, now())
            .await
            .unwrap();
        Ok((absences(&store).await.unwrap(), again.unwrap_err()))
    })
    .unwrap();
    assert_eq!(state.people[&anna()].len(), 1);
    assert!(refused.to_string().contains("already"), "{refused}");
    let audits = audits(&store);
    assert_eq!(audits.len(), 1);
    let event = &audits[0].events[0];
    assert!(matches!(
        &event.data,
        EventData::AbsenceChanged { person, away: true, .. } if *person == anna()
    ));
    assert_eq!((event.record.as_ref(), event.sequence), (None, 0));
    let written = serde_json::to_string(&audits[0]).unwrap();
    assert!(!written.contains("holiday"), "{written}");
    assert!(written.contains("\"function\":\"fairlead\""), "{written}");
}

/// A store in which somebody else enters an absence just before the first commit.
struct Raced(MemoryStore, std::sync::atomic::AtomicBool);

impl Store for Raced {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        self.0.partition(pk).await
    }

    async fn get(&self, keys: &[contracts::Key]) -> Result<Vec<Option<Item>>, StoreError> {
        self.0.get(keys).await
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), CommitError> {
        if !self.1.swap(true, std::sync::atomic::Ordering::Relaxed) {
            let ben = entered("2026-12-20T23:00:00Z", "2026-12-21T23:00:00Z", None);
            let rules = example_rules();
            let person = PersonId::new("ben");
            let changed = change(&table(&self.0), &rules, &person, &ben, now()).await;
            assert!(changed.unwrap().is_ok());
        }
        self.0.commit(transaction).await
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        self.0.due(shard, after, until, limit).await
    }

    async fn of_account(&self, account: &str) -> Result<Vec<contracts::Key>, StoreError> {
        self.0.of_account(account).await
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        self.0.of_person(person).await
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        self.0.of_hour(hour).await
    }
}

#[test]
fn of_two_who_enter_absences_at_the_same_moment_both_are_kept() {
    let store = Raced(MemoryStore::new(), false.into());
    let rules = example_rules();
    let holiday = entered("2026-12-20T23:00:00Z", "2027-01-02T23:00:00Z", None);
    let state = wait(async {
        let changed = change(&table(&store), &rules, &anna(), &holiday, now())
            .await
            .unwrap();
        assert!(changed.is_ok());
        Ok(absences(&store).await.unwrap())
    })
    .unwrap();
    assert_eq!(state.people.len(), 2);
}

#[test]
fn what_is_over_is_not_shown_and_the_rest_in_order() {
    let rules = example_rules();
    let state = away(&[
        ("anna", "2026-12-20T23:00:00Z", "2027-01-02T23:00:00Z"),
        ("ben", "2026-11-22T23:00:00Z", "2026-11-24T23:00:00Z"),
        ("maya", "2026-11-20T05:00:00Z", "2026-11-21T05:00:00Z"),
    ]);
    let shown = list::coming(&state, None, now());
    assert_eq!(
        list::as_text(&rules, &shown, None, now()),
        "person  away                                    reason\n\
         ben     now, until the end of Tue 24 Nov 2026\n\
         anna    from Mon 21 Dec 2026 to Sat 2 Jan 2027\n"
    );
    let json: serde_json::Value =
        serde_json::from_str(&list::as_json(&shown, now()).ok().unwrap()).unwrap();
    assert_eq!(json[0]["person"], "ben");
    assert_eq!(json[0]["now"], true);
    assert_eq!(json[1]["from"], "2026-12-20T23:00:00Z");
    assert_eq!(json[1]["reason"], serde_json::Value::Null);
    let maya = PersonId::new("maya");
    let none = list::coming(&state, Some(&maya), now());
    assert_eq!(
        list::as_text(&rules, &none, Some(&maya), now()),
        "maya is not away, and no absence is planned\n"
    );
}
