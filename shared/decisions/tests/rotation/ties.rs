//! Who comes first of those to whom the same is owed.

use contracts::state::{PoolState, Share};
use jiff::{SignedDuration, Timestamp};

use super::*;

fn member(last: Option<Timestamp>) -> Share {
    Share {
        last,
        ..Share::default()
    }
}

/// Three to whom nothing is owed, and whom the wait has been so long.
fn first(rotation: &[(&str, Option<Timestamp>)], weights: &[&str]) -> String {
    let members = rotation.iter();
    let rotation = PoolState {
        members: members
            .map(|(name, last)| (PersonId::new(*name), member(*last)))
            .collect(),
    };
    let mut pool = pool();
    let weights = weights.iter();
    pool.weights = weights.map(|name| (PersonId::new(*name), 1)).collect();
    let now = at("2026-11-23T09:00:00Z");
    let picked = pick("pool", &pool, &rotation, &RULES, now).expect("someone");
    picked.person.to_string()
}

fn ago(hours: i64) -> Option<Timestamp> {
    Some(at("2026-11-23T09:00:00Z") - SignedDuration::from_hours(hours))
}

#[test]
fn of_equals_whom_the_wait_has_been_longest_gets_it() {
    let all = ["anna", "ben", "jonas"];
    let waits = [("anna", ago(1)), ("ben", ago(3)), ("jonas", ago(2))];
    assert_eq!(first(&waits, &all), "ben");
}

#[test]
fn who_never_got_one_has_waited_longest_of_all() {
    let all = ["anna", "ben", "jonas"];
    let waits = [("anna", ago(9)), ("ben", ago(9)), ("jonas", None)];
    assert_eq!(first(&waits, &all), "jonas");
    // A newcomer begins as somebody who never got one.
    assert_eq!(first(&waits[..2], &all), "jonas");
}

#[test]
fn of_equals_who_waited_equally_the_first_by_name_gets_it() {
    let all = ["jonas", "ben", "anna"];
    for last in [None, ago(1)] {
        let waits = all.map(|name| (name, last));
        assert_eq!(first(&waits, &all), "anna");
        assert_eq!(first(&waits, &all[..2]), "ben");
    }
}

/// What is owed comes before any wait.
#[test]
fn who_is_owed_a_quantum_more_comes_before_who_waited_longer() {
    let mut rotation = PoolState::default();
    let owed = |lag| Share {
        lag,
        last: ago(0),
        ..Share::default()
    };
    rotation.members.insert(
        PersonId::new("anna"),
        Share {
            lag: -1,
            ..member(ago(99))
        },
    );
    rotation.members.insert(PersonId::new("jonas"), owed(1));
    let mut pool = pool();
    pool.weights = [(PersonId::new("anna"), 1), (PersonId::new("jonas"), 1)].into();
    let now = at("2026-11-23T09:00:00Z");
    let picked = pick("pool", &pool, &rotation, &RULES, now).expect("someone");
    assert_eq!(picked.person.as_str(), "jonas");
}
