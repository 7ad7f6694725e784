//! Counting in working days.

use business_time::{Calendar, Weekday};
use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use crate::calendars::{any_spec, berlin, few, weekly};
use crate::naive::second;

fn check(calendar: &Calendar, cases: &[(&str, i64, &str)]) {
    let zone = calendar.time_zone();
    let at = |text: &str| {
        zone.to_timestamp(text.parse::<DateTime>().unwrap())
            .unwrap()
    };
    for &(start, days, expected) in cases {
        let end = calendar.add_business_days(at(start), days).unwrap();
        let shown = zone.to_datetime(end).strftime("%F %H:%M").to_string();
        assert_eq!(shown, expected, "{start} and {days} business days");
    }
}

fn compiled(spec: &business_time::CalendarSpec) -> Calendar {
    Calendar::compile(spec, "2026-06-01T00:00:00Z".parse::<Timestamp>().unwrap()).unwrap()
}

#[test]
fn a_business_day_is_a_working_day_to_the_same_hour() {
    check(
        &compiled(&berlin()),
        &[
            ("2026-06-08 10:15", 1, "2026-06-09 10:15"),
            ("2026-06-11 10:15", 2, "2026-06-15 10:15"),
            ("2026-06-11 10:15", -1, "2026-06-10 10:15"),
            ("2026-06-15 10:15", -1, "2026-06-12 10:15"),
            // Over the change of clocks, over holidays, far ahead and back.
            ("2026-10-23 10:00", 1, "2026-10-26 10:00"),
            ("2026-12-23 10:00", 2, "2026-12-28 10:00"),
            ("2026-06-08 10:15", 250, "2027-05-26 10:15"),
            ("2027-05-26 10:15", -250, "2026-06-08 10:15"),
        ],
    );
}

#[test]
fn a_closed_start_goes_to_the_next_opening_first() {
    check(
        &compiled(&berlin()),
        &[
            ("2026-06-13 11:00", 0, "2026-06-15 09:00"),
            ("2026-06-13 11:00", 1, "2026-06-16 09:00"),
            ("2026-06-09 06:00", 1, "2026-06-10 09:00"),
            ("2026-06-09 20:00", 1, "2026-06-11 09:00"),
            ("2026-06-09 13:00", 1, "2026-06-10 13:30"),
            ("2026-06-09 18:00", 1, "2026-06-11 09:00"),
            ("2026-06-13 11:00", -1, "2026-06-11 16:00"),
            ("2026-06-09 13:00", -1, "2026-06-08 12:30"),
        ],
    );
}

#[test]
fn a_time_outside_the_hours_of_the_last_day_moves_into_them() {
    let mut spec = berlin();
    // A Friday that opens late and has a long lunch.
    spec.on_dates.insert(
        date(2026, 6, 19),
        crate::calendars::hours(&["10:00-12:00", "14:00-16:00"]),
    );
    check(
        &compiled(&spec),
        &[
            // Thursday 17:00: Friday is over at 16:00.
            ("2026-06-11 17:00", 1, "2026-06-12 16:00"),
            ("2026-06-18 09:30", 1, "2026-06-19 10:00"),
            ("2026-06-18 12:10", 1, "2026-06-19 14:00"),
            ("2026-06-18 12:00", 1, "2026-06-19 12:00"),
            ("2026-06-22 12:10", -1, "2026-06-19 12:00"),
            ("2026-12-23 15:00", 1, "2026-12-24 12:00"),
        ],
    );
}

#[test]
fn a_night_belongs_to_the_day_it_begins_on() {
    let night = compiled(&weekly("Europe/Berlin", "mon-fri", &["22:00-06:00"]));
    check(
        &night,
        &[
            ("2026-06-09 02:00", 1, "2026-06-10 02:00"),
            ("2026-06-13 02:00", 1, "2026-06-16 02:00"),
            ("2026-06-13 07:00", 1, "2026-06-16 22:00"),
        ],
    );
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    assert_eq!(
        night.working_day_of(at("2026-06-13T00:00:00Z")),
        Some(date(2026, 6, 12))
    );
    assert_eq!(night.working_day_of(at("2026-06-13T12:00:00Z")), None);
    assert!(night.is_working_day(date(2026, 6, 12)) && !night.is_working_day(date(2026, 6, 13)));
    assert_eq!(night.working_day_length(date(2026, 6, 12)), 8 * 3600);
    assert_eq!(night.working_day_length(date(2026, 6, 13)), 0);
}

#[test]
fn a_break_over_midnight_shortens_the_next_day() {
    let mut spec = weekly("Etc/UTC", "mon-fri", &["08:00-16:00"]);
    spec.breaks
        .insert(Weekday::Mon, crate::calendars::hours(&["15:00-10:00"]));
    spec.breaks_on
        .insert(date(2026, 6, 3), crate::calendars::hours(&["23:00-09:00"]));
    let calendar = compiled(&spec);
    let lengths = [1, 2, 3, 4, 5].map(|day| calendar.working_day_length(date(2026, 6, day)) / 3600);
    assert_eq!(lengths, [7, 6, 8, 7, 8]);
}

#[test]
fn the_same_hour_where_clocks_are_changed() {
    let always = compiled(&weekly("Europe/Berlin", "mon-sun", &["00:00-24:00"]));
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    for (start, expected) in [
        // 02:30 is skipped: the moment of the change. 03:00 is not.
        ("2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00"),
        ("2026-03-28T03:00:00+01:00", "2026-03-29T03:00:00+02:00"),
        ("2026-03-28T01:59:59+01:00", "2026-03-29T01:59:59+01:00"),
        // 02:30 comes twice: the first one. 03:00 comes once, after both.
        ("2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
        ("2026-10-24T03:00:00+02:00", "2026-10-25T03:00:00+01:00"),
    ] {
        assert_eq!(
            always.add_business_days(at(start), 1),
            Ok(at(expected)),
            "{start}"
        );
    }
}

#[test]
fn a_zone_that_skips_a_day_skips_it() {
    // Samoa had no 30 December 2011.
    let apia = Calendar::compile(
        &weekly("Pacific/Apia", "mon-fri", &["09:00-17:00"]),
        second(1_325_000_000),
    )
    .unwrap();
    assert!(!apia.is_working_day(date(2011, 12, 30)));
    check(
        &apia,
        &[
            ("2011-12-29 10:00", 1, "2012-01-02 10:00"),
            ("2012-01-02 10:00", -1, "2011-12-29 10:00"),
        ],
    );
}

proptest! {
    #![proptest_config(few(2))]

    #[test]
    fn days_count_up_and_never_overtake_each_other(
        spec in any_spec(date(2026, 10, 28), 60), start in -2_000_000..2_000_000_i64, wait in 0..200_000_i64, days in -20..20_i64,
    ) {
        let start = 1_793_000_000 + start;
        let calendar = Calendar::compile(&spec, second(start)).unwrap();
        let end = |start, days| calendar.add_business_days(second(start), days);
        if let (Ok(one), Ok(more)) = (end(start, days), end(start, days + 1)) {
            prop_assert!(one <= more, "{one} {more}");
        }
        if let (Ok(one), Ok(later)) = (end(start, days), end(start + wait, days)) {
            prop_assert!(one <= later, "{one} {later}");
        }
        if let (Ok(first), Ok(last)) = (end(start, 0), end(start, days)) {
            let worked = (last.as_second() - first.as_second()).signum();
            prop_assert!(days == 0 || worked == days.signum() || last == first);
        }
    }
}
