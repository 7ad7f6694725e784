//! Fair shares: who gets the next lead of a pool, how far anybody can be from what is due, and how
//! that is said.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod exact;
mod fair;
mod search;
mod service;
mod size;
mod stand;
mod ties;
mod transfer;
mod words;

use std::{collections::BTreeMap, sync::LazyLock};

use contracts::state::{LEAD, PoolState};
use crm::PersonId;
use decisions::{Picked, Staffing, pick};
use jiff::{SignedDuration, Timestamp};
use model::{NobodyWorking, Pool};
use testkit::{at, example_staffing};

static RULES: LazyLock<Staffing> = LazyLock::new(example_staffing);

fn pool() -> Pool {
    RULES.model.pools["dach_account_executives"].clone()
}

fn person(number: usize) -> PersonId {
    PersonId::new(format!("p{number}"))
}

/// A pool whose members and weights may be others for every lead.
struct Giving {
    pool: Pool,
    rotation: PoolState,
    now: Timestamp,
}

impl Giving {
    fn new() -> Self {
        Self {
            pool: Pool {
                eligible: Vec::new(),
                ..pool()
            },
            rotation: PoolState::default(),
            now: at("2026-11-23T09:00:00Z"),
        }
    }

    /// Everybody of this many is there before the first lead.
    fn among(count: usize) -> Self {
        let mut giving = Self::new();
        for number in 0..count {
            giving.rotation.members.entry(person(number)).or_default();
        }
        giving
    }

    /// Gives one lead to one of these, by their weights.
    fn give(&mut self, weights: impl IntoIterator<Item = (PersonId, u32)>) -> Picked {
        self.now += SignedDuration::from_secs(1);
        self.pool.weights = weights.into_iter().collect();
        let mut picked =
            pick("pool", &self.pool, &self.rotation, &RULES, self.now).expect("someone");
        self.rotation = picked.rotation.take().expect("a rotation");
        picked
    }

    fn lags(&self) -> impl Iterator<Item = i64> {
        self.rotation.members.values().map(|share| share.lag)
    }

    /// The most that anybody is owed, or ahead by.
    fn largest(&self) -> i64 {
        self.lags().map(i64::abs).max().unwrap_or(0)
    }

    /// Nothing is lost or made, and nobody is further from what is due than the rule promises.
    fn holds(&self) -> bool {
        let members = i64::try_from(self.rotation.members.len()).expect("few");
        self.lags().sum::<i64>() == 0 && 2 * self.largest() <= (members - 1) * LEAD
    }
}

#[test]
fn four_leads_go_round_by_weight() {
    let pool = pool();
    let mut giving = Giving::new();
    let mut counts = BTreeMap::new();
    for _ in 0..4 {
        let picked = giving.give(pool.weights.clone());
        *counts.entry(picked.person.to_string()).or_insert(0) += 1;
    }
    let counts: Vec<_> = counts
        .iter()
        .map(|(person, count)| (person.as_str(), *count))
        .collect();
    assert_eq!(counts, [("anna", 2), ("ben", 1), ("jonas", 1)]);
    assert_eq!(giving.largest(), 0, "and nobody is owed anything");
}

#[test]
fn equals_take_turns_for_ever() {
    let mut giving = Giving::new();
    for round in 0..200 {
        for number in 0..7 {
            let picked = giving.give((0..7).map(|number| (person(number), 3)));
            assert_eq!(picked.person, person(number), "in round {round}");
        }
    }
}

#[test]
fn nobody_works_on_sunday_so_the_first_to_start_gets_it() {
    let sunday = at("2026-11-22T03:00:00Z");
    let picked = pick("pool", &pool(), &PoolState::default(), &RULES, sunday);
    let picked = picked.expect("someone");
    assert!(
        picked.because.contains("next to start work"),
        "{}",
        picked.because
    );
}

#[test]
fn someone_may_be_asked_in_place_of_the_pool() {
    let mut pool = pool();
    pool.nobody_working = NobodyWorking::Ask(PersonId::new("carla"));
    let sunday = at("2026-11-22T03:00:00Z");
    let picked = pick("pool", &pool, &PoolState::default(), &RULES, sunday);
    let picked = picked.expect("someone");
    assert_eq!((picked.person.as_str(), picked.rotation), ("carla", None));
}
