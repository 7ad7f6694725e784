//! What a calendar may say, and what it is told when it says something wrong.

use business_time::{Calendar, CalendarSpec, Error, Hours, SpecError, TimeOfDay, Weekday};
use jiff::Timestamp;
use jiff::civil::date;

use crate::calendars::{berlin, hours, weekly};

fn messages(spec: &CalendarSpec) -> Vec<String> {
    spec.validate().iter().map(ToString::to_string).collect()
}

#[test]
fn a_calendar_survives_writing_and_reading() {
    let mut spec = berlin();
    spec.breaks.insert(Weekday::Mon, hours(&["10:00-10:15:30"]));
    spec.breaks_on
        .insert(date(2026, 6, 1), hours(&["22:00-24:00"]));
    let text = serde_json::to_string(&spec).unwrap();
    assert!(
        text.starts_with(
            r#"{"time_zone":"Europe/Berlin","hours":{"mon":["09:00-12:30","13:30-18:00"],"#
        ),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<CalendarSpec>(&text).unwrap(), spec);
    assert!(serde_json::from_str::<CalendarSpec>(r#"{"time_zone":"Etc/UTC","hour":{}}"#).is_err());
}

#[test]
fn a_good_calendar_has_no_mistakes() {
    assert!(messages(&berlin()).is_empty());
    assert!(
        messages(&weekly(
            "Etc/UTC",
            "mon-sun",
            &["22:00-06:00", "06:00-22:00"]
        ))
        .is_empty()
    );
    assert!(messages(&weekly("Etc/UTC", "mon-sun", &["00:00-24:00"])).is_empty());
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let mut spec = weekly(
        "Europe/Berln",
        "mon-tue",
        &["09:00-12:00", "11:00-13:00", "22:00-10:00"],
    );
    spec.on_dates.insert(
        date(2026, 12, 24),
        vec![Hours::new(TimeOfDay::END_OF_DAY, TimeOfDay::MIDNIGHT)],
    );
    assert_eq!(
        messages(&spec),
        [
            "time_zone `Europe/Berln` is not known: write a name of the IANA database, for example Europe/Berlin",
            "hours, mon: 09:00-12:00 and 11:00-13:00 overlap: join them, or move one of them",
            "hours, tue: 09:00-12:00 and 11:00-13:00 overlap: join them, or move one of them",
            "on_dates, 2026-12-24: 24:00-00:00 starts at 24:00, when the day is over: let it start at 00:00 of the next day",
            "hours, mon: 22:00-10:00 runs over midnight into 09:00-12:00 of hours, tue: end it earlier, or let the other start later",
        ]
    );
    let error = Calendar::compile(&spec, Timestamp::UNIX_EPOCH).unwrap_err();
    assert!(matches!(&error, Error::Spec(mistakes) if mistakes.len() == 5));
    assert!(
        error
            .to_string()
            .starts_with("the calendar cannot be used: time_zone `Europe/Berln`")
    );
}

#[test]
fn what_runs_over_midnight_is_checked_against_the_date_it_meets() {
    let mut spec = weekly("Etc/UTC", "fri", &["04:00-12:00"]);
    // Thursday the 24th runs into Friday the 25th …
    spec.on_dates
        .insert(date(2026, 12, 24), hours(&["20:00-05:00"]));
    assert!(
        messages(&spec)[0]
            .contains("20:00-05:00 runs over midnight into 04:00-12:00 of hours, fri")
    );
    // … unless that is a holiday, or has other hours.
    spec.holidays.insert(date(2026, 12, 25));
    assert!(messages(&spec).is_empty());
    spec.on_dates
        .insert(date(2026, 12, 25), hours(&["05:00-06:00"]));
    assert!(messages(&spec).is_empty());
    spec.on_dates
        .insert(date(2026, 12, 25), hours(&["04:59-06:00"]));
    assert!(messages(&spec)[0].contains("of on_dates, 2026-12-25"));
}

#[test]
fn a_calendar_that_is_never_open_is_a_mistake() {
    let mut spec = weekly("Etc/UTC", "mon", &["09:00-12:00"]);
    spec.breaks
        .insert(Weekday::Mon, hours(&["08:00-11:00", "10:00-13:00"]));
    assert_eq!(spec.validate(), [SpecError::NeverOpen]);
    spec.on_dates
        .insert(date(2026, 12, 25), hours(&["14:00-15:00"]));
    assert!(spec.validate().is_empty());
}

#[test]
fn holidays_close_and_dates_open() {
    let mut spec = weekly("Etc/UTC", "mon-sun", &["20:00-04:00"]);
    spec.holidays.insert(date(2026, 6, 10));
    spec.holidays.insert(date(2026, 6, 20));
    spec.on_dates
        .insert(date(2026, 6, 19), hours(&["20:00-04:00"]));
    spec.on_dates
        .insert(date(2026, 6, 20), hours(&["08:00-09:00"]));
    let calendar = Calendar::compile(&spec, "2026-06-01T00:00:00Z".parse().unwrap()).unwrap();
    let open = |text: &str| calendar.is_open(text.parse().unwrap());
    // A holiday is closed from midnight to midnight: the night before ends
    // there, and its own night does not begin.
    assert!(open("2026-06-09T23:59:59Z") && !open("2026-06-10T00:00:00Z"));
    assert!(!open("2026-06-10T23:00:00Z") && !open("2026-06-11T01:00:00Z"));
    // Hours that a date names stand, also after midnight and on a holiday.
    assert!(
        open("2026-06-20T03:00:00Z")
            && open("2026-06-20T08:30:00Z")
            && !open("2026-06-20T21:00:00Z")
    );
}

#[test]
fn times_and_weekdays_are_read_exactly() {
    for text in ["00:00", "09:05", "24:00", "23:59:59"] {
        assert_eq!(text.parse::<TimeOfDay>().unwrap().to_string(), text);
    }
    for text in [
        "9:00",
        "24:01",
        "25:00",
        "12:60",
        "12:00:60",
        "12",
        "12:00:00:00",
        "-1:00",
        "+1:00",
        "",
        "12:0é",
    ] {
        let error = text.parse::<TimeOfDay>().unwrap_err().to_string();
        assert!(error.contains("write HH:MM or HH:MM:SS"), "{error}");
    }
    assert!(
        "09:00"
            .parse::<Hours>()
            .unwrap_err()
            .to_string()
            .contains("for example 09:00-12:30")
    );
    assert_eq!(
        "09:00 - 17:00".parse::<Hours>().unwrap().to_string(),
        "09:00-17:00"
    );
    let days = |text: &str| Weekday::parse_range(text).unwrap();
    assert_eq!(days("fri"), [Weekday::Fri]);
    assert_eq!(days("sat-mon"), [Weekday::Sat, Weekday::Sun, Weekday::Mon]);
    assert_eq!(days("mon-sun"), Weekday::ALL);
    assert!(
        Weekday::parse_range("Monday")
            .unwrap_err()
            .to_string()
            .contains("write mon, tue")
    );
}
