//! A record that its owner let lie, or cannot have: who else gets it, and whose turn it was.

use std::collections::BTreeSet;

use contracts::state::Share;
use decisions::{Transfer, hand_on, transfer};
use model::AllAway;
use testkit::away;

use super::*;

const MONDAY: &str = "2026-11-23T09:00:00Z";

/// Early on a Sunday nobody works.
const SUNDAY: &str = "2026-11-22T03:00:00Z";

/// All three have stood in the rotation before.
fn all_known() -> PoolState {
    let names = ["anna", "ben", "jonas"].map(PersonId::new);
    PoolState {
        members: names.map(|name| (name, Share::default())).into(),
    }
}

/// A record is taken from this person, and the CRM refuses some.
struct Taken<'a> {
    pool: &'a Pool,
    from: &'a str,
    refused: &'a [&'a str],
    in_turn: bool,
}

impl Taken<'_> {
    fn given(&self, staffing: &Staffing, rotation: &PoolState, now: &str) -> Option<Picked> {
        let refused: BTreeSet<_> = self.refused.iter().map(|it| PersonId::new(*it)).collect();
        let transferred = Transfer {
            from: &PersonId::new(self.from),
            earlier: &BTreeSet::new(),
            refused: &refused,
            in_turn: self.in_turn,
        };
        let given = transfer("pool", self.pool, rotation, transferred, staffing, at(now));
        given.expect("a rotation")
    }
}

fn lags(rotation: &PoolState) -> Vec<(&str, i64)> {
    let members = rotation.members.iter();
    members
        .map(|(person, share)| (person.as_str(), share.lag))
        .collect()
}

/// All are away, Ben is asked, and in his place his manager Jonas: it may be Jonas from whom it is
/// taken, or whom the CRM refuses. Then nobody of the pool can have it.
#[test]
fn whoever_is_asked_in_place_of_another_must_be_able_to_have_it() {
    let mut pool = pool();
    pool.all_away = AllAway::Ask(PersonId::new("ben"));
    let all_but_jonas = ["anna", "ben"].map(|it| (it, SUNDAY, "2026-11-24T00:00:00Z"));
    let staffing = RULES.with_absences(away(&all_but_jonas));
    let given = |from, refused| {
        let taken = Taken {
            pool: &pool,
            from,
            refused,
            in_turn: true,
        };
        let given = taken.given(&staffing, &all_known(), MONDAY);
        given.map(|picked| picked.person.to_string())
    };
    assert_eq!(given("jonas", &[]), None, "he let it lie himself");
    assert_eq!(given("anna", &["jonas"]), None, "the CRM refuses him");
    assert_eq!(given("anna", &[]).as_deref(), Some("jonas"));
}

/// Whom the pool asks in its place it cannot ask any more: its members are, each in turn.
#[test]
fn a_pool_whose_stand_in_cannot_have_it_gives_it_to_its_members() {
    let mut pool = pool();
    pool.nobody_working = NobodyWorking::Ask(PersonId::new("jonas"));
    pool.all_away = AllAway::Ask(PersonId::new("jonas"));
    let taken = |from, refused| Taken {
        pool: &pool,
        from,
        refused,
        in_turn: false,
    };
    let all = ["anna", "ben", "jonas"].map(|it| (it, SUNDAY, "2026-11-24T00:00:00Z"));
    let all_away = RULES.with_absences(away(&all));
    for (staffing, now, said) in [
        (&*RULES, SUNDAY, "every member, since nobody is working now"),
        (
            &all_away,
            MONDAY,
            "first to be back, since all members are away",
        ),
    ] {
        for (from, refused, to) in [("jonas", &[][..], "anna"), ("anna", &["jonas"][..], "ben")] {
            let picked = taken(from, refused).given(staffing, &all_known(), now);
            let picked = picked.expect("someone");
            assert_eq!(picked.person.as_str(), to);
            assert!(picked.because.contains(said), "{}", picked.because);
            assert!(picked.in_turn);
        }
    }
}

/// Jonas was asked in place of the pool, though he is one of it: he gets no turn back.
#[test]
fn who_had_it_out_of_turn_gets_no_turn_back() {
    let pool = pool();
    let taken = Taken {
        pool: &pool,
        from: "jonas",
        refused: &[],
        in_turn: false,
    };
    let picked = taken.given(&RULES, &all_known(), MONDAY).expect("someone");
    assert_eq!(picked.person.as_str(), "anna");
    let rotation = picked.rotation.expect("a turn");
    // Anna and Ben share it, two to one.
    let (anna, ben) = (666_666_667 - LEAD, 333_333_333);
    assert_eq!(
        lags(&rotation),
        [("anna", anna), ("ben", ben), ("jonas", 0)]
    );
}

/// It cost them a turn of which the rotation knows nothing any more: it is shared out anew.
#[test]
fn who_is_not_in_the_rotation_gets_no_turn_back() {
    let pool = pool();
    let taken = Taken {
        pool: &pool,
        from: "jonas",
        refused: &[],
        in_turn: true,
    };
    let mut rotation = all_known();
    rotation.members.remove(&PersonId::new("jonas"));
    let picked = taken.given(&RULES, &rotation, MONDAY).expect("someone");
    assert_eq!(picked.person.as_str(), "anna");
    let rotation = picked.rotation.expect("a turn");
    assert_eq!(
        lags(&rotation),
        [("anna", 666_666_667 - LEAD), ("ben", 333_333_333)]
    );
}

#[test]
fn by_hand_the_turn_goes_along_within_the_pool_and_is_given_back_outside_of_it() {
    let mut giving = Giving::new();
    giving.pool.weights = pool().weights;
    let picked = giving.give(pool().weights);
    let (anna, ben) = (PersonId::new("anna"), PersonId::new("ben"));
    assert_eq!(picked.person, anna);
    let hand = |to| {
        hand_on(
            "dach",
            &giving.pool,
            &giving.rotation,
            (&anna, to),
            giving.now,
        )
    };
    let bens = hand(&ben).expect("a rotation").members;
    let quarter = LEAD / 4;
    let stands = |share: &contracts::state::Share| (share.lag / quarter, share.received);
    assert_eq!(
        (stands(&bens[&anna]), stands(&bens[&ben])),
        ((2, 0), (-3, 1))
    );
    let left = hand(&PersonId::new("carla")).expect("a rotation");
    assert!(
        left.members.values().all(|share| stands(share) == (0, 0)),
        "{left:?}"
    );
}
