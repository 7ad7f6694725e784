//! Deviations, by the example company's model.
#![allow(clippy::expect_used, reason = "a test may panic")]

use contracts::{EventData, state::DeviationsState};
use crm::{Contacted, Record};
use decisions::deviations::{Watched, watch};
use jiff::{SignedDuration, Timestamp};
use testkit::{at, example_rules, opportunity};

fn created() -> Timestamp {
    at("2026-11-01T00:00:00Z")
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn watched(record: &Record, before: Option<&DeviationsState>, now: Timestamp) -> Option<Watched> {
    watch(&example_rules(), record, None, before, now)
}

fn open(watched: &Watched) -> Vec<&str> {
    watched.deviations.open.keys().map(String::as_str).collect()
}

#[test]
fn thirty_days_without_contact_open_a_deviation_and_not_a_moment_sooner() {
    let record = opportunity("1", created())
        .owner("anna")
        .account("DE", "software", 300)
        .build();
    let first = watched(&record, None, created()).expect("something to wait for");
    assert_eq!(open(&first), Vec::<&str>::new());
    let next = first.deviations.next.expect("an instant");
    assert_eq!(next, created() + days(30) + SignedDuration::from_millis(1));
    assert_eq!(
        watched(&record, Some(&first.deviations), created() + days(30)),
        None
    );
    let then = watched(&record, Some(&first.deviations), next).expect("a deviation");
    assert_eq!(open(&then), ["no_contact"]);
    let names: Vec<_> = then.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(names, ["deviation.opened"]);
}

#[test]
fn a_contact_closes_it_and_moves_the_next_look() {
    let mut record = opportunity("1", created())
        .owner("anna")
        .account("DE", "software", 300)
        .build();
    let now = created() + days(31);
    let opened = watched(&record, None, now).expect("a deviation");
    record.last_contact = Some(Contacted { at: now, by: None });
    let closed = watched(&record, Some(&opened.deviations), now).expect("its end");
    assert_eq!(open(&closed), Vec::<&str>::new());
    let names: Vec<_> = closed.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(names, ["deviation.closed"]);
    assert_eq!(
        closed.deviations.next,
        Some(now + days(30) + SignedDuration::from_millis(1))
    );
}

#[test]
fn the_corridor_is_that_of_the_segment() {
    for (employees, corridor) in [(60, 45), (300, 90), (5_000, 180)] {
        let mut record = opportunity("1", created())
            .account("DE", "software", employees)
            .build();
        let within = created() + days(corridor);
        record.last_contact = Some(Contacted {
            at: within,
            by: None,
        });
        let first = watched(&record, None, within).expect("something to wait for");
        assert_eq!(open(&first), Vec::<&str>::new(), "{employees}");
        let past = within + SignedDuration::from_secs(1);
        let then = watched(&record, Some(&first.deviations), past).expect("a deviation");
        assert_eq!(open(&then), ["past_corridor"], "{employees}");
    }
}

#[test]
fn a_closed_deal_has_no_deviations() {
    let record = opportunity("1", created())
        .account("DE", "software", 300)
        .build();
    let opened = watched(&record, None, created() + days(400)).expect("deviations");
    assert_eq!(open(&opened), ["no_contact", "past_corridor"]);
    let lost = opportunity("1", created())
        .account("DE", "software", 300)
        .stage("lost", created())
        .build();
    let closed =
        watched(&lost, Some(&opened.deviations), created() + days(400)).expect("their end");
    assert_eq!(open(&closed), Vec::<&str>::new());
    assert_eq!(closed.deviations.next, None);
}
