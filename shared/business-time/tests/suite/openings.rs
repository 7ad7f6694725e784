//! When it opens and closes, and what happens where it never does.

use business_time::{Calendar, Direction, Error, TimeOff};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use crate::calendars::{any_spec, berlin, few, weekly};
use crate::naive::{Naive, second};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn an_edge_is_past_the_moment_it_comes() {
    let calendar = Calendar::compile(&berlin(), at("2026-06-01T00:00:00Z")).unwrap();
    // Monday the first: open 07:00Z-10:30Z and 11:30Z-16:00Z.
    let (opens, lunch, closes) = (
        at("2026-06-01T07:00:00Z"),
        at("2026-06-01T10:30:00Z"),
        at("2026-06-01T16:00:00Z"),
    );
    assert_eq!(
        calendar.next_opening(at("2026-06-01T06:59:59.9Z")),
        Ok(opens)
    );
    assert_eq!(calendar.next_opening(opens), Ok(at("2026-06-01T11:30:00Z")));
    assert_eq!(calendar.next_closing(opens), Ok(lunch));
    assert_eq!(calendar.next_closing(lunch), Ok(closes));
    assert_eq!(calendar.previous_opening(opens), Ok(opens));
    assert_eq!(
        calendar.previous_opening(at("2026-06-01T06:59:59Z")),
        Ok(at("2026-05-29T07:00:00Z"))
    );
    assert_eq!(calendar.previous_closing(lunch), Ok(lunch));
    assert_eq!(
        calendar.previous_closing(at("2026-06-01T10:29:59Z")),
        Ok(at("2026-05-29T14:00:00Z"))
    );
    assert!(calendar.is_open(opens) && !calendar.is_open(lunch));
    assert_eq!(calendar.roll(lunch, Direction::Backward), Ok(lunch));
    assert_eq!(
        calendar.roll(closes, Direction::Forward),
        Ok(at("2026-06-02T07:00:00Z"))
    );
}

#[test]
fn a_calendar_that_never_closes_says_so() {
    let always = Calendar::compile(
        &weekly("Europe/Berlin", "mon-sun", &["00:00-24:00"]),
        at("2026-06-01T00:00:00Z"),
    )
    .unwrap();
    let now = at("2026-06-01T00:00:00Z");
    let never = |direction| {
        Err(Error::NeverCloses {
            from: now,
            direction,
        })
    };
    assert_eq!(always.next_closing(now), never(Direction::Forward));
    assert_eq!(always.next_opening(now), never(Direction::Forward));
    assert_eq!(always.previous_opening(now), never(Direction::Backward));
    assert_eq!(always.previous_closing(now), never(Direction::Backward));
    assert_eq!(always.add(now, 86_400), Ok(at("2026-06-02T00:00:00Z")));
    // With one absence, the person's calendar closes once.
    let away = TimeOff {
        from: at("2040-01-01T00:00:00Z"),
        to: at("2040-02-01T00:00:00Z"),
    };
    let person = always.with_time_off(&[away]);
    assert_eq!(person.next_closing(now), Ok(away.from));
    assert_eq!(person.next_opening(now), Ok(away.to));
    assert_eq!(
        person.next_closing(away.to).unwrap_err().to_string(),
        "the calendar is open without a pause after 2040-02-01T00:00:00Z, so it has no closing and no opening there"
    );
}

#[test]
fn an_edge_between_two_stretches_of_the_search_is_found() {
    let mut spec = weekly("Etc/UTC", "mon-sun", &["00:00-24:00"]);
    spec.holidays.insert(date(2026, 6, 10));
    let (closes, opens) = (at("2026-06-10T00:00:00Z"), at("2026-06-11T00:00:00Z"));
    let calendar = Calendar::compile(&spec, opens).unwrap();
    for days in [4, 12, 28] {
        for seconds in -3..=3 {
            let away = jiff::SignedDuration::from_secs(days * 86_400 + seconds);
            assert_eq!(calendar.previous_opening(opens + away), Ok(opens));
            assert_eq!(calendar.previous_closing(opens + away), Ok(closes));
            assert_eq!(calendar.next_closing(closes - away), Ok(closes));
            assert_eq!(calendar.next_opening(closes - away), Ok(opens));
        }
    }
}

