//! What holds whoever is there, and whatever they weigh.

use std::collections::BTreeMap;

use contracts::state::{LEAD, PoolState, Share};
use decisions::{RotationError, leave, pick};
use proptest::prelude::*;

use crate::{Giving, RULES, person, pool};

proptest! {
    /// Equal weights, and for every lead others who are there.
    #[test]
    fn equals_stay_within_the_bound(
        count in 1_usize..=8,
        leads in prop::collection::vec(any::<u8>(), 1..200),
    ) {
        let mut giving = Giving::among(count);
        for there in leads {
            let there = (0..count).filter(|number| there >> number & 1 == 1);
            let weights: Vec<_> = there.map(|number| (person(number), 1)).collect();
            if !weights.is_empty() {
                giving.give(weights);
                prop_assert!(giving.holds(), "{:?}", giving.rotation);
            }
        }
    }

    /// Others are there for every lead, with other weights, some of them none at all.
    #[test]
    fn any_weights_stay_within_the_bound(
        leads in prop::collection::vec(
            prop::collection::btree_map(0_usize..8, prop_oneof![0_u32..20, any::<u32>()], 1..=8),
            1..120,
        ),
    ) {
        let mut giving = Giving::new();
        for weights in leads {
            giving.give(weights.into_iter().map(|(number, weight)| (person(number), weight)));
            prop_assert!(giving.holds(), "{:?}", giving.rotation);
        }
    }

    /// When all are always there, nobody is ever a whole lead ahead.
    #[test]
    fn nobody_is_ever_a_whole_lead_ahead(
        weights in prop::collection::vec(1_u32..50, 1..9),
        times in 1_u64..200,
    ) {
        let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        let members: Vec<_> =
            weights.iter().enumerate().map(|(number, weight)| (person(number), *weight)).collect();
        let mut giving = Giving::new();
        let mut received = BTreeMap::new();
        for so_far in 1..=times {
            let picked = giving.give(members.clone());
            *received.entry(picked.person).or_insert(0_u64) += 1;
            for (person, weight) in &members {
                let due = so_far * u64::from(*weight);
                let had = received.get(person).copied().unwrap_or(0) * total;
                prop_assert!(had < due + total, "{person} is ahead by a lead or more");
            }
        }
        for (person, share) in &giving.rotation.members {
            prop_assert_eq!(share.received, received.get(person).copied().unwrap_or(0));
        }
    }
}

#[test]
fn members_who_weigh_nothing_share_alike() {
    let mut giving = Giving::new();
    let winners = [0, 1, 2].map(|_| {
        giving
            .give([0, 1, 2].map(|number| (person(number), 0)))
            .person
    });
    assert_eq!(winners, [0, 1, 2].map(person));
    assert!(giving.holds());
}

#[test]
fn what_cannot_be_counted_any_more_is_an_error_and_nothing_wraps_round() {
    let mut rotation = PoolState::default();
    for (name, lag) in [("anna", i64::MAX - 3), ("ben", i64::MIN + 3)] {
        let share = Share {
            lag,
            ..Share::default()
        };
        rotation.members.insert(crm::PersonId::new(name), share);
    }
    let now = testkit::at("2026-11-23T09:00:00Z");
    let refused = pick("dach", &pool(), &rotation, &RULES, now).expect_err("too large");
    assert_eq!(
        refused,
        RotationError::TooLarge {
            pool: "dach".to_owned(),
            person: crm::PersonId::new("anna"),
            lag: i64::MAX - 3,
        }
    );
    let anna = crm::PersonId::new("anna");
    let refused = leave("dach", &pool(), &rotation, &anna).expect_err("too large");
    assert!(matches!(refused, RotationError::TooLarge { .. }));
}

#[test]
fn a_lead_that_leaves_when_nobody_of_the_pool_is_left_makes_nothing() {
    let mut giving = Giving::new();
    let picked = giving.give([(person(0), 1), (person(1), 1)]);
    // All others of the pool today have come since.
    let after = leave("pool", &pool(), &giving.rotation, &picked.person).expect("a rotation");
    assert_eq!(
        after.members.values().map(|share| share.lag).sum::<i64>(),
        0
    );
    assert_eq!(after.members[&picked.person].received, 0);
    assert_eq!(after.members[&picked.person].lag, -LEAD / 2);
}
