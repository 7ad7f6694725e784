//! Deviations, by the example company's model.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use contracts::EventData;
use contracts::state::{
    Clock, ClockStatus, DeviationsState, GateState, OpenDeviation, RoutingStatus,
};
use crm::{Author, Change, Contacted, PersonId, Record, Value};
use decisions::{
    Staffing, Standing,
    deviations::{Watched, watch},
};
use jiff::{SignedDuration, Timestamp};
use testkit::{at, example_model, example_staffing, lead, opportunity, staffing};

fn created() -> Timestamp {
    at("2026-11-01T00:00:00Z")
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn watched(record: &Record, before: Option<&DeviationsState>, now: Timestamp) -> Option<Watched> {
    let only = only(&["no_contact", "past_corridor"]);
    watch(&only, record, None, Standing::default(), before, now)
}

/// The example company's model with no other deviations than these.
fn only(names: &[&str]) -> Staffing {
    let mut model = example_model();
    model
        .deviations
        .retain(|name, _| names.contains(&name.as_str()));
    staffing(model)
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

/// What is open of a record about which this is known.
fn opened(
    record: &Record,
    gate: Option<&GateState>,
    standing: Standing<'_>,
    now: Timestamp,
) -> Vec<String> {
    let watched = watch(&example_staffing(), record, gate, standing, None, now);
    let open: BTreeMap<String, OpenDeviation> =
        watched.map(|it| it.deviations.open).unwrap_or_default();
    open.into_keys().collect()
}

fn at_sql(since: Timestamp) -> GateState {
    GateState {
        stage: "sql".to_owned(),
        since,
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    }
}

#[test]
fn a_deal_that_stays_too_long_without_its_criteria_shows_both() {
    let record = opportunity("1", created()).stage("sql", created()).build();
    let gate = at_sql(created());
    let found = |now| opened(&record, Some(&gate), Standing::default(), now);
    assert_eq!(found(created() + days(30)), ["criteria_not_met"]);
    let later = found(created() + days(31));
    assert!(later.contains(&"stuck_in_stage".to_owned()), "{later:?}");
}

#[test]
fn a_move_that_the_gate_has_not_passed_is_no_deviation_yet() {
    let record = opportunity("1", created()).stage("sql", created()).build();
    let discovery = GateState {
        stage: "discovery".to_owned(),
        ..at_sql(created())
    };
    assert!(opened(&record, Some(&discovery), Standing::default(), created()).is_empty());
}

#[test]
fn a_close_date_is_passed_when_its_day_is_over_in_the_companys_zone() {
    let record = opportunity("1", created())
        .value(
            "close_date",
            Value::Date("2026-11-10".parse().expect("a day")),
        )
        .build();
    let found = |now| opened(&record, None, Standing::default(), at(now));
    assert!(found("2026-11-10T22:59:00Z").is_empty());
    assert_eq!(found("2026-11-10T23:00:01Z"), ["close_date_passed"]);
}

#[test]
fn a_close_date_that_moved_three_times_slips() {
    let dates = ["2026-12-24", "2026-12-20", "2026-12-10", "2026-12-01"];
    let change = |(index, date): (usize, &&str)| Change {
        value: Some(Value::Date(date.parse().expect("a day"))),
        at: created() - days(i64::try_from(index).expect("small")),
        by: Author::Unknown,
    };
    for (count, open) in [(3, Vec::new()), (4, vec!["close_date_slips".to_owned()])] {
        let mut record = opportunity("1", created())
            .value(
                "close_date",
                Value::Date("2026-12-24".parse().expect("a day")),
            )
            .build();
        let changes = dates.iter().enumerate().take(count).map(change).collect();
        record.history.insert("close_date".to_owned(), changes);
        assert_eq!(opened(&record, None, Standing::default(), created()), open);
    }
}

#[test]
fn a_late_clock_is_a_deviation_until_it_is_met() {
    let record = lead("1", created()).owner("anna").build();
    let clock = |status| {
        let clock = Clock {
            instance: 1,
            status,
            owner: PersonId::new("anna"),
            started: created(),
            budget: "24h".to_owned(),
            calendar: "berlin".to_owned(),
            due: created() + days(1),
            warn_at: None,
            steps: Vec::new(),
            met: None,
            ownerless: false,
            kept: None,
            time_off: None,
        };
        BTreeMap::from([("first_response".to_owned(), clock)])
    };
    for (status, open) in [
        (ClockStatus::Running, Vec::new()),
        (ClockStatus::Late, vec!["late_response".to_owned()]),
        (ClockStatus::MetLate, Vec::new()),
    ] {
        let clocks = clock(status);
        let standing = Standing {
            clocks: Some(&clocks),
            routing: Some(RoutingStatus::Routed),
            ..Standing::default()
        };
        assert_eq!(opened(&record, None, standing, created()), open);
    }
    // A clock that never started is not late, and that is known.
    assert!(opened(&record, None, Standing::default(), created()).is_empty());
}

#[test]
fn a_lead_that_waits_for_an_owner_is_shown_after_a_quarter_of_an_hour() {
    let record = lead("1", created()).build();
    let minutes = |minutes| created() + SignedDuration::from_mins(minutes);
    let standing = |routing| Standing {
        routing,
        ..Standing::default()
    };
    let found = |routing, now| opened(&record, None, standing(routing), now);
    assert!(found(Some(RoutingStatus::Waiting), minutes(15)).is_empty());
    assert_eq!(
        found(Some(RoutingStatus::Waiting), minutes(16)),
        ["unrouted"]
    );
    assert!(found(Some(RoutingStatus::Routed), minutes(16)).is_empty());
    assert!(found(None, minutes(16)).is_empty());
}

/// Whoever brought it there is named, and when, by whatever way it came past the gate.
#[test]
fn what_lacks_the_criteria_of_its_stage_says_who_moved_it_there_and_when() {
    let found = |deal: testkit::Growing| {
        let record = deal.build();
        let gate = at_sql(created());
        let only = only(&["criteria_not_met"]);
        watch(
            &only,
            &record,
            Some(&gate),
            Standing::default(),
            None,
            created() + days(1),
        )
        .expect("a deviation")
    };
    let deal = || {
        opportunity("1", created())
            .owner("anna")
            .stage("sql", at("2026-11-01T09:00:00Z"))
    };
    let by_ben = found(deal().moved_by("ben"));
    let note = by_ben.draft.reasons[0].note.as_deref();
    assert_eq!(note, Some("ben moved it to sql on Sun 01 Nov 2026, 10:00"));
    assert_eq!(by_ben.draft.facts["moved_by"], "ben");
    assert_eq!(by_ben.draft.facts["moved_at"], "2026-11-01T09:00:00Z");
    let unnamed = found(deal());
    let note = unnamed.draft.reasons[0].note.clone().unwrap_or_default();
    assert!(
        note.starts_with("somebody whom the CRM does not name moved it"),
        "{note}"
    );
}
