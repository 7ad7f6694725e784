//! Who is away: entered, ended early, taken back.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::sync::LazyLock;

use contracts::{
    EventData,
    state::{Absence, AbsencesState, Span},
};
use crm::PersonId;
use decisions::{
    Rules,
    absences::{AbsenceError, Changed, back, cancel, enter, told, until},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use testkit::{at, away, example_rules};

/// Christmas, in Berlin: 21 December to 2 January, both days away.
const FROM: &str = "2026-12-20T23:00:00Z";
const TO: &str = "2027-01-02T23:00:00Z";

fn now() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn anna() -> PersonId {
    PersonId::new("anna")
}

fn entered(before: &AbsencesState, from: &str, to: &str) -> Result<Changed, AbsenceError> {
    let absence = Absence {
        span: Span {
            from: at(from),
            to: at(to),
        },
        reason: Some("holiday".to_owned()),
        cover: None,
        of: None,
    };
    enter(&example_rules(), before, &anna(), absence, now())
}

fn christmas() -> AbsencesState {
    away(&[("anna", FROM, TO)])
}

fn spans(state: &AbsencesState) -> Vec<(String, String)> {
    let text = |absence: &Absence| (absence.span.from.to_string(), absence.span.to.to_string());
    state.of(&anna()).map(text).collect()
}

fn event(changed: &Changed) -> (Timestamp, Timestamp, bool) {
    match changed.draft.emits.as_slice() {
        [
            EventData::AbsenceChanged {
                person,
                from,
                to,
                away,
            },
        ] if *person == anna() => (*from, *to, *away),
        other => panic!("{other:?}"),
    }
}

fn refused(result: Result<Changed, AbsenceError>) -> String {
    result.expect_err("an error").to_string()
}

#[test]
fn an_absence_is_entered_and_its_reason_stays_in_the_item() {
    let changed = entered(&AbsencesState::default(), FROM, TO).expect("entered");
    assert_eq!(spans(&changed.absences), [(FROM.to_owned(), TO.to_owned())]);
    assert_eq!(event(&changed), (at(FROM), at(TO), true));
    assert_eq!(
        changed.draft.outcome,
        "anna is away from Mon 21 Dec 2026 to Sat 2 Jan 2027"
    );
    assert_eq!(changed.draft.reasons[0].rule, "people.anna");
    assert!(changed.draft.reasons[0].place.is_some());
    let reason = changed.absences.people[&anna()][0].reason.as_deref();
    assert_eq!(reason, Some("holiday"));
    let said = format!("{:?}", changed.draft);
    assert!(!said.contains("holiday"), "{said}");
}

#[test]
fn what_overlaps_or_touches_becomes_one() {
    for (from, to) in [
        ("2026-12-30T23:00:00Z", "2027-01-08T23:00:00Z"),
        (TO, "2027-01-08T23:00:00Z"),
    ] {
        let changed = entered(&christmas(), from, to).expect("entered");
        let together = [(FROM.to_owned(), "2027-01-08T23:00:00Z".to_owned())];
        assert_eq!(spans(&changed.absences), together);
        assert_eq!(event(&changed), (at(from), at(to), true));
        let note = changed.draft.reasons[0].note.clone().expect("a note");
        assert!(
            note.ends_with("they are away from Mon 21 Dec 2026 to Fri 8 Jan 2027"),
            "{note}"
        );
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let none = AbsencesState::default();
    let error = refused(entered(&none, TO, FROM));
    assert!(
        error.starts_with("that absence ends before it begins"),
        "{error}"
    );
    let error = refused(entered(&none, FROM, FROM));
    assert!(
        error.starts_with("that absence ends before it begins"),
        "{error}"
    );
    let error = refused(entered(&none, FROM, "2029-01-02T23:00:00Z"));
    assert!(error.contains("is the year right?"), "{error}");
    let error = refused(entered(
        &none,
        "2026-08-01T00:00:00Z",
        "2026-09-01T00:00:00Z",
    ));
    assert!(error.contains("more than 60 days ago"), "{error}");
    let error = refused(entered(&christmas(), FROM, "2026-12-24T23:00:00Z"));
    assert_eq!(
        error,
        "anna is away then already: from Mon 21 Dec 2026 to Sat 2 Jan 2027"
    );
    let absence = Absence {
        span: Span {
            from: at(FROM),
            to: at(TO),
        },
        reason: Some("x".repeat(101)),
        cover: None,
        of: None,
    };
    let error = refused(enter(&example_rules(), &none, &anna(), absence, now()));
    assert!(error.contains("101 characters"), "{error}");
}

#[test]
fn who_is_back_early_is_away_until_then() {
    let rules = example_rules();
    let early = at("2026-12-27T23:00:00Z");
    let changed = back(&rules, &christmas(), &anna(), early, early).expect("back");
    assert_eq!(
        spans(&changed.absences),
        [(FROM.to_owned(), early.to_string())]
    );
    assert_eq!(event(&changed), (early, at(TO), false));
    assert_eq!(changed.draft.outcome, "anna is back, Mon 28 Dec 2026 00:00");
    // From its first instant on, nothing of it is left.
    let changed = back(&rules, &christmas(), &anna(), at(FROM), now()).expect("back");
    assert_eq!(changed.absences, AbsencesState::default());
    let error = refused(back(&rules, &christmas(), &anna(), now(), now()));
    assert_eq!(
        error,
        "anna is not away at Mon 23 Nov 2026 10:00; they are away from Mon 21 Dec 2026 to Sat 2 Jan 2027"
    );
}

#[test]
fn an_absence_is_taken_back_if_it_is_clear_which() {
    let rules = example_rules();
    let changed = cancel(&rules, &christmas(), &anna(), None, now()).expect("taken back");
    assert_eq!(changed.absences, AbsencesState::default());
    assert_eq!(event(&changed), (at(FROM), at(TO), false));
    let two = away(&[
        ("anna", "2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z"),
        ("anna", FROM, TO),
    ]);
    let error = refused(cancel(&rules, &two, &anna(), None, now()));
    assert_eq!(
        error,
        "anna has more than one absence: on Wed 25 Nov 2026; from Mon 21 Dec 2026 to Sat 2 Jan 2027; say with --from which one is taken back"
    );
    let changed = cancel(&rules, &two, &anna(), Some(at(FROM)), now()).expect("taken back");
    assert_eq!(spans(&changed.absences).len(), 1);
    let ben = PersonId::new("ben");
    let error = refused(cancel(&rules, &two, &ben, None, now()));
    assert_eq!(
        error,
        "ben is not away now or later; no absence of theirs is known"
    );
}

#[test]
fn what_was_over_long_ago_is_forgotten_with_the_next_change() {
    let before = away(&[
        ("ben", "2026-09-01T00:00:00Z", "2026-09-10T00:00:00Z"),
        ("maya", "2026-10-01T00:00:00Z", "2026-10-10T00:00:00Z"),
    ]);
    let changed = entered(&before, FROM, TO).expect("entered");
    let people: Vec<&str> = changed
        .absences
        .people
        .keys()
        .map(PersonId::as_str)
        .collect();
    assert_eq!(people, ["anna", "maya"]);
}

#[test]
fn days_and_hours_are_told_where_the_person_is() {
    let rules = example_rules();
    let span = |from: &str, to: &str| Span {
        from: at(from),
        to: at(to),
    };
    let berlin = rules.zone_of(&anna());
    let york = rules.zone_of(&PersonId::new("maya"));
    let noon = span("2026-12-21T12:00:00Z", "2026-12-21T23:00:00Z");
    assert_eq!(
        told(&noon, berlin),
        "from Mon 21 Dec 2026 13:00 to Tue 22 Dec 2026 00:00"
    );
    let days = span("2026-12-21T05:00:00Z", "2026-12-23T05:00:00Z");
    assert_eq!(told(&days, york), "from Mon 21 Dec 2026 to Tue 22 Dec 2026");
    assert_eq!(until(days.to, york), "the end of Tue 22 Dec 2026");
    assert_eq!(until(days.to, berlin), "Wed 23 Dec 2026 06:00");
}

static RULES: LazyLock<Rules> = LazyLock::new(example_rules);

proptest! {
    /// Whatever is entered, ended and taken back: a person's absences stay in order and apart, and
    /// each instant is away exactly if the last word on it was so.
    #[test]
    fn the_last_word_on_an_instant_holds(
        steps in proptest::collection::vec((0_i64..40, 1_i64..15, any::<bool>()), 1..12),
    ) {
        let rules = &*RULES;
        let hour = |count: i64| now() + SignedDuration::from_hours(count);
        let mut state = AbsencesState::default();
        let mut away = [false; 60];
        for (from, length, enters) in steps {
            let changed = if enters {
                let span = Span { from: hour(from), to: hour(from + length) };
                enter(rules, &state, &anna(), Absence { span, reason: None, cover: None, of: None }, now())
            } else {
                back(rules, &state, &anna(), hour(from), now())
            };
            let Ok(changed) = changed else { continue };
            let (first, last, is_away) = event(&changed);
            for (count, it) in (0_i64..).zip(away.iter_mut()) {
                if first <= hour(count) && hour(count) < last {
                    *it = is_away;
                }
            }
            state = changed.absences;
            for (count, it) in (0_i64..).zip(away) {
                prop_assert_eq!(state.at(&anna(), hour(count)).is_some(), it, "hour {}", count);
            }
            let all: Vec<Span> = state.of(&anna()).map(|absence| absence.span).collect();
            prop_assert!(all.windows(2).all(|pair| pair[0].to < pair[1].from), "{:?}", all);
        }
    }
}

#[test]
fn who_covers_is_kept_with_the_absence_and_said() {
    let rules = example_rules();
    let absence = |cover: &str| Absence {
        span: Span {
            from: at(FROM),
            to: at(TO),
        },
        reason: None,
        cover: Some(PersonId::new(cover)),
        of: None,
    };
    let enter =
        |before: &AbsencesState, cover| enter(&rules, before, &anna(), absence(cover), now());
    let entered = enter(&AbsencesState::default(), "ben").expect("entered");
    let said = "anna is away from Mon 21 Dec 2026 to Sat 2 Jan 2027; ben covers for them";
    assert_eq!(entered.draft.outcome, said);
    let known = |state: &AbsencesState| state.of(&anna()).next().and_then(|it| it.cover.clone());
    assert_eq!(known(&entered.absences), Some(PersonId::new("ben")));
    assert!(enter(&entered.absences, "ben").is_err(), "nothing new");
    let other = enter(&entered.absences, "jonas").expect("another covers");
    assert_eq!(known(&other.absences), Some(PersonId::new("jonas")));
    let themselves =
        enter(&AbsencesState::default(), "anna").expect_err("nobody covers for themselves");
    assert_eq!(
        themselves.to_string(),
        "anna cannot cover for themselves: name somebody who is there"
    );
}
