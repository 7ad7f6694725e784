//! Whatever happens to leads, every turn that a pool counts is somebody's.

use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// However often leads are routed and routed again, each is counted once where it is, nowhere else, and
    /// nobody is owed anything on the whole.
    #[test]
    fn every_turn_is_somebodys(steps in prop::collection::vec((0_usize..4, 0_u8..3), 1..40)) {
        let rules = with("    - { upon: owner.removed }\n    - { upon: stage.entered, stage: qualified }\n    - { upon: field.changed, field: account.country }");
        let mut pools = [(DACH, PoolState::default()), (AMERICA, PoolState::default())];
        let mut leads: Vec<Option<RoutingState>> = vec![None; 4];
        let mut american = [false; 4];
        for (time, (number, what)) in steps.into_iter().enumerate() {
            let now = monday() + SignedDuration::from_mins(i64::try_from(time).unwrap_or(0));
            let state = leads[number].take();
            let Some(before) = state else {
                let Todo::Route(choice) = consider(&rules, &german(), None, now) else {
                    return Err(TestCaseError::fail("it is routed"));
                };
                let routed = route(&rules, &german(), choice, None, &pools[0].1, now);
                let routed = routed.expect("a route").by_copy(1);
                pools[0].1 = routed.pool.expect("a turn").1;
                leads[number] = Some(routed.routing);
                continue;
            };
            let mut record = german();
            if what == 1 {
                american[number] = !american[number];
            }
            if american[number] {
                record = from_america(record);
            }
            if what != 0 {
                record.fields.extend(before.owner.clone().map(|it| ("owner".to_owned(), Value::Person(it))));
            }
            let happened = match what {
                0 => Happened::Changed(&[Edge::OwnerRemoved]),
                1 => Happened::Changed(&[COUNTRY]),
                _ => Happened::Entered("qualified"),
            };
            let next = again(&rules, &record, Some(&before), (happened, u64::MAX), now);
            let mut after = before.clone();
            if let Some(again) = next {
                let of = |name: Option<&str>| {
                    pools.iter().find(|(pool, _)| Some(*pool) == name).map(|(_, it)| it.clone()).unwrap_or_default()
                };
                let (turns, left) = (of(again.pool()), of(before.pool.as_deref()));
                let routed = route_again(&rules, &record, &before, &again, (&turns, &left), now);
                if let Some(routed) = routed.expect("no overflow") {
                    for (name, state) in routed.pool.into_iter().chain(routed.left) {
                        for (pool, kept) in &mut pools {
                            if *pool == name {
                                *kept = state.clone();
                            }
                        }
                    }
                    after = routed.routing;
                }
            }
            leads[number] = Some(after);
            for (name, pool) in &pools {
                let here = leads.iter().flatten().filter(|it| it.pool.as_deref() == Some(*name) && !it.out_of_turn);
                prop_assert_eq!(received(pool), here.count() as u64);
                prop_assert_eq!(owed(pool), 0);
                let most = pool.members.values().map(|share| share.lag.abs()).max().unwrap_or(0);
                prop_assert!(most < 40 * LEAD);
            }
        }
    }
}
