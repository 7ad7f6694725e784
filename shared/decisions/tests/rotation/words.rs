//! The reasons, word for word.

use contracts::state::{LEAD, Share};
use crm::PersonId;

use crate::Giving;

const NAMES: [&str; 20] = [
    "anna", "ben", "carla", "david", "elif", "finn", "greta", "hans", "ines", "jonas", "karin",
    "lukas", "maya", "nora", "otto", "paula", "ralf", "sofia", "tim", "uwe",
];

fn of(names: &[&str]) -> Vec<(PersonId, u32)> {
    let members = names.iter();
    members.map(|name| (PersonId::new(*name), 1)).collect()
}

/// Of twenty the later weigh more.
fn of_twenty(there: impl Fn(usize) -> bool) -> Vec<(PersonId, u32)> {
    let members = NAMES.iter().enumerate();
    let members = members.filter(|(number, _)| there(*number));
    let weight = |number: usize| if number < 8 { 2 } else { 3 };
    members
        .map(|(number, name)| (PersonId::new(*name), weight(number)))
        .collect()
}

/// What is said of the next lead, when these are owed so many hundredths of a lead before it.
fn said(owed: &[(&str, i64)]) -> String {
    let mut giving = Giving::new();
    for (name, hundredths) in owed {
        let share = Share {
            lag: hundredths * LEAD / 100,
            ..Share::default()
        };
        giving.rotation.members.insert(PersonId::new(*name), share);
    }
    let names: Vec<_> = owed.iter().map(|(name, _)| *name).collect();
    giving.give(of(&names)).because
}

#[test]
fn in_a_pool_of_twenty_the_first_three_are_told_and_the_others_counted() {
    let mut giving = Giving::new();
    for lead in 0..27 {
        // A quarter of them are away, others for each lead.
        giving.give(of_twenty(|number| (lead + number) % 4 != 0));
    }
    let told: Vec<_> = (0..5)
        .map(|_| giving.give(of_twenty(|_| true)).because)
        .collect();
    assert_eq!(
        told[0],
        "pool pool: every member; counting this one: maya is owed 0.60 leads, paula is owed 0.60 leads, \
         tim is owed 0.60 leads, and 17 others; of those owed the most, maya has waited longest"
    );
    assert_eq!(
        told[4],
        "pool pool: every member; counting this one: uwe is owed 0.83 leads, ben is owed 0.27 leads, \
         finn is owed 0.27 leads, and 17 others; uwe is owed the most"
    );
}

#[test]
fn who_is_ahead_is_told_so() {
    assert_eq!(
        said(&[("anna", 87), ("ben", -17), ("carla", -70)]),
        "pool pool: every member; counting this one: anna is owed 1.20 leads, ben is owed 0.16 leads, \
         carla is 0.37 leads ahead; anna is owed the most"
    );
    assert_eq!(
        said(&[("anna", -250), ("ben", -300)]),
        "pool pool: every member; counting this one: anna is 2.00 leads ahead, ben is 2.50 leads ahead; \
         anna is least ahead"
    );
}

#[test]
fn of_equals_it_is_said_who_has_waited_longest() {
    let mut giving = Giving::new();
    let mut because = Vec::new();
    for _ in 0..3 {
        because.push(giving.give(of(&["anna", "ben"])).because);
    }
    assert_eq!(
        because,
        [
            "pool pool: every member; counting this one: anna is owed 0.50 leads, ben is owed 0.50 leads; of those owed the most who have waited \
         longest, anna is first by name",
            "pool pool: every member; counting this one: ben is owed 1.00 leads, anna is owed 0.00 leads; ben is owed the most",
            "pool pool: every member; counting this one: anna is owed 0.50 leads, ben is owed 0.50 leads; of those owed the most, anna has waited \
         longest",
        ]
    );
}

#[test]
fn what_looks_equal_and_is_not_is_told() {
    let mut giving = Giving::new();
    for (name, lag) in [("anna", -1), ("ben", 1)] {
        let share = Share {
            lag,
            ..Share::default()
        };
        giving.rotation.members.insert(PersonId::new(name), share);
    }
    assert_eq!(
        giving.give(of(&["anna", "ben"])).because,
        "pool pool: every member; counting this one: ben is owed 0.50 leads, anna is owed 0.50 leads; \
         ben is owed the most, by less than 0.01 leads"
    );
}

#[test]
fn one_alone_is_the_only_one() {
    assert_eq!(
        said(&[("anna", 0)]),
        "pool pool: every member; counting this one: anna is owed 1.00 leads; anna is the only one"
    );
}
