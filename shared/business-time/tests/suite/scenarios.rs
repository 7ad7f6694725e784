//! Stories with a calendar, as people would tell them.

use business_time::{BusinessAmount, Calendar, CalendarSpec, TimeOff};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

use crate::calendars::{berlin, hours, new_york, weekly};

/// A calendar and the wall clock of its zone.
struct Office(Calendar);

impl Office {
    fn new(spec: &CalendarSpec) -> Office {
        Office(Calendar::compile(spec, "2026-11-22T00:00:00Z".parse().unwrap()).unwrap())
    }

    fn at(&self, text: &str) -> Timestamp {
        let local: DateTime = text.parse().unwrap();
        self.0.time_zone().to_timestamp(local).unwrap()
    }

    /// `start + amount` on the wall clock.
    fn due(&self, start: &str, amount: &str) -> String {
        let amount: BusinessAmount = amount.parse().unwrap();
        let due = self.0.due(self.at(start), &amount).unwrap();
        self.0
            .time_zone()
            .to_datetime(due)
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    }

    fn explain(&self, start: &str, seconds: i64) -> String {
        self.0
            .trace_add(self.at(start), seconds)
            .unwrap()
            .to_string()
    }
}

#[test]
fn four_hours_from_a_friday_afternoon() {
    let office = Office::new(&berlin());
    assert_eq!(
        office.due("2026-06-12 15:10", "4 business hours"),
        "2026-06-15 12:10"
    );
    assert_eq!(
        office.explain("2026-06-12 15:10", 4 * 3600),
        "Fri 15:10 + 4 h → 50 min Friday, 3 h 10 min Monday → Mon 12:10"
    );
    assert_eq!(
        office.explain("2026-06-15 12:10", -4 * 3600),
        "Mon 12:10 − 4 h → 3 h 10 min Monday, 50 min Friday → Fri 15:10"
    );
}

#[test]
fn the_end_of_october_2026_in_berlin() {
    let office = Office::new(&berlin());
    // The clocks go back on Sunday the 25th. On the wall nothing is different …
    assert_eq!(
        office.due("2026-10-23 15:10", "4 business hours"),
        "2026-10-26 12:10"
    );
    assert_eq!(
        office.due("2026-10-23 15:10", "1 business day"),
        "2026-10-26 15:10"
    );
    // … but an hour more has passed, and a wall-clock deadline shows it.
    let (friday, monday) = (office.at("2026-10-23 15:10"), office.at("2026-10-26 15:10"));
    assert_eq!(
        monday.duration_since(friday),
        SignedDuration::from_hours(73)
    );
    assert_eq!(office.due("2026-10-23 15:10", "3d"), "2026-10-26 14:10");
    // A desk that is open that night works the hour that comes twice.
    let night = Office::new(&weekly("Europe/Berlin", "sat", &["22:00-06:00"]));
    let (start, end) = (night.at("2026-10-24 22:00"), night.at("2026-10-25 06:00"));
    assert_eq!(night.0.elapsed(start, end), 9 * 3600);
    assert_eq!(
        night.due("2026-10-24 22:00", "9 business hours"),
        "2026-10-25 06:00"
    );
    assert_eq!(
        night.due("2026-10-24 22:00", "5 business hours"),
        "2026-10-25 02:00"
    );
    // And in spring the hour that is skipped is not worked.
    let (start, end) = (night.at("2026-03-28 22:00"), night.at("2026-03-29 06:00"));
    assert_eq!(night.0.elapsed(start, end), 7 * 3600);
}

#[test]
fn the_end_of_october_2026_in_new_york() {
    let office = Office::new(&new_york());
    // Here the clocks go back a week later, on Sunday the first of November.
    assert_eq!(
        office.due("2026-10-30 16:30", "4 business hours"),
        "2026-11-02 11:30"
    );
    let (friday, monday) = (office.at("2026-10-30 16:30"), office.at("2026-11-02 16:30"));
    assert_eq!(
        monday.duration_since(friday),
        SignedDuration::from_hours(73)
    );
    assert_eq!(office.0.elapsed(friday, monday), 9 * 3600);
    // In the week between, New York opens when Berlin shows 14:00, not 15:00.
    let berlin = Office::new(&berlin());
    for (day, shown) in [
        ("2026-10-23", "15:00"),
        ("2026-10-26", "14:00"),
        ("2026-11-02", "15:00"),
    ] {
        let opening = office.at(&format!("{day} 09:00"));
        let there = berlin.0.time_zone().to_datetime(opening);
        assert_eq!(
            there.strftime("%F %H:%M").to_string(),
            format!("{day} {shown}")
        );
        assert!(berlin.0.is_open(opening) == (day != "2026-10-23" || there.hour() < 16));
    }
}

