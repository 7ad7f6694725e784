//! Every answer equals a plain count.

use business_time::{Calendar, CalendarSpec, TimeOff};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::calendars::{any_spec, few};
use crate::naive::{Naive, second};

const DAY: i64 = 86_400;
/// How far the count looks for the end of an addition.
const LIMIT: i64 = 20 * DAY;

/// Dates around which the clocks of one zone or another are changed, and one at
/// which Samoa had no 30 December.
fn any_date() -> impl Strategy<Value = Date> {
    proptest::sample::select(vec![
        date(2026, 10, 25),
        date(2026, 11, 1),
        date(2026, 3, 29),
        date(2026, 4, 5),
        date(2011, 12, 30),
        date(2018, 11, 4),
        date(2026, 2, 17),
        date(2026, 7, 1),
        date(2043, 3, 29),
    ])
}

fn midnight(date: Date) -> i64 {
    date.in_tz("UTC").unwrap().timestamp().as_second()
}

/// A calendar, absences, and a start within days of a date, in units.
fn case(unit: u32) -> impl Strategy<Value = (CalendarSpec, Vec<TimeOff>, i64)> {
    any_date().prop_flat_map(move |around| {
        let unit = i64::from(unit);
        let base = midnight(around);
        let at = move |units: i64| base + units * unit;
        let span = 8 * DAY / unit;
        let away = (-span..span, 0..span / 2).prop_map(move |(from, length)| TimeOff {
            from: second(at(from)),
            to: second(at(from + length)),
        });
        let small = u32::try_from(unit).unwrap();
        (
            any_spec(around, small),
            proptest::collection::vec(away, 0..4),
            (-span..span).prop_map(at),
        )
    })
}

/// The calendar ready around the start, or made for another time, so that it
/// has to work everything out on the spot.
fn both(spec: &CalendarSpec, away: &[TimeOff], start: i64) -> [Calendar; 2] {
    [start, start - 40 * 366 * DAY].map(|around| {
        Calendar::compile(spec, second(around))
            .unwrap()
            .with_time_off(away)
    })
}

fn check_add(calendars: &[Calendar], naive: &Naive, start: i64, amount: i64) {
    let expected = naive.add(start, amount, LIMIT);
    for calendar in calendars {
        match (expected, calendar.add(second(start), amount)) {
            (Some(expected), got) => assert_eq!(
                got,
                Ok(second(expected)),
                "add {amount} to {}",
                second(start)
            ),
            (None, Ok(got)) => {
                assert!((got.as_second() - start).abs() > LIMIT, "{got} is too near")
            }
            (None, Err(_)) => {}
        }
    }
}

proptest! {
    #![proptest_config(few(8))]

    #[test]
    fn add_elapsed_and_is_open_equal_a_count_of_minutes(
        (spec, away, start) in case(60),
        minutes in prop_oneof![-600..600_i64, -4000..4000_i64],
        span in 0..12_000_i64,
    ) {
        prop_assert_eq!(spec.validate().iter().filter(|e| !e.to_string().contains("never open")).count(), 0);
        let naive = Naive::new(&spec, &away, 60);
        let calendars = both(&spec, &away, start);
        if minutes != 0 {
            check_add(&calendars, &naive, start, minutes * 60);
        }
        let end = start + span * 60;
        let expected = naive.elapsed(start, end);
        for calendar in &calendars {
            prop_assert_eq!(calendar.elapsed(second(start), second(end)), expected);
            prop_assert_eq!(calendar.signed_elapsed(second(end), second(start)), -expected);
            prop_assert_eq!(calendar.is_open(second(start)), naive.is_open(second(start)));
        }
    }

    #[test]
    fn add_and_elapsed_equal_a_count_of_seconds(
        (spec, away, start) in case(1),
        seconds in -20_000..20_000_i64,
    ) {
        let naive = Naive::new(&spec, &away, 1);
        let calendars = both(&spec, &away, start);
        let end = start + seconds.abs();
        let expected = naive.elapsed(start, end);
        for calendar in &calendars {
            prop_assert_eq!(calendar.elapsed(second(start), second(end)), expected);
            if expected > 0 {
                // The instant at which the last of them has passed.
                let reached = calendar.add(second(start), expected).unwrap();
                prop_assert!(reached <= second(end));
                prop_assert_eq!(naive.elapsed(start, reached.as_second()), expected);
                prop_assert!(naive.is_open(second(reached.as_second() - 1)));
                let from = calendar.add(second(end), -expected).unwrap();
                prop_assert!(from >= second(start));
                prop_assert_eq!(naive.elapsed(from.as_second(), end), expected);
                prop_assert!(naive.is_open(from));
            }
        }
    }
}

#[test]
fn fractions_of_a_second_are_kept_when_the_start_is_open() {
    let spec = crate::calendars::berlin();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let noon = at("2026-06-01T09:00:00.250Z");
    for calendar in both(&spec, &[], noon.as_second()) {
        assert_eq!(
            calendar.add(noon, 3600).unwrap(),
            at("2026-06-01T10:00:00.250Z")
        );
        // One second from half a second before closing ends half a second after
        // the next opening, not at closing time.
        let late = at("2026-06-01T15:59:59.500Z");
        assert_eq!(
            calendar.add(late, 1).unwrap(),
            at("2026-06-02T07:00:00.500Z")
        );
        assert_eq!(
            calendar.add(at("2026-06-02T07:00:00.500Z"), -1).unwrap(),
            late
        );
        assert_eq!(
            calendar.add(at("2026-06-02T07:00:00.500Z"), -2).unwrap(),
            at("2026-06-01T15:59:58.500Z")
        );
        // A closed start has no fraction to keep.
        assert_eq!(
            calendar.add(at("2026-06-01T16:30:00.500Z"), 60).unwrap(),
            at("2026-06-02T07:01:00Z")
        );
        assert_eq!(
            calendar.add(at("2026-06-01T16:30:00.500Z"), -60).unwrap(),
            at("2026-06-01T15:59:00Z")
        );
    }
}
