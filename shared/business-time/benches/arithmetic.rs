//! How fast business time is, beside two other crates on the same calendar in
//! the same process: `cargo bench -p business-time`.
//!
//! Before anything is measured, every start is asked of all three, and all
//! answers must be equal. Each figure is the median of many passes over the same
//! 1,024 starts in 2026, divided by their number. Without `--bench`, as a test
//! run calls it, only the answers are compared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock and may panic"
)]

use std::hint::black_box;
use std::time::Instant;

use business_time::{Calendar, CalendarSpec, Hours, TimeOff, Weekday, regions};
use jiff::civil::{Time, date, time};
use jiff::{SignedDuration, Timestamp};

const STARTS: usize = 1024;
/// What issue and README promise, in nanoseconds.
const TARGET: f64 = 100.0;

fn main() {
    let starts = starts();
    let (ours, workclock, ule) = (ours(), workclock(), ule());
    agree(&ours, &workclock, &ule, &starts);
    println!(
        "{STARTS} starts: ours and workclock agree on five questions each, ule-hours on the three it can answer"
    );
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!(
        "\n{:<18} {:>10} {:>12} {:>12} {:>10} {:>10}",
        "median of one", "ours", "workclock", "ule-hours", "ratio", "ratio"
    );
    let mut worst: f64 = 0.0;
    for (name, hours) in [("add 4 h", 4), ("add 400 h", 400)] {
        let (seconds, length) = (hours * 3600, SignedDuration::from_hours(hours));
        let row = [
            median(&starts, 301, |start| ours.add(start, seconds).unwrap()),
            median(&starts, 21, |start| workclock.add(start, length).unwrap()),
            median(&starts, 21, |start| ule.add(start, length).unwrap()),
        ];
        print_row(name, row);
        worst = worst.max(row[0]);
    }
    let quarter = SignedDuration::from_hours(90 * 24);
    let row = [
        median(&starts, 301, |start| ours.elapsed(start, start + quarter)),
        median(&starts, 21, |start| {
            workclock.between(start, start + quarter)
        }),
        median(&starts, 21, |start| ule.between(start, start + quarter)),
    ];
    print_row("elapsed 90 days", row);
    worst = worst.max(row[0]);
    ours_alone(&ours, &starts);
    let verdict = if worst <= TARGET { "kept" } else { "MISSED" };
    println!("\nslowest of the three {worst:.1} ns; at most {TARGET} ns: {verdict}");
    assert!(worst <= TARGET, "business time has become too slow");
}

/// What the others do not offer or do not prepare.
fn ours_alone(ours: &Calendar, starts: &[Timestamp]) {
    let away: Vec<TimeOff> = (1..=6)
        .map(|month| TimeOff {
            from: at(month, 3),
            to: at(month, 17),
        })
        .collect();
    let person = ours.with_time_off(&away);
    let spec = spec();
    println!("\nours alone");
    for (name, nanoseconds) in [
        ("is open", median(starts, 301, |start| ours.is_open(start))),
        (
            "add 4 h, six absences",
            median(starts, 301, |start| person.add(start, 4 * 3600).unwrap()),
        ),
        (
            "put on six absences",
            median(starts, 21, |_| ours.with_time_off(&away)),
        ),
        (
            "add 4 h, year 2200",
            median(&starts[..64], 21, |start| {
                ours.add(start + SignedDuration::from_hours(174 * 8766), 4 * 3600)
                    .unwrap()
            }),
        ),
        (
            "next opening",
            median(starts, 21, |start| ours.next_opening(start).unwrap()),
        ),
        (
            "add 5 business days",
            median(starts, 21, |start| {
                ours.add_business_days(start, 5).unwrap()
            }),
        ),
        (
            "compile, 7 years",
            median(&starts[..8], 41, |start| {
                Calendar::compile(&spec, start).unwrap()
            }),
        ),
    ] {
        println!("{name:<24} {:>10.1} ns", nanoseconds);
    }
}

