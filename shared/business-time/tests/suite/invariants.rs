//! What holds for every calendar, near and far from the years it was made for.

use business_time::{BusinessAmount, Calendar, TimeOff};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use crate::calendars::{any_spec, few};

fn instants() -> impl Strategy<Value = Timestamp> {
    let year = 31_556_952_i64;
    let near = 55 * year..60 * year;
    let far = -20 * year..120 * year;
    (prop_oneof![near, far], 0..1_000_000_000_i32)
        .prop_map(|(second, fraction)| Timestamp::new(second, fraction).unwrap())
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let away = proptest::collection::vec((instants(), 0..5_000_000_i64), 0..3);
    (any_spec(date(2026, 10, 28), 60), away).prop_map(|(spec, away)| {
        let around = "2026-11-22T00:00:00Z".parse().unwrap();
        let away: Vec<TimeOff> = away
            .into_iter()
            .map(|(from, length)| TimeOff {
                from,
                to: from + jiff::SignedDuration::from_secs(length),
            })
            .collect();
        Calendar::compile(&spec, around)
            .unwrap()
            .with_time_off(&away)
    })
}

fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![
        -10..10_i64,
        -200_000..200_000_i64,
        -30_000_000..30_000_000_i64
    ]
}

proptest! {
    #![proptest_config(few(2))]

    #[test]
    fn elapsed_undoes_add(calendar in calendars(), start in instants(), seconds in amounts()) {
        if let Ok(end) = calendar.add(start, seconds) {
            prop_assert_eq!(calendar.signed_elapsed(start, end), seconds);
        }
    }

    #[test]
    fn the_wall_clock_without_time_off_comes_out_as_it_was_put_in(calendar in calendars(), start in instants(), seconds in amounts()) {
        let amount = BusinessAmount::Wall(seconds);
        if let Ok(end) = calendar.due(start, &amount) {
            prop_assert_eq!(calendar.wall_elapsed(start, end), seconds);
        }
    }

    #[test]
    fn more_time_never_ends_earlier(calendar in calendars(), start in instants(), seconds in amounts(), more in 0..100_000_i64) {
        if let (Ok(end), Ok(later)) = (calendar.add(start, seconds), calendar.add(start, seconds + more)) {
            prop_assert!(end <= later);
        }
    }

    #[test]
    fn a_later_start_never_ends_earlier(calendar in calendars(), start in instants(), wait in 0..1_000_000_i64, seconds in amounts()) {
        let later = start + jiff::SignedDuration::from_secs(wait);
        if let (Ok(first), Ok(second)) = (calendar.add(start, seconds), calendar.add(later, seconds)) {
            prop_assert!(first <= second);
        }
    }

    #[test]
    fn parts_add_up(calendar in calendars(), mut at in proptest::array::uniform3(instants())) {
        at.sort();
        let [a, b, c] = at;
        prop_assert_eq!(calendar.elapsed(a, b) + calendar.elapsed(b, c), calendar.elapsed(a, c));
    }

    /// Pause and resume: what was left at the pause is what is added at the
    /// resumption, so nothing is lost or won on the way.
    #[test]
    fn a_pause_moves_the_due_time_by_exactly_what_was_open(
        calendar in calendars(), start in instants(), budget in 1..400_000_i64, used in 0..400_000_i64, pause in 0..2_000_000_i64,
    ) {
        let paused = calendar.add(start, used.min(budget - 1));
        if let Ok(paused) = paused {
            let resumed = paused + jiff::SignedDuration::from_secs(pause);
            let left = budget - calendar.elapsed(start, paused);
            if let (Ok(due), Ok(moved)) = (calendar.add(start, budget), calendar.add(resumed, left)) {
                prop_assert_eq!(calendar.elapsed(due, moved), calendar.elapsed(paused, resumed));
            }
        }
    }

    #[test]
    fn a_trace_sums_up_to_its_amount(calendar in calendars(), start in instants(), seconds in -2_000_000..2_000_000_i64) {
        if let Ok(trace) = calendar.trace_add(start, seconds) {
            prop_assert_eq!(trace.steps.iter().map(|step| step.seconds).sum::<i64>(), seconds.abs());
            prop_assert_eq!(Ok(trace.end), calendar.add(start, seconds));
            let ordered = trace.steps.windows(2).all(|pair| {
                let (earlier, later) = if seconds > 0 { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
                earlier.to <= later.from
            });
            prop_assert!(ordered);
            for step in &trace.steps {
                prop_assert_eq!(calendar.elapsed(step.from, step.to), step.seconds);
            }
        }
    }
}
