//! Who is away gets nothing from a pool, and is owed nothing for the time.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{collections::BTreeMap, sync::LazyLock};

use contracts::{
    EventData, Notice,
    state::{LEAD, PoolState},
};
use crm::PersonId;
use decisions::{
    Picked, Staffing, pick,
    routing::{Todo, consider, route},
};
use jiff::{SignedDuration, Timestamp};
use model::{AllAway, Eligibility, NobodyWorking, Pool};
use proptest::prelude::*;
use testkit::{at, away, example_staffing, lead};

static RULES: LazyLock<Staffing> = LazyLock::new(example_staffing);

/// A Monday at which everyone in Berlin works, and its day.
const MONDAY: &str = "2026-11-23T09:00:00Z";
const MIDNIGHT: &str = "2026-11-22T23:00:00Z";
const TUESDAY: &str = "2026-11-23T23:00:00Z";
const WEDNESDAY: &str = "2026-11-24T23:00:00Z";

fn pool() -> Pool {
    RULES.model.pools["dach_account_executives"].clone()
}

fn given(staffing: &Staffing, pool: &Pool, rotation: &PoolState, now: &str) -> Picked {
    pick("pool", pool, rotation, staffing, at(now)).expect("someone")
}

fn away_on_monday(people: &[&str]) -> Staffing {
    let list: Vec<_> = people
        .iter()
        .map(|person| (*person, MIDNIGHT, TUESDAY))
        .collect();
    RULES.with_absences(away(&list))
}

#[test]
fn the_next_of_those_who_are_there_gets_it_and_the_reasons_say_who_is_away() {
    let rules = away_on_monday(&["anna"]);
    let picked = given(&rules, &pool(), &PoolState::default(), MONDAY);
    assert_eq!(picked.person.as_str(), "ben");
    assert_eq!(
        picked.because,
        "pool pool: anna is away until the end of Mon 23 Nov 2026; working now; counting this one: \
         ben is owed 0.50 leads, jonas is owed 0.50 leads; of those owed the most who have waited \
         longest, ben is first by name"
    );
    let shares = picked.rotation.expect("a rotation").members;
    assert!(!shares.contains_key(&PersonId::new("anna")), "{shares:?}");
}

#[test]
fn who_does_not_work_because_they_are_away_starts_later() {
    // Early on Monday nobody works. Anna begins a day later than the others.
    let rules = away_on_monday(&["anna"]);
    let mut pool = pool();
    pool.eligible = vec![Eligibility::WorkingNow];
    let picked = given(&rules, &pool, &PoolState::default(), "2026-11-23T03:00:00Z");
    assert!(
        picked.because.contains("next to start work") && !picked.because.contains("anna"),
        "{}",
        picked.because
    );
    // At work time she is not working either, though the pool does not ask who is away.
    let picked = given(&rules, &pool, &PoolState::default(), MONDAY);
    assert!(!picked.because.contains("anna"), "{}", picked.because);
    pool.nobody_working = NobodyWorking::Everyone;
    pool.eligible.clear();
    let picked = given(&rules, &pool, &PoolState::default(), MONDAY);
    assert_eq!(
        picked.person.as_str(),
        "anna",
        "asked for nothing, it is hers"
    );
}

