//! Fair shares, against a loop that counts.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use contracts::state::PoolState;
use crm::PersonId;
use decisions::{Rules, pick};
use jiff::{SignedDuration, Timestamp};
use model::{NobodyWorking, Pool};
use proptest::prelude::*;
use testkit::{at, example_rules};

fn pool(rules: &Rules) -> Pool {
    rules.model.pools["dach_account_executives"].clone()
}

fn give(rules: &Rules, pool: &Pool, times: usize, start: Timestamp) -> (PoolState, Vec<String>) {
    let mut rotation = PoolState::default();
    let mut given = Vec::new();
    for index in 0..times {
        let now = start + SignedDuration::from_secs(i64::try_from(index).expect("small"));
        let picked = pick("pool", pool, &rotation, rules, now).expect("someone");
        given.push(picked.person.to_string());
        rotation = picked.rotation.expect("a rotation");
    }
    (rotation, given)
}

#[test]
fn four_leads_go_round_by_weight() {
    let rules = example_rules();
    let (_, given) = give(&rules, &pool(&rules), 4, at("2026-11-23T09:00:00Z"));
    let mut counts = BTreeMap::new();
    for person in given {
        *counts.entry(person).or_insert(0) += 1;
    }
    let counts: Vec<_> = counts
        .iter()
        .map(|(person, count)| (person.as_str(), *count))
        .collect();
    assert_eq!(counts, [("anna", 2), ("ben", 1), ("jonas", 1)]);
}

#[test]
fn nobody_works_on_sunday_so_the_first_to_start_gets_it() {
    let rules = example_rules();
    let picked = pick(
        "pool",
        &pool(&rules),
        &PoolState::default(),
        &rules,
        at("2026-11-22T03:00:00Z"),
    );
    let picked = picked.expect("someone");
    assert!(
        picked.because.contains("next to start work"),
        "{}",
        picked.because
    );
}

#[test]
fn someone_may_be_asked_in_place_of_the_pool() {
    let rules = example_rules();
    let mut pool = pool(&rules);
    pool.nobody_working = NobodyWorking::Ask(PersonId::new("carla"));
    let picked = pick(
        "pool",
        &pool,
        &PoolState::default(),
        &rules,
        at("2026-11-22T03:00:00Z"),
    );
    let picked = picked.expect("someone");
    assert_eq!((picked.person.as_str(), picked.rotation), ("carla", None));
}

proptest! {
    /// At every moment each member has received what is due to them by weight, give or take one.
    #[test]
    fn nobody_is_ever_a_whole_lead_behind(weights in proptest::collection::vec(1_u32..50, 1..9), times in 1_usize..200) {
        let rules = example_rules();
        let mut pool = pool(&rules);
        pool.eligible.clear();
        pool.weights = weights.iter().enumerate()
            .map(|(index, weight)| (PersonId::new(format!("p{index}")), *weight))
            .collect();
        let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        let start = at("2026-11-23T09:00:00Z");
        let (rotation, given) = give(&rules, &pool, times, start);
        let mut received = BTreeMap::new();
        for (index, person) in given.iter().enumerate() {
            *received.entry(person.clone()).or_insert(0_u64) += 1;
            let so_far = u64::try_from(index).expect("small") + 1;
            for (person, weight) in &pool.weights {
                let due = so_far * u64::from(*weight);
                let had = received.get(person.as_str()).copied().unwrap_or(0) * total;
                // Lag lies strictly between −1 and n − 1 for this rule; for equal weights within one.
                prop_assert!(had < due + total, "{person} is ahead by a lead or more");
            }
        }
        for (person, share) in &rotation.members {
            prop_assert_eq!(share.received, received.get(person.as_str()).copied().unwrap_or(0));
        }
        // What everyone is owed sums to nothing: no lead is counted twice or lost.
        let sum: num_rational::BigRational = rotation.members.values()
            .map(|share| share.lag.parse::<num_rational::BigRational>().expect("a fraction"))
            .sum();
        prop_assert_eq!(sum, num_rational::BigRational::from_integer(0.into()));
    }
}
