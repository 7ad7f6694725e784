#![allow(clippy::unwrap_used, reason = "a test may panic")]

use contracts::{Key, state::MinutesState};
use jiff::SignedDuration;
use store::MemoryStore;
use testkit::{TestClock, at, audits, example_rules, state_of};

use super::*;

type Kept = Table<MemoryStore, TestClock>;

fn table() -> Kept {
    Table::new(
        MemoryStore::new(),
        TestClock::at(at("2026-11-24T09:00:00Z")),
    )
}

/// What comes of it, so many minutes after ten in Berlin.
async fn ask(table: &Kept, by: &str, wanted: Wanted, minutes: i64) -> Result<String, String> {
    let rules = example_rules();
    let by = PersonId::new(by);
    let asked = Asked {
        review: "forecast",
        by: &by,
        wanted: &wanted,
        process: 1,
    };
    let now = at("2026-11-24T09:00:00Z") + SignedDuration::from_mins(minutes);
    let said = change(table, &rules, asked, now).await.unwrap();
    said.map_err(|why| why.to_string())
}

fn decide(what: &str) -> Wanted {
    Wanted::Decide {
        what: what.to_owned(),
        right: None,
    }
}

fn act(owner: &str, due: &str) -> Wanted {
    Wanted::Act {
        what: "call the five largest".to_owned(),
        owner: PersonId::new(owner),
        due: due.parse().unwrap(),
    }
}

#[tokio::test]
async fn what_is_recorded_stands_in_the_minutes_and_in_no_outcome() {
    let table = table();
    let said = ask(&table, "carla", decide("no discount above 30 %"), 0).await;
    assert_eq!(said.unwrap(), "decided in the review forecast");
    let said = ask(&table, "jonas", act("maya", "2026-12-01"), 1).await;
    assert_eq!(
        said.unwrap(),
        "action 1 of the review forecast for maya, due 2026-12-01"
    );
    let said = ask(&table, "maya", Wanted::Done(1), 2).await;
    assert_eq!(said.unwrap(), "action 1 of the review forecast is done");
    let minutes = state_of::<MinutesState>(&table.store, Key::minutes("forecast"));
    let minutes = minutes.await.unwrap();
    assert_eq!(minutes.open().count(), 0);
    assert_eq!(minutes.last, 1);
    let first = minutes.decided.first().unwrap();
    assert_eq!(first.right.as_deref(), Some("approve_large_discount"));
    for audit in audits(&table.store) {
        let changed: Vec<Key> = audit.items_changed().map(|(key, _)| key).collect();
        assert_eq!(changed, [Key::minutes("forecast")]);
        let notes = audit.reasons.iter().filter_map(|it| it.note.as_deref());
        let told: String = notes.chain([audit.outcome.as_str()]).collect();
        assert!(
            !told.contains("discount above") && !told.contains("five largest"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn who_may_not_hears_why() {
    let table = table();
    for (by, wanted, why) in [
        (
            "jonas",
            decide("all of it"),
            "jonas does not have the right approve_large_discount: Carla Reyes (carla) and Olga Weiss (olga) have it",
        ),
        (
            "anna",
            act("maya", "2026-12-01"),
            "anna is not in the review forecast",
        ),
        (
            "jonas",
            act("maya", "2026-11-23"),
            "2026-11-23 is over where maya is",
        ),
        (
            "jonas",
            Wanted::Done(7),
            "the review forecast has no action 7 that is not done",
        ),
        ("carla", decide(" "), "nothing is said"),
        (
            "carla",
            Wanted::Decide {
                what: "so be it".to_owned(),
                right: Some("approve_discount".to_owned()),
            },
            "the review forecast does not decide by the right approve_discount",
        ),
    ] {
        let said = ask(&table, by, wanted, 0).await.unwrap_err();
        assert!(said.starts_with(why), "{said}");
    }
    assert!(audits(&table.store).is_empty());
}
