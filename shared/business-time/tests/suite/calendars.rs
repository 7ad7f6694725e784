//! Calendars to test with: two by hand, and any number by chance.

use std::collections::BTreeMap;

use business_time::{CalendarSpec, Hours, TimeOfDay, Weekday};
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// The calendar of an office in Berlin: lunch, a short Friday, two half days.
pub fn berlin() -> CalendarSpec {
    let mut spec = weekly("Europe/Berlin", "mon-thu", &["09:00-12:30", "13:30-18:00"]);
    spec.hours.insert(Weekday::Fri, hours(&["09:00-16:00"]));
    for half in [date(2026, 12, 24), date(2026, 12, 31)] {
        spec.on_dates.insert(half, hours(&["09:00-12:00"]));
    }
    spec.holidays = [
        (1, 1),
        (4, 3),
        (4, 6),
        (5, 1),
        (5, 14),
        (5, 25),
        (10, 3),
        (12, 25),
        (12, 26),
    ]
    .map(|(month, day)| date(2026, month, day))
    .into();
    spec.holidays.insert(date(2027, 1, 1));
    spec
}

/// The calendar of an office in New York: nine to six on workdays.
pub fn new_york() -> CalendarSpec {
    weekly("America/New_York", "mon-fri", &["09:00-18:00"])
}

/// A calendar with the same hours on a range of weekdays.
pub fn weekly(zone: &str, days: &str, texts: &[&str]) -> CalendarSpec {
    let days = Weekday::parse_range(days).unwrap();
    CalendarSpec {
        time_zone: zone.to_owned(),
        hours: days.into_iter().map(|day| (day, hours(texts))).collect(),
        ..CalendarSpec::default()
    }
}

pub fn hours(texts: &[&str]) -> Vec<Hours> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// Zones with the changes of clocks that are hardest to get right: half an hour,
/// at midnight, a skipped day, twice a year in the other half of the world.
const ZONES: [&str; 10] = [
    "Etc/UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Asia/Beirut",
];

/// One in `share` of the usual number of cases, for properties that take long.
/// `PROPTEST_CASES` raises the number.
pub fn few(share: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: (usual.cases / share).max(1),
        ..usual
    }
}

/// Up to three intervals that neither touch nor overlap, in units of `unit`
/// seconds; the last may run over midnight until `latest`.
fn day(unit: u32, latest: u32) -> impl Strategy<Value = Vec<Hours>> {
    let edges =
        proptest::collection::btree_set(latest / unit..=(86_400 + latest) / unit - 1, 0..=6);
    edges.prop_map(move |edges| {
        let edges: Vec<u32> = edges.into_iter().map(|edge| edge * unit).collect();
        let pairs = edges.chunks_exact(2).filter(|pair| pair[0] < 86_400);
        pairs
            .map(|pair| Hours::new(time(pair[0]), time(pair[1])))
            .collect()
    })
}

/// A second of a day, where those after midnight are of the next one.
fn time(second: u32) -> TimeOfDay {
    TimeOfDay::from_seconds(if second > 86_400 {
        second - 86_400
    } else {
        second
    })
    .unwrap()
}

/// Any calendar around some date, with edges at multiples of `unit` seconds.
pub fn any_spec(around: Date, unit: u32) -> impl Strategy<Value = CalendarSpec> {
    // No interval starts before 04:00 and none ends after it, so nothing that
    // runs over midnight meets the hours of the next day; the other half of the
    // calendars uses the whole day and nothing runs over midnight.
    let latest = prop_oneof![Just(0_u32), Just(4 * 3600)];
    let near = move |offset: i32| around.checked_add(jiff::Span::new().days(offset)).unwrap();
    latest.prop_flat_map(move |latest| {
        let week = proptest::collection::btree_map(0..7_usize, day(unit, latest), 0..7);
        let dates = proptest::collection::btree_map(-12..12, day(unit, latest), 0..5);
        let holidays = proptest::collection::btree_set(-12..12, 0..5);
        let breaks = proptest::collection::btree_map(0..7_usize, day(unit, latest), 0..3);
        let breaks_on = proptest::collection::btree_map(-12..12, day(unit, latest), 0..3);
        let zone = proptest::sample::select(ZONES.to_vec());
        (zone, week, dates, holidays, breaks, breaks_on).prop_map(
            move |(zone, week, dates, holidays, breaks, breaks_on)| {
                let weekdays = |days: BTreeMap<usize, Vec<Hours>>| {
                    days.into_iter()
                        .map(|(day, hours)| (Weekday::ALL[day], hours))
                        .collect()
                };
                let dated = |days: BTreeMap<i32, Vec<Hours>>| {
                    days.into_iter()
                        .map(|(day, hours)| (near(day), hours))
                        .collect()
                };
                CalendarSpec {
                    time_zone: zone.to_owned(),
                    hours: weekdays(week),
                    on_dates: dated(dates),
                    holidays: holidays.into_iter().map(near).collect(),
                    breaks: weekdays(breaks),
                    breaks_on: dated(breaks_on),
                }
            },
        )
    })
}
