//! How a pool stands, and that it says of the next record what then happens.

use contracts::state::{LEAD, PoolState};
use crm::PersonId;
use decisions::{Staffing, pick, stand};
use jiff::SignedDuration;
use model::{AllAway, Eligibility};
use testkit::{at, away};

use super::{RULES, pool};

const DAYS: &str = "2026-11-23T00:00:00Z";

#[test]
fn who_is_next_is_who_gets_it() {
    let pool = pool();
    let mut rotation = PoolState::default();
    let mut now = at("2026-11-20T06:00:00Z");
    for _ in 0..60 {
        now += SignedDuration::from_mins(47);
        let stands = stand("pool", &pool, &rotation, &RULES, now).expect("it stands");
        let picked = pick("pool", &pool, &rotation, &RULES, now).expect("someone");
        let next = stands.next.expect("someone");
        assert_eq!(next.person, picked.person);
        let because = format!(
            "pool pool: {}; counting this one: {}; {}",
            next.asked,
            next.owed.expect("what they are owed"),
            next.because.expect("why")
        );
        assert_eq!(because, picked.because);
        rotation = picked.rotation.expect("a rotation");
        let after = stand("pool", &pool, &rotation, &RULES, now).expect("it stands");
        let off: i64 = after.members.iter().map(|it| it.deviation()).sum();
        assert_eq!(off, 0, "what some are ahead, others are owed");
        let got: u64 = after.members.iter().map(|it| it.received).sum();
        let due: i64 = after.members.iter().map(|it| it.due).sum();
        assert_eq!(i64::try_from(got).expect("few") * LEAD, due);
    }
}

#[test]
fn who_left_the_pool_is_shown_with_what_they_got_and_a_newcomer_with_nothing() {
    let mut pool = pool();
    let rotation = pick(
        "pool",
        &pool,
        &PoolState::default(),
        &RULES,
        at("2026-11-23T09:00:00Z"),
    );
    let rotation = rotation.expect("someone").rotation.expect("a rotation");
    pool.weights = [("ben", 1), ("ines", 3)]
        .map(|(person, weight)| (PersonId::new(person), weight))
        .into();
    let stands = stand("pool", &pool, &rotation, &RULES, at("2026-11-23T09:00:01Z"));
    let stands = stands.expect("it stands").members.into_iter().map(|it| {
        let share = it.share.map(|share| share / (LEAD / 100));
        (
            it.person.to_string(),
            it.weight,
            share,
            it.received,
            it.deviation() / (LEAD / 100),
        )
    });
    assert_eq!(
        stands.collect::<Vec<_>>(),
        [
            ("ben".to_owned(), Some(1), Some(25), 0, -25),
            ("ines".to_owned(), Some(3), Some(75), 0, 0),
            ("anna".to_owned(), None, None, 1, 50),
            ("jonas".to_owned(), None, None, 0, -25),
        ]
    );
}

#[test]
fn somebody_asked_in_place_of_the_pool_is_next_without_being_owed() {
    let mut pool = pool();
    pool.eligible = vec![Eligibility::NotAway];
    pool.all_away = AllAway::Ask(PersonId::new("carla"));
    let span = (DAYS, "2026-11-25T00:00:00Z");
    let absences = away(&["anna", "ben", "jonas"].map(|it| (it, span.0, span.1)));
    let staffing: Staffing = RULES.with_absences(absences);
    let stands = stand(
        "pool",
        &pool,
        &PoolState::default(),
        &staffing,
        at("2026-11-23T09:00:00Z"),
    );
    let stands = stands.expect("it stands");
    assert!(
        stands
            .members
            .iter()
            .all(|it| it.away_until == Some(at(span.1)))
    );
    let next = stands.next.expect("someone");
    assert_eq!((next.person.as_str(), next.owed), ("carla", None));
}