#[test]
fn a_calendar_that_stops_opening_says_so() {
    let mut spec = weekly("Etc/UTC", "mon", &[]);
    let now = at("2026-06-01T00:00:00Z");
    let shut = Calendar::compile(&spec, now).unwrap();
    assert!(matches!(shut.add(now, 1), Err(Error::NeverOpens { .. })));
    assert!(matches!(
        shut.add_business_days(now, 1),
        Err(Error::NeverOpens { .. })
    ));
    assert_eq!(shut.elapsed(now, at("2046-06-01T00:00:00Z")), 0);
    // One day far beyond the years kept ready is still found.
    spec.on_dates
        .insert(date(2051, 3, 1), crate::calendars::hours(&["10:00-11:00"]));
    let once = Calendar::compile(&spec, now).unwrap();
    assert_eq!(once.add(now, 3600), Ok(at("2051-03-01T11:00:00Z")));
    assert_eq!(
        once.add(now, 3601),
        Err(Error::NeverOpens {
            from: now,
            direction: Direction::Forward
        })
    );
    assert_eq!(
        once.add_business_days(at("2051-03-01T10:30:00Z"), 1)
            .unwrap_err()
            .to_string(),
        "the calendar has no open time after 2051-03-01T10:30:00Z: give it weekly hours, or hours on a date"
    );
    assert!(matches!(
        once.add(now, -1),
        Err(Error::NeverOpens {
            direction: Direction::Backward,
            ..
        })
    ));
}

#[test]
fn the_ends_of_time_are_errors_not_panics() {
    for around in [Timestamp::MIN, at("2026-06-01T00:00:00Z"), Timestamp::MAX] {
        let calendar = Calendar::compile(&berlin(), around).unwrap();
        for (start, amount) in [
            (Timestamp::MAX, 1_000_000),
            (Timestamp::MIN, -1_000_000),
            (Timestamp::MAX, i64::MAX),
            (Timestamp::MIN, i64::MIN),
        ] {
            assert_eq!(
                calendar.add(start, amount),
                Err(Error::OutOfRange { from: start })
            );
        }
        assert!(calendar.add_business_days(Timestamp::MAX, 5).is_err());
        assert!(calendar.add_business_days(Timestamp::MIN, -5).is_err());
        assert!(calendar.elapsed(Timestamp::MAX, Timestamp::MAX) == 0);
        assert!(calendar.next_opening(Timestamp::MAX).is_err());
        assert!(calendar.previous_opening(Timestamp::MIN).is_err());
    }
}

proptest! {
    #![proptest_config(few(4))]

    #[test]
    fn edges_are_where_a_count_finds_them(spec in any_spec(date(2026, 10, 28), 60), minute in -14_000..14_000_i64) {
        let middle = at("2026-10-28T00:00:00Z").as_second();
        let start = middle + minute * 60;
        let naive = Naive::new(&spec, &[], 60);
        let calendar = Calendar::compile(&spec, second(start)).unwrap();
        // Whether the state changes at a minute, and into what.
        let edge = |minute: i64| {
            let (before, now) = (naive.is_open(second(minute - 60)), naive.is_open(second(minute)));
            (before != now).then_some(now)
        };
        let limit = 9 * 1440;
        let find = |mut minutes: Box<dyn Iterator<Item = i64>>, opening| minutes.find(|&minute| edge(minute) == Some(opening)).map(second);
        let after = || Box::new((1..limit).map(move |n| start + n * 60));
        let until = || Box::new((0..limit).map(move |n| start - n * 60));
        for (expected, got) in [
            (find(after(), true), calendar.next_opening(second(start))),
            (find(after(), false), calendar.next_closing(second(start))),
            (find(until(), true), calendar.previous_opening(second(start))),
            (find(until(), false), calendar.previous_closing(second(start))),
        ] {
            match (expected, got) {
                (Some(expected), got) => prop_assert_eq!(got, Ok(expected)),
                (None, Ok(got)) => prop_assert!((got.as_second() - start).abs() >= limit * 60),
                (None, Err(_)) => {}
            }
        }
    }
}