#[test]
fn a_half_day_and_a_lunch_break() {
    let office = Office::new(&berlin());
    // Wednesday 23 December, 11:30: an hour before lunch, four and a half after
    // it, and the rest of ten hours on the half day, the holidays skipped.
    assert_eq!(
        office.explain("2026-12-23 11:30", 10 * 3600),
        "Wed 11:30 + 10 h → 5 h 30 min Wednesday, 3 h Thursday, 1 h 30 min Monday → Mon 10:30"
    );
    assert_eq!(
        office.due("2026-12-24 09:00", "3 business hours"),
        "2026-12-24 12:00"
    );
    assert_eq!(
        office.due("2026-12-24 12:00", "1 business minute"),
        "2026-12-28 09:01"
    );
    // The same lunch, written as a break.
    let mut spec = weekly("Europe/Berlin", "mon-thu", &["09:00-18:00"]);
    spec.hours
        .insert(business_time::Weekday::Fri, hours(&["09:00-16:00"]));
    for day in business_time::Weekday::parse_range("mon-thu").unwrap() {
        spec.breaks.insert(day, hours(&["12:30-13:30"]));
    }
    spec.on_dates = berlin().on_dates;
    spec.holidays = berlin().holidays;
    let with_breaks = Office::new(&spec);
    for (start, amount) in [
        ("2026-12-23 11:30", "10 business hours"),
        ("2026-12-21 12:45", "30 business minutes"),
        ("2026-12-31 08:00", "400 business hours"),
    ] {
        assert_eq!(
            with_breaks.due(start, amount),
            office.due(start, amount),
            "{start} {amount}"
        );
    }
}

#[test]
fn a_long_way_is_summed_up() {
    let office = Office::new(&berlin());
    assert_eq!(
        office.explain("2026-06-01 09:00", 100 * 3600),
        "Mon 2026-06-01 09:00 + 100 h → 8 h Monday 2026-06-01, 8 h Tuesday 2026-06-02, 78 h on 10 more days, \
         6 h Wednesday 2026-06-17 → Wed 2026-06-17 16:00"
    );
}

#[test]
fn days_and_the_wall_clock_are_explained_too() {
    let office = Office::new(&berlin());
    let explain = |start: &str, amount: &str| {
        let amount: BusinessAmount = amount.parse().unwrap();
        office
            .0
            .trace_due(office.at(start), &amount)
            .unwrap()
            .to_string()
    };
    assert_eq!(
        explain("2026-06-11 10:00", "2 business days"),
        "Thu 10:00 + 2 business days → Mon 10:00"
    );
    assert_eq!(
        explain("2026-06-13 11:00", "1 business day"),
        "Sat 11:00, counted from Mon 09:00, + 1 business day → Tue 09:00"
    );
    assert_eq!(
        explain("2026-06-13 11:00", "24h"),
        "Sat 11:00 + 24h → Sun 11:00"
    );
    assert_eq!(
        explain("2026-06-13 11:00", "30 business minutes"),
        "Sat 11:00 + 30 min → 30 min Monday → Mon 09:30"
    );
    assert_eq!(
        explain("2026-06-11 10:00", "30d"),
        "Thu 2026-06-11 10:00 + 30d → Sat 2026-07-11 10:00"
    );
}

#[test]
fn who_is_away_has_more_time() {
    let team = Office::new(&berlin());
    let off = TimeOff {
        from: team.at("2026-06-15 00:00"),
        to: team.at("2026-06-16 12:00"),
    };
    let person = Office(team.0.with_time_off(&[off]));
    assert_eq!(
        person.due("2026-06-12 15:10", "4 business hours"),
        "2026-06-16 16:10"
    );
    assert_eq!(
        person.explain("2026-06-12 15:10", 4 * 3600),
        "Fri 15:10 + 4 h → 50 min Friday, 3 h 10 min Tuesday → Tue 16:10"
    );
}

#[test]
fn a_pause_moves_the_due_time_by_the_business_time_that_passed() {
    let office = Office::new(&berlin());
    let (start, pause, resume) = (
        office.at("2026-06-11 10:00"),
        office.at("2026-06-11 15:00"),
        office.at("2026-06-15 09:30"),
    );
    let budget = 8 * 3600;
    let left = budget - office.0.elapsed(start, pause);
    assert_eq!(left, 4 * 3600);
    let due = office.0.add(resume, left).unwrap();
    assert_eq!(due, office.at("2026-06-15 14:30"));
    assert_eq!(
        office.0.elapsed(start, due) - office.0.elapsed(pause, resume),
        budget
    );
}

#[test]
fn clocks_that_go_back_over_midnight_do_not_cut_a_day() {
    // In Newfoundland the clocks went back at one minute past midnight, so
    // Sunday began, became Saturday again for an hour, and began once more.
    let office = Office::new(&weekly("America/St_Johns", "mon-sun", &["00:00-24:00"]));
    let start: Timestamp = "1987-10-25T02:30:00Z".parse().unwrap();
    let trace = office.0.trace_add(start, 2 * 3600).unwrap();
    assert_eq!(
        trace.to_string(),
        "Sun 00:00 + 2 h → 2 h Sunday → Sun 01:00"
    );
}
