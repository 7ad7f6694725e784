#![allow(clippy::unwrap_used, reason = "a test may panic")]

use contracts::{
    Indexes, Key,
    state::{LoadState, PoolState},
};
use crm::PersonId;
use decisions::pick;
use jiff::SignedDuration;
use store::{MemoryStore, Store, Transaction, put_state};
use testkit::{at, away, example_staffing};

use super::*;
use crate::stack::wait;

const NOW: &str = "2026-11-23T10:00:00Z";
const POOL: &str = "dach_account_executives";

/// A table in which the pool has given so many leads, anna has 25 open ones, and ben is away.
fn live(leads: u32) -> (Rules, Live) {
    let staffing = example_staffing();
    let rules = testkit::example_rules();
    let loads = rules.model.people.keys().cloned();
    let loads = loads.map(|person| (person, LoadState::default()));
    let staffing = staffing.with_loads(loads.collect());
    let pool = &staffing.model.pools[POOL];
    let mut rotation = PoolState::default();
    for number in 0..leads {
        let now = at("2026-11-23T09:00:00Z") + SignedDuration::from_secs(number.into());
        let picked = pick(POOL, pool, &rotation, &staffing, now).unwrap();
        rotation = picked.rotation.unwrap();
    }
    let load = LoadState {
        open: 25,
        ..LoadState::default()
    };
    let absences = away(&[("ben", "2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z")]);
    let anna = PersonId::new("anna");
    let none = Indexes::default;
    let mut puts = vec![
        put_state(
            Key::load(&anna),
            &load,
            None::<&store::Versioned<LoadState>>,
            none(),
        ),
        put_state(
            Key::absences(),
            &absences,
            None::<&store::Versioned<LoadState>>,
            none(),
        ),
    ];
    if leads > 0 {
        let before = None::<&store::Versioned<PoolState>>;
        puts.push(put_state(Key::pool(POOL), &rotation, before, none()));
    }
    let live = wait(async {
        let store = MemoryStore::default();
        let checks = Vec::new();
        store.commit(Transaction { puts, checks }).await.unwrap();
        Ok(Live::read(&store, &rules).await.unwrap())
    });
    (rules, live.unwrap())
}

fn shown(leads: u32, only: Option<&str>) -> String {
    let (rules, live) = live(leads);
    let pools = pools(&rules, &live, only, at(NOW)).unwrap();
    told::text(&pools, at(NOW), rules.company_zone())
}

#[test]
fn a_pool_shows_what_is_due_who_cannot_be_asked_and_who_is_next() {
    assert_eq!(
        shown(3, Some(POOL)),
        "dach_account_executives: 3 leads given, the last Mon 23 Nov 2026 10:00
  member  weight  share  received  fair  off by  open      now
  anna    2       50.0%  1         1.50  -0.50   25 of 25  full: anna has 25 of 25 open leads
  ben     1       25.0%  1         0.75  +0.25   0 of 25   away until Wed 25 Nov 2026 01:00
  jonas   1       25.0%  1         0.75  +0.25   -         working
  next  jonas is the only one (ben is away until Wed 25 Nov 2026 01:00; anna has 25 of 25 open leads; working now)
"
    );
}

#[test]
fn where_nothing_was_given_it_says_so() {
    let text = shown(0, None);
    assert_eq!(
        text.matches("no lead has been given yet").count(),
        3,
        "{text}"
    );
}

#[test]
fn for_programs_leads_are_numbers() {
    let (rules, live) = live(3);
    let pools = pools(&rules, &live, Some(POOL), at(NOW)).unwrap();
    let json = told::json(&pools);
    assert_eq!(json[0]["received"], 3);
    let anna = &json[0]["members"][0];
    assert_eq!(
        (&anna["person"], &anna["share"]),
        (&"anna".into(), &0.5.into())
    );
    assert_eq!(json[0]["next"]["person"], "jonas");
}

#[test]
fn a_pool_that_is_not_there_is_told_with_the_one_that_was_meant() {
    let rules = testkit::example_rules();
    let names = || rules.model.pools.keys().map(String::as_str);
    let said = unknown("pool", names(), Some("dach_account_executive")).unwrap();
    assert!(
        said.ends_with("did you mean dach_account_executives?"),
        "{said}"
    );
    assert_eq!(unknown("pool", names(), None), None);
}
