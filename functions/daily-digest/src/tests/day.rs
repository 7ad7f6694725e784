//! Days in two zones: who gets a digest when.

use super::*;

const NONE: [&str; 0] = [];

#[tokio::test]
async fn a_day_in_two_zones() {
    let tested = with_late(example_model(), &["anna", "maya"]).await;
    // Tuesday. Berlin is an hour ahead of UTC, New York five behind.
    assert_eq!(digests_at(&tested, "2026-11-24T06:59:00Z").await, NONE);
    assert_eq!(
        digests_at(&tested, "2026-11-24T07:00:00Z").await,
        ["anna seller 2026-11-24", "jonas team_lead 2026-11-24"]
    );
    assert_eq!(digests_at(&tested, "2026-11-24T07:01:00Z").await, NONE);
    assert_eq!(digests_at(&tested, "2026-11-24T12:59:00Z").await, NONE);
    assert_eq!(
        digests_at(&tested, "2026-11-24T13:00:00Z").await,
        ["maya seller 2026-11-24", "maya team_lead 2026-11-24"]
    );
    assert_eq!(digests_at(&tested, "2026-11-24T23:59:00Z").await, NONE);
    assert_eq!(
        digests_at(&tested, "2026-11-25T07:00:00Z").await,
        ["anna seller 2026-11-25", "jonas team_lead 2026-11-25"]
    );
}

#[tokio::test]
async fn weekends_and_holidays_are_each_ones_own() {
    let tested = with_late(example_model(), &["anna", "maya"]).await;
    for weekend in ["2026-11-21", "2026-11-22"] {
        assert_eq!(
            digests_at(&tested, &format!("{weekend}T07:00:00Z")).await,
            NONE
        );
        assert_eq!(
            digests_at(&tested, &format!("{weekend}T13:00:00Z")).await,
            NONE
        );
    }
    // Thanksgiving: a working day in Berlin only.
    assert_eq!(
        digests_at(&tested, "2026-11-26T07:00:00Z").await,
        ["anna seller 2026-11-26", "jonas team_lead 2026-11-26"]
    );
    assert_eq!(digests_at(&tested, "2026-11-26T13:00:00Z").await, NONE);
}

#[tokio::test]
async fn the_executives_is_weekly_and_comes_even_when_empty() {
    let tested = with_late(example_model(), &[]).await;
    let monday = digests_at(&tested, "2026-11-23T06:30:00Z").await;
    assert_eq!(monday, ["carla executive 2026-11-23"]);
    assert_eq!(digests_at(&tested, "2026-11-24T06:30:00Z").await, NONE);
}

#[tokio::test]
async fn a_missed_tick_is_caught_up_with_for_four_hours() {
    let tested = with_late(example_model(), &["anna"]).await;
    assert_eq!(
        digests_at(&tested, "2026-11-24T11:00:00Z").await,
        ["anna seller 2026-11-24", "jonas team_lead 2026-11-24"]
    );
    assert_eq!(
        digests_at(&tested, "2026-11-25T11:00:01Z").await,
        NONE,
        "too late"
    );
}

#[tokio::test]
async fn nothing_to_show_is_marked_and_not_told() {
    let tested = with_late(example_model(), &["ben"]).await;
    // Ben has something to see, so Jonas has; nobody else does.
    assert_eq!(
        digests_at(&tested, "2026-11-24T07:00:00Z").await,
        ["ben seller 2026-11-24", "jonas team_lead 2026-11-24"]
    );
    let everything = tested.table.store.everything();
    let audits = everything.iter().filter(|item| item.key.is_audit());
    assert_eq!(audits.count(), 2);
    let marks = everything
        .iter()
        .filter(|item| item.key.pk.starts_with("D#"));
    let marks: Vec<String> = marks
        .map(|item| format!("{} {}", item.key.pk, item.key.sk))
        .collect();
    assert_eq!(
        marks,
        [
            "D#anna seller",
            "D#ben seller",
            "D#carla seller",
            "D#ines seller",
            "D#ines team_lead",
            "D#jonas seller",
            "D#jonas team_lead",
            "D#nina seller",
            "D#nina team_lead",
            "D#olga seller",
            "D#olga team_lead",
            "D#tom seller",
            "D#tom team_lead",
        ]
    );
}

#[tokio::test]
async fn who_is_away_all_day_gets_none_and_who_comes_at_noon_does() {
    let tested = with_late(example_model(), &["anna"]).await;
    let absences = testkit::away(&[
        ("anna", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"),
        ("jonas", "2026-11-23T23:00:00Z", "2026-11-24T11:00:00Z"),
    ]);
    let indexes = Indexes::default();
    let put = put_state::<_, AbsencesState>(Key::absences(), &absences, None, indexes);
    let transaction = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    tested.table.store.commit(transaction).await.unwrap();
    assert_eq!(
        digests_at(&tested, "2026-11-24T07:00:00Z").await,
        ["jonas team_lead 2026-11-24"]
    );
    assert_eq!(
        digests_at(&tested, "2026-11-25T07:00:00Z").await,
        ["anna seller 2026-11-25", "jonas team_lead 2026-11-25"]
    );
}
