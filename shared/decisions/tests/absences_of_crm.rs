//! What a CRM says of its users, beside what is entered by hand.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    EventData,
    state::{Absence, AbsencesState, Span},
};
use crm::PersonId;
use decisions::absences::{AbsenceError, Changed, InCrm, back, cancel, enter, seen_in_crm};
use jiff::{SignedDuration, Timestamp};
use testkit::{at, away, example_rules, source};

const NOON: &str = "2026-11-23T12:00:00Z";
const MONDAY: (&str, &str) = ("2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z");
const FRIDAY: (&str, &str) = ("2026-11-27T08:00:00Z", "2026-11-28T08:00:00Z");
const CHRISTMAS: (&str, &str) = ("2026-12-21T08:00:00Z", "2027-01-02T08:00:00Z");

fn anna() -> PersonId {
    PersonId::new("anna")
}

fn span((from, to): (&str, &str)) -> Span {
    Span {
        from: at(from),
        to: at(to),
    }
}

fn look_at(before: &AbsencesState, spans: &[(&str, &str)], now: &str) -> Option<Changed> {
    let spans: Vec<(Timestamp, Timestamp)> =
        spans.iter().map(|(from, to)| (at(from), at(to))).collect();
    let seen = InCrm {
        source: &source(),
        archived: false,
        out_of_office: Some(&spans),
    };
    seen_in_crm(&example_rules(), before, &anna(), &seen, at(now))
}

fn of_anna(state: &AbsencesState) -> Vec<(Span, bool)> {
    let anna = anna();
    let all = state.of(&anna);
    all.map(|it| (it.span, it.of.is_some())).collect()
}

fn of_monday() -> AbsencesState {
    let changed = look_at(
        &AbsencesState::default(),
        &[MONDAY, FRIDAY, CHRISTMAS],
        NOON,
    );
    changed.expect("news").absences
}

#[test]
fn what_is_of_the_next_fortnight_is_kept_and_told_once() {
    let state = of_monday();
    assert_eq!(
        of_anna(&state),
        [(span(MONDAY), true), (span(FRIDAY), true)]
    );
    assert_eq!(look_at(&state, &[MONDAY, FRIDAY, CHRISTMAS], NOON), None);
}

#[test]
fn what_the_crm_does_not_say_any_more_is_over_now() {
    let changed = look_at(&of_monday(), &[FRIDAY], NOON).expect("news");
    let morning = (MONDAY.0, NOON);
    assert_eq!(
        of_anna(&changed.absences),
        [(span(morning), true), (span(FRIDAY), true)]
    );
    assert!(
        changed.draft.outcome.contains("not out of office any more"),
        "{}",
        changed.draft.outcome
    );
    let gone = changed.draft.emits.iter().any(|event| {
        matches!(event, EventData::AbsenceChanged { away: false, to, .. } if *to == at(MONDAY.1))
    });
    assert!(gone, "her clocks are looked at anew");
}

#[test]
fn what_is_over_stays_as_it_was_for_a_fortnight() {
    let later = "2026-11-25T12:00:00Z";
    assert_eq!(look_at(&of_monday(), &[FRIDAY], later), None);
    let much_later = look_at(&of_monday(), &[CHRISTMAS], "2026-12-20T12:00:00Z").expect("news");
    assert_eq!(of_anna(&much_later.absences), [(span(CHRISTMAS), true)]);
}

#[test]
fn what_is_entered_by_hand_goes_before_it() {
    let by_hand = away(&[("anna", "2026-11-23T12:00:00Z", "2026-11-23T16:00:00Z")]);
    let changed = look_at(&by_hand, &[MONDAY], NOON).expect("news");
    let expected = [
        (span((MONDAY.0, NOON)), true),
        (span((NOON, "2026-11-23T16:00:00Z")), false),
        (span(("2026-11-23T16:00:00Z", MONDAY.1)), true),
    ];
    assert_eq!(of_anna(&changed.absences), expected);
    assert_eq!(look_at(&changed.absences, &[MONDAY], NOON), None);
    // Entered afterwards, with somebody who covers.
    let absence = Absence {
        span: span(MONDAY),
        reason: None,
        cover: Some(PersonId::new("ben")),
        of: None,
    };
    let entered = enter(&example_rules(), &of_monday(), &anna(), absence, at(NOON));
    let entered = entered.expect("entered").absences;
    assert_eq!(
        of_anna(&entered),
        [(span(MONDAY), false), (span(FRIDAY), true)]
    );
}

#[test]
fn only_the_crm_takes_back_what_it_says() {
    let (rules, state) = (example_rules(), of_monday());
    let of_crm = |error: Result<Changed, AbsenceError>| {
        let error = error.expect_err("refused").to_string();
        assert!(
            error.contains("is what hubspot says: change it there"),
            "{error}"
        );
    };
    of_crm(back(&rules, &state, &anna(), at(NOON), at(NOON)));
    of_crm(cancel(&rules, &state, &anna(), None, at(NOON)));
}

/// Each lead that is routed reads all of it.
#[test]
fn of_a_thousand_people_it_stays_small() {
    let (rules, mut state) = (example_rules(), AbsencesState::default());
    for number in 0..1_000_i64 {
        let person = PersonId::new(format!("person{number}"));
        // Everybody is away for a week, four times a year.
        let first = at("2026-01-05T00:00:00Z") + SignedDuration::from_hours(24 * (number % 91));
        let spans: Vec<(Timestamp, Timestamp)> = (0..4)
            .map(|quarter| first + SignedDuration::from_hours(24 * 91 * quarter))
            .map(|from| (from, from + SignedDuration::from_hours(24 * 7)))
            .collect();
        let seen = InCrm {
            source: &source(),
            archived: false,
            out_of_office: Some(&spans),
        };
        let changed = seen_in_crm(&rules, &state, &person, &seen, at(NOON));
        state = changed.map_or(state, |changed| changed.absences);
    }
    let bytes = serde_json::to_vec(&state).expect("JSON").len();
    assert!(state.people.len() > 200, "{}", state.people.len());
    assert!(bytes < 32_000, "{bytes} bytes");
}