fn agree(
    ours: &Calendar,
    workclock: &workclock::Schedule,
    ule: &ule_hours::Schedule,
    starts: &[Timestamp],
) {
    for &start in starts {
        for hours in [4, 400, -4, -400] {
            let length = SignedDuration::from_hours(hours);
            let end = ours.add(start, hours * 3600).unwrap();
            assert_eq!(
                end,
                workclock.add(start, length).unwrap(),
                "workclock: {start} + {hours} h"
            );
            if hours > 0 {
                assert_eq!(
                    end,
                    ule.add(start, length).unwrap(),
                    "ule-hours: {start} + {hours} h"
                );
            }
        }
        let end = start + SignedDuration::from_hours(90 * 24);
        let elapsed = SignedDuration::from_secs(ours.elapsed(start, end));
        assert_eq!(
            elapsed,
            workclock.between(start, end),
            "workclock: 90 days from {start}"
        );
        assert_eq!(
            elapsed,
            ule.between(start, end),
            "ule-hours: 90 days from {start}"
        );
    }
}

fn print_row(name: &str, [ours, workclock, ule]: [f64; 3]) {
    println!(
        "{name:<18} {ours:>7.1} ns {workclock:>9.1} ns {ule:>9.1} ns {:>9.0}x {:>9.0}x",
        workclock / ours,
        ule / ours
    );
}

/// The median time of `question` over all starts, in nanoseconds for one.
fn median<T>(starts: &[Timestamp], passes: usize, question: impl Fn(Timestamp) -> T) -> f64 {
    let mut times: Vec<f64> = (0..passes)
        .map(|_| {
            let begin = Instant::now();
            for &start in starts {
                black_box(question(black_box(start)));
            }
            begin.elapsed().as_secs_f64() * 1e9
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[passes / 2] / starts.len() as f64
}

/// Starts all over 2026, in and outside working hours, always the same ones.
fn starts() -> Vec<Timestamp> {
    let mut state = 42_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % (365 * 86_400)).unwrap()
    };
    let year = date(2026, 1, 1)
        .in_tz("Etc/UTC")
        .unwrap()
        .timestamp()
        .as_second();
    (0..STARTS)
        .map(|_| Timestamp::from_second(year + next()).unwrap())
        .collect()
}

fn at(month: i8, day: i8) -> Timestamp {
    date(2026, month, day)
        .in_tz("Europe/Berlin")
        .unwrap()
        .timestamp()
}

/// An office in Berlin: lunch, a short Friday, the holidays of eight years.
fn spec() -> CalendarSpec {
    let hours = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| text.parse::<Hours>().unwrap())
            .collect::<Vec<_>>()
    };
    let long = hours(&["09:00-12:30", "13:30-18:00"]);
    let mut spec = CalendarSpec {
        time_zone: "Europe/Berlin".to_owned(),
        ..CalendarSpec::default()
    };
    for day in Weekday::parse_range("mon-thu").unwrap() {
        spec.hours.insert(day, long.clone());
    }
    spec.hours.insert(Weekday::Fri, hours(&["09:00-16:00"]));
    spec.holidays = regions::public_holidays("DE", 2024..=2031).unwrap();
    spec
}

fn ours() -> Calendar {
    Calendar::compile(&spec(), "2026-06-01T00:00:00Z".parse().unwrap()).unwrap()
}

fn workclock() -> workclock::Schedule {
    use jiff::civil::Weekday;
    use workclock::{Holidays, Schedule, Weekdays, WorkDay};
    let hour = |hour: i8, minute: i8| -> Time { time(hour, minute, 0, 0) };
    let days = |days: &[Weekday]| -> Weekdays { days.iter().copied().collect() };
    let long = days(&[
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
    ]);
    Schedule::builder()
        .time_zone("Europe/Berlin")
        .rule(WorkDay::new(hour(9, 0), hour(12, 30), long))
        .rule(WorkDay::new(hour(13, 30), hour(18, 0), long))
        .rule(WorkDay::new(
            hour(9, 0),
            hour(16, 0),
            days(&[Weekday::Friday]),
        ))
        .rule(Holidays::new(spec().holidays))
        .build()
        .unwrap()
}

fn ule() -> ule_hours::Schedule {
    use jiff::civil::Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
    let builder = ule_hours::Schedule::builder("Europe/Berlin").unwrap();
    let builder = builder
        .open(
            [Monday, Tuesday, Wednesday, Thursday],
            "09:00-12:30, 13:30-18:00",
        )
        .unwrap();
    let builder = builder.open([Friday], "09:00-16:00").unwrap();
    spec()
        .holidays
        .into_iter()
        .fold(builder, ule_hours::Builder::closed_on)
        .build()
}