#[test]
fn when_all_are_away_somebody_is_asked_and_if_they_are_away_too_their_manager() {
    let everyone = ["anna", "ben", "jonas"];
    let mut pool = pool();
    pool.all_away = AllAway::Ask(PersonId::new("maya"));
    let rotation = PoolState::default();
    let picked = given(&away_on_monday(&everyone), &pool, &rotation, MONDAY);
    assert_eq!((picked.person.as_str(), picked.rotation), ("maya", None));
    assert!(
        picked
            .because
            .ends_with("all members are away, so maya is asked"),
        "{}",
        picked.because
    );
    // Jonas is one of those who are away; he reports to Carla.
    pool.all_away = AllAway::Ask(PersonId::new("jonas"));
    let picked = given(&away_on_monday(&everyone), &pool, &rotation, MONDAY);
    assert_eq!(picked.person.as_str(), "carla");
    assert!(
        picked
            .because
            .ends_with("all members are away, so carla is asked in place of jonas"),
        "{}",
        picked.because
    );
    let said = |person: &str| picked.because.matches(&format!("{person} is away")).count();
    assert_eq!(everyone.map(said), [1, 1, 1], "{}", picked.because);
    // Ines is none of the pool's members: that she is away is said as well.
    pool.all_away = AllAway::Ask(PersonId::new("ines"));
    let asked = away_on_monday(&["anna", "ben", "jonas", "ines"]);
    let picked = given(&asked, &pool, &rotation, MONDAY);
    assert!(
        picked.because.ends_with(
            "; ines is away until the end of Mon 23 Nov 2026; all members are away, so carla is asked \
             in place of ines"
        ),
        "{}",
        picked.because
    );
    pool.all_away = AllAway::Ask(PersonId::new("jonas"));
    let all = ["anna", "ben", "jonas", "carla"];
    let picked = given(&away_on_monday(&all), &pool, &rotation, MONDAY);
    assert_eq!(picked.person.as_str(), "jonas");
    assert!(
        picked.because.ends_with(
            "all members are away, and nobody is there above jonas either: jonas is asked"
        ),
        "{}",
        picked.because
    );
    // Who has left looks at nothing any more: whoever comes back does.
    let mut model = testkit::example_model();
    let jonas = model.people.get_mut(&PersonId::new("jonas"));
    jonas.expect("jonas").left = Some(jiff::civil::date(2026, 11, 20));
    let list: Vec<_> = all.iter().map(|it| (*it, MIDNIGHT, TUESDAY)).collect();
    let staffing = testkit::rules(model).with_absences(away(&list));
    let picked = given(&staffing, &pool, &rotation, MONDAY);
    assert_eq!(picked.person.as_str(), "carla");
    assert!(
        picked
            .because
            .ends_with("nobody is there above jonas: carla is asked, who is away and comes back"),
        "{}",
        picked.because
    );
}

#[test]
fn when_who_is_asked_is_away_too_whoever_covers_for_them_is_asked_first() {
    let mut pool = pool();
    pool.all_away = AllAway::Ask(PersonId::new("jonas"));
    let covered = |cover: &str, others: &[(&str, &str, &str)]| {
        let everyone = ["anna", "ben", "jonas"].map(|person| (person, MIDNIGHT, TUESDAY));
        let mut absences = away(&[&everyone[..], others].concat());
        let jonas = absences.people.get_mut(&PersonId::new("jonas"));
        jonas.expect("jonas is away")[0].cover = Some(PersonId::new(cover));
        let rules = RULES.with_absences(absences);
        given(&rules, &pool, &PoolState::default(), MONDAY)
    };
    let picked = covered("ines", &[]);
    assert_eq!(picked.person.as_str(), "ines");
    assert!(
        picked.because.ends_with(
            "; ines covers for jonas; all members are away, so ines is asked in place of jonas"
        ),
        "{}",
        picked.because
    );
    // Who covers is away as well: whom they report to.
    let picked = covered("ines", &[("ines", MIDNIGHT, TUESDAY)]);
    assert_eq!(picked.person.as_str(), "carla");
    assert!(
        picked.because.contains("ines is away"),
        "{}",
        picked.because
    );
}

#[test]
fn when_all_are_away_and_nobody_is_named_who_is_back_first_gets_it() {
    let mut pool = pool();
    pool.all_away = AllAway::FirstBack;
    let rules = RULES.with_absences(away(&[
        ("anna", MIDNIGHT, WEDNESDAY),
        ("ben", MIDNIGHT, TUESDAY),
        ("jonas", MIDNIGHT, WEDNESDAY),
    ]));
    let picked = given(&rules, &pool, &PoolState::default(), MONDAY);
    assert_eq!(picked.person.as_str(), "ben");
    assert!(
        picked
            .because
            .contains("first to be back, since all members are away"),
        "{}",
        picked.because
    );
}

