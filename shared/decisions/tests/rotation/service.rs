//! Who starts, who has left, who is certified; and that it stays fair while people start up and are full.

use std::collections::BTreeMap;

use contracts::state::{LEAD, LoadState, PoolState};
use crm::PersonId;
use decisions::{Picked, RotationError, Staffing, pick};
use jiff::{SignedDuration, ToSpan, civil::Date};
use model::{AllAway, AllFull, Capacity, Eligibility, OperatingModel, Person, Pool};
use proptest::prelude::*;
use testkit::{at, example_model, staffing};

use crate::pool;

const MONDAY: &str = "2026-11-23T09:00:00Z";

fn model(change: impl FnOnce(&mut BTreeMap<PersonId, Person>)) -> OperatingModel {
    let mut model = example_model();
    change(&mut model.people);
    model
}

fn known<'p>(people: &'p mut BTreeMap<PersonId, Person>, name: &str) -> &'p mut Person {
    people.get_mut(&PersonId::new(name)).expect("a person")
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn given(staffing: &Staffing, pool: &Pool, now: &str) -> Picked {
    pick("dach", pool, &PoolState::default(), staffing, at(now)).expect("someone")
}

/// What these were owed for the first lead of a pool in which Anna weighs 2, Ben and Jonas 1 each.
fn shares(picked: Picked) -> Vec<(String, i64)> {
    let winner = picked.person;
    let members = picked.rotation.expect("a rotation").members;
    let share = |(person, share): (PersonId, contracts::state::Share)| {
        let charged = if person == winner { LEAD } else { 0 };
        (person.to_string(), (share.lag + charged) * 100 / LEAD)
    };
    members.into_iter().map(share).collect()
}

#[test]
fn who_starts_counts_more_from_month_to_month() {
    let staffing = staffing(model(|people| {
        let anna = known(people, "anna");
        anna.starts = Some(day("2026-09-15"));
        anna.ramp = vec![0, 50, 100];
    }));
    let by_day = |now| given(&staffing, &pool(), now);
    let first = by_day("2026-09-14T09:00:00Z");
    assert!(
        first.because.contains("anna starts on Tue 15 Sep 2026"),
        "{}",
        first.because
    );
    let nothing = by_day("2026-10-14T09:00:00Z");
    assert!(
        nothing.because.contains("at 0% of their weight yet: anna"),
        "{}",
        nothing.because
    );
    assert_eq!(shares(nothing).len(), 2, "and is owed nothing for it");
    let half = by_day("2026-10-15T09:00:00Z");
    assert!(
        half.because.contains("starting up: anna at 50%"),
        "{}",
        half.because
    );
    let thirds = [("anna", 33), ("ben", 33), ("jonas", 33)];
    let owned = |shares: &[(&str, i64)]| -> Vec<(String, i64)> {
        shares
            .iter()
            .map(|(name, share)| ((*name).to_owned(), *share))
            .collect()
    };
    assert_eq!(shares(half), owned(&thirds));
    let whole = by_day("2026-11-16T09:00:00Z");
    assert_eq!(
        shares(whole),
        owned(&[("anna", 50), ("ben", 25), ("jonas", 25)])
    );
}

#[test]
fn who_has_left_gets_nothing_and_is_not_asked_either() {
    let staffing = staffing(model(|people| {
        known(people, "anna").left = Some(day("2026-11-23"));
        known(people, "jonas").left = Some(day("2026-11-20"));
    }));
    let picked = given(&staffing, &pool(), MONDAY);
    assert_eq!(picked.person.as_str(), "ben");
    assert!(
        picked
            .because
            .contains("anna left on Mon 23 Nov 2026; jonas left on")
    );
    let before = given(&staffing, &pool(), "2026-11-19T09:00:00Z");
    assert_eq!(before.person.as_str(), "anna", "until then she did");
    let mut only_anna = pool();
    only_anna
        .weights
        .retain(|person, _| person.as_str() == "anna");
    only_anna.all_away = AllAway::Ask(PersonId::new("jonas"));
    let asked = given(&staffing, &only_anna, MONDAY);
    assert_eq!(asked.person.as_str(), "carla");
    assert!(
        asked
            .because
            .contains("nobody of the pool is there, so carla is asked in place of jonas"),
        "{}",
        asked.because
    );
    only_anna.all_away = AllAway::FirstBack;
    let nobody = pick(
        "dach",
        &only_anna,
        &PoolState::default(),
        &staffing,
        at(MONDAY),
    );
    assert_eq!(
        nobody.expect_err("nobody"),
        RotationError::Nobody("dach".to_owned())
    );
}

#[test]
fn where_all_are_still_to_start_the_first_of_them_gets_it() {
    let staffing = staffing(model(|people| {
        known(people, "anna").starts = Some(day("2026-12-07"));
        known(people, "ben").starts = Some(day("2026-12-01"));
        known(people, "jonas").left = Some(day("2026-11-01"));
    }));
    let mut pool = pool();
    pool.all_away = AllAway::FirstBack;
    let picked = given(&staffing, &pool, MONDAY);
    assert_eq!(picked.person.as_str(), "ben");
    assert!(
        picked
            .because
            .contains("first to start, since nobody of the pool is there")
    );
}