#[test]
fn a_lead_goes_past_who_is_away_and_its_mail_counts_with_their_time_off() {
    let respond_by = |staffing: &Staffing| {
        let record = lead("1", at(MONDAY)).account("DE", "software", 300).build();
        let Todo::Route(choice) = consider(staffing, &record, None, at(MONDAY)) else {
            panic!("nothing to do");
        };
        let rotation = PoolState::default();
        let routed =
            route(staffing, &record, choice, None, &rotation, at(MONDAY)).expect("a route");
        let by = routed.draft.emits.iter().find_map(|event| match event {
            EventData::NoticeRequested {
                notice: Notice::LeadAssigned { respond_by, .. },
                ..
            } => *respond_by,
            _ => None,
        });
        (routed.routing.owner.expect("an owner").to_string(), by)
    };
    let afternoon = Some(at("2026-11-23T14:00:00Z"));
    assert_eq!(respond_by(&RULES), ("anna".to_owned(), afternoon));
    assert_eq!(
        respond_by(&away_on_monday(&["anna"])),
        ("ben".to_owned(), afternoon)
    );
    // Anna is there now, but leaves for the rest of the day at eleven.
    let leaves = RULES.with_absences(away(&[("anna", "2026-11-23T10:00:00Z", TUESDAY)]));
    let tuesday = Some(at("2026-11-24T11:00:00Z"));
    assert_eq!(respond_by(&leaves), ("anna".to_owned(), tuesday));
}

/// A lead has so many parts that it can be shared out exactly by weights that come to 36 or less:
/// the least common multiple of 1 to 36.
const PARTS: i128 = 144_403_552_893_600;

proptest! {
    /// Against a loop that counts in exact parts of a lead: whoever is away gets nothing and is owed
    /// nothing for it, the others share by their weights, and nothing is lost.
    #[test]
    fn who_is_away_accrues_nothing(
        weights in proptest::collection::vec(1_u32..8, 2..6),
        absences in proptest::collection::vec((0_usize..6, 0_i64..120, 1_i64..60), 0..8),
        times in 1_i64..120,
    ) {
        let mut pool = pool();
        pool.eligible = vec![Eligibility::NotAway];
        pool.weights = (0_usize..)
            .zip(&weights)
            .map(|(index, weight)| (PersonId::new(format!("p{index}")), *weight))
            .collect();
        let minute = |count: i64| at(MONDAY) + SignedDuration::from_mins(count);
        let texts: Vec<(String, String, String)> = absences
            .iter()
            .map(|(who, from, length)| {
                (format!("p{who}"), minute(*from).to_string(), minute(from + length).to_string())
            })
            .collect();
        let list: Vec<_> =
            texts.iter().map(|(who, from, to)| (who.as_str(), from.as_str(), to.as_str())).collect();
        let rules = RULES.with_absences(away(&list));
        let is_away = |person: &PersonId, now: Timestamp| rules.absences().at(person, now).is_some();
        let mut rotation = PoolState::default();
        let mut owed: BTreeMap<PersonId, i128> = BTreeMap::new();
        for count in 0..times {
            let now = minute(count);
            let there: Vec<_> = pool.weights.iter().filter(|(person, _)| !is_away(person, now)).collect();
            if there.is_empty() {
                continue;
            }
            let picked = pick("pool", &pool, &rotation, &rules, now).expect("someone");
            prop_assert!(!is_away(&picked.person, now), "{} is away", picked.person);
            let total: u32 = there.iter().map(|(_, weight)| **weight).sum();
            for (person, weight) in there {
                *owed.entry(person.clone()).or_default() += PARTS * i128::from(*weight) / i128::from(total);
            }
            *owed.entry(picked.person).or_default() -= PARTS;
            rotation = picked.rotation.expect("a rotation");
        }
        prop_assert_eq!(rotation.members.values().map(|share| share.lag).sum::<i64>(), 0);
        prop_assert_eq!(rotation.members.len(), owed.len());
        for (person, share) in &rotation.members {
            let error = i128::from(share.lag) * PARTS - owed[person] * i128::from(LEAD);
            prop_assert!(error.abs() < i128::from(times) * PARTS, "{person}: {error}");
        }
    }
}