#[test]
fn where_all_are_at_nothing_they_share_all_the_same() {
    let staffing = staffing(model(|people| {
        for name in ["anna", "ben", "jonas"] {
            let person = known(people, name);
            person.starts = Some(day("2026-11-23"));
            person.ramp = vec![0, 100];
        }
    }));
    assert_eq!(given(&staffing, &pool(), MONDAY).person.as_str(), "anna");
}

#[test]
fn only_who_is_certified_gets_what_asks_for_it() {
    let staffing = staffing(model(|people| {
        known(people, "ben").certified.insert("demo".to_owned());
    }));
    let mut pool = pool();
    let demo = Eligibility::Certified("demo".to_owned());
    pool.eligible.push(demo);
    let picked = given(&staffing, &pool, MONDAY);
    assert_eq!(picked.person.as_str(), "ben");
    assert!(
        picked
            .because
            .contains("not certified for demo: anna, jonas"),
        "{}",
        picked.because
    );
}

/// A member: after how many days they start, the ramp, how many open leads they take, their weight.
type Member = (i64, Vec<u8>, u32, u32);

fn members() -> impl Strategy<Value = Vec<Member>> {
    let ramp = prop_oneof![Just(vec![]), Just(vec![0, 50, 100]), Just(vec![10, 100])];
    prop::collection::vec((0_i64..80, ramp, 1_u32..6, 1_u32..5), 1..7)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Over months people start, count more and more, are full and have room again: nothing is lost or
    /// made, nobody is further off than the bound, and nobody gets one who is full while another is not.
    #[test]
    fn it_stays_fair_while_people_start_up_and_are_full(
        members in members(),
        leads in prop::collection::vec((0_i64..60, any::<prop::sample::Index>()), 1..120),
    ) {
        let begin = at("2026-08-03T09:00:00Z");
        let mut pool = Pool {
            eligible: vec![Eligibility::UnderCapacity],
            all_full: AllFull::Everyone,
            all_away: AllAway::FirstBack,
            weights: BTreeMap::new(),
            ..pool()
        };
        let model = model(|people| {
            let like = known(people, "ben").clone();
            for (number, (starts, ramp, open, weight)) in members.iter().enumerate() {
                let id = PersonId::new(format!("p{number}"));
                let mut person = like.clone();
                person.starts = day("2026-08-03").checked_add(starts.days()).ok();
                person.ramp.clone_from(ramp);
                person.capacity = Some(Capacity { open_leads: Some(*open), per_day: None, per_week: None });
                pool.weights.insert(id.clone(), *weight);
                people.insert(id, person);
            }
        });
        let rules = staffing(model);
        let mut rotation = PoolState::default();
        let mut open: BTreeMap<PersonId, u32> =
            pool.weights.keys().map(|person| (person.clone(), 0)).collect();
        let mut now = begin;
        for (hours, closes) in leads {
            now += SignedDuration::from_hours(hours);
            let loads = open.iter().map(|(person, open)| {
                (person.clone(), LoadState { open: *open, ..LoadState::default() })
            });
            let staffing = rules.with_loads(loads.collect());
            let Ok(picked) = pick("pool", &pool, &rotation, &staffing, now) else {
                continue;
            };
            rotation = picked.rotation.expect("a rotation");
            *open.get_mut(&picked.person).expect("a member") += 1;
            let lags = || rotation.members.values().map(|share| share.lag);
            prop_assert_eq!(lags().sum::<i64>(), 0);
            let there = i64::try_from(rotation.members.len()).expect("few");
            let largest = lags().map(i64::abs).max().unwrap_or(0);
            prop_assert!(2 * largest <= (there - 1) * LEAD, "{:?}", rotation);
            let nobody = ["beyond their capacity", "first to start"];
            if nobody.iter().any(|said| picked.because.contains(said)) {
                continue;
            }
            let most = rules.model.people[&picked.person].capacity.and_then(|it| it.open_leads);
            prop_assert!(Some(open[&picked.person]) <= most, "{}", picked.because);
            // Now and then somebody closes one.
            let person = pool.weights.keys().nth(closes.index(pool.weights.len())).expect("one");
            let had = open.get_mut(person).expect("a member");
            *had = had.saturating_sub(1);
        }
    }
}

/// In the evening before the day from which on Anna is not there any more she is not "next to start work".
#[test]
fn who_has_left_by_the_next_morning_gets_nothing_the_evening_before() {
    let staffing = staffing(model(|people| {
        known(people, "anna").left = Some(day("2026-11-24"));
    }));
    let by_day = given(&staffing, &pool(), MONDAY);
    assert_eq!(by_day.person.as_str(), "anna", "she works still");
    let evening = given(&staffing, &pool(), "2026-11-23T21:00:00Z");
    assert_ne!(evening.person.as_str(), "anna", "{}", evening.because);
}
