//! What people can take: who is full, as whose open lead a lead counts, and the count of all of them.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::sync::LazyLock;

use contracts::state::{LoadState, PoolState, RecountState, RoutingState};
use crm::{PersonId, Record};
use decisions::{
    Picked, RotationError, Staffing,
    capacity::{Loads, Recounted, begun, candidates, due, recount},
    pick,
    routing::{Todo, consider, counted_anew, hand_over, keep, refused, route},
};
use jiff::{Timestamp, civil::Date};
use model::{AllFull, NobodyWorking, Pool};
use testkit::{at, away, example_model, example_staffing, lead, rules, staffing};

const DACH: &str = "dach_account_executives";
/// Monday, ten in Berlin.
const MONDAY: &str = "2026-11-23T09:00:00Z";

static STAFFING: LazyLock<Staffing> = LazyLock::new(|| {
    let mut model = example_model();
    let anna = model.people.get_mut(&person("anna")).expect("anna");
    let capacity = anna.capacity.as_mut().expect("a capacity");
    capacity.per_week = Some(20);
    staffing(model)
});

fn person(name: &str) -> PersonId {
    PersonId::new(name)
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// A person, how many open leads they have, and how many came for which day.
type Load<'l> = (&'l str, u32, &'l [(&'l str, u32)]);

/// How many open leads these have, and how many came to them for which day; the others have none.
fn having(loads: &[Load<'_>]) -> Staffing {
    let people = STAFFING.model.people.keys();
    let mut all: Loads = people
        .map(|person| (person.clone(), LoadState::default()))
        .collect();
    for (name, open, came) in loads {
        let came = came.iter().map(|(on, count)| (day(on), *count));
        let load = LoadState {
            open: *open,
            came: came.collect(),
            changed: None,
        };
        all.insert(person(name), load);
    }
    STAFFING.with_loads(all)
}

fn pool() -> Pool {
    STAFFING.model.pools[DACH].clone()
}

fn given(staffing: &Staffing, pool: &Pool, now: &str) -> Picked {
    pick("dach", pool, &PoolState::default(), staffing, at(now)).expect("someone")
}

fn says(picked: &Picked, words: &str) {
    assert!(picked.because.contains(words), "{}", picked.because);
}

#[test]
fn who_is_full_gets_no_more_and_is_owed_nothing_for_it() {
    let picked = given(&having(&[("anna", 25, &[])]), &pool(), MONDAY);
    assert_eq!(picked.person, person("ben"));
    says(&picked, "anna has 25 of 25 open leads; working now");
    let rotation = picked.rotation.expect("a rotation");
    assert!(!rotation.members.contains_key(&person("anna")));
    let picked = given(&having(&[("anna", 24, &[])]), &pool(), MONDAY);
    assert_eq!(picked.person, person("anna"), "one more fits");
}

#[test]
fn a_day_is_a_working_day_and_a_week_begins_on_monday() {
    let six = having(&[("anna", 6, &[("2026-11-23", 6)])]);
    let picked = given(&six, &pool(), MONDAY);
    says(&picked, "anna has had 6 of 6 leads for Mon 23 Nov");
    // On Sunday it comes for Monday; on Monday evening, for Tuesday.
    let mut any_time = pool();
    any_time.nobody_working = NobodyWorking::Everyone;
    let sunday = given(&six, &any_time, "2026-11-22T10:00:00Z");
    says(&sunday, "anna has had 6 of 6 leads for Mon 23 Nov");
    let evening = given(&six, &any_time, "2026-11-23T20:00:00Z");
    assert_eq!(evening.person, person("anna"));
    let week = [
        ("2026-11-23", 5),
        ("2026-11-24", 5),
        ("2026-11-25", 5),
        ("2026-11-26", 5),
    ];
    let twenty = having(&[("anna", 20, &week)]);
    let friday = given(&twenty, &pool(), "2026-11-27T09:00:00Z");
    says(
        &friday,
        "anna has had 20 of 20 leads for the week of 23 Nov",
    );
    let next = given(&twenty, &pool(), "2026-11-30T09:00:00Z");
    assert_eq!(next.person, person("anna"));
}

#[test]
fn nobody_working_all_full_and_all_away_have_an_answer_each() {
    let mut pool = pool();
    pool.weights.remove(&person("jonas"));
    pool.nobody_working = NobodyWorking::Ask(person("ines"));
    pool.all_full = AllFull::Ask(person("maya"));
    let full = having(&[("anna", 25, &[]), ("ben", 25, &[])]);
    let sunday = "2026-11-22T10:00:00Z";
    let monday = |name| (name, "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z");
    let nobody_works = given(&having(&[]), &pool, sunday);
    assert_eq!(nobody_works.person, person("ines"));
    says(&nobody_works, "nobody is working now, so ines is asked");
    let all_full = given(&full, &pool, MONDAY);
    assert_eq!((all_full.person, all_full.in_turn), (person("maya"), false));
    let all_away = full.with_absences(away(&[monday("anna"), monday("ben")]));
    let all_away = given(&all_away, &pool, MONDAY);
    assert_eq!(all_away.person, person("jonas"));
    says(&all_away, "all members are away, so jonas is asked");
    // One is away and the other full: of those who are there, all are full.
    let both = full.with_absences(away(&[monday("anna")]));
    let both = given(&both, &pool, MONDAY);
    assert_eq!(both.person, person("maya"));
    says(
        &both,
        "anna is away until the end of Mon 23 Nov 2026; ben has 25 of 25 open leads; all who are \
         there are full, so maya is asked",
    );
    pool.all_full = AllFull::Everyone;
    let beyond = given(&full, &pool, MONDAY);
    assert_eq!((beyond.person.as_str(), beyond.in_turn), ("anna", true));
}

/// Ben has room left and starts at nine; Anna works by night and is full.
#[test]
fn who_is_not_working_comes_before_who_is_full() {
    let full = having(&[("anna", 25, &[]), ("jonas", 0, &[])]);
    let picked = given(&full, &pool(), "2026-11-22T10:00:00Z");
    assert_ne!(picked.person, person("anna"));
    says(&picked, "next to start work, since nobody is working now");
}

#[test]
fn what_was_not_read_is_no_zero() {
    let unread = STAFFING.with_loads(Loads::new());
    let refused = pick("dach", &pool(), &PoolState::default(), &unread, at(MONDAY));
    let refused = refused.expect_err("not read");
    assert!(matches!(refused, RotationError::NotRead { .. }));
    assert_eq!(
        refused.to_string(),
        "pool dach: it was not read how many open leads anna has, and they have a capacity"
    );
}

#[test]
fn of_a_pool_is_read_who_can_get_a_record_and_nobody_else() {
    // Jonas has no capacity, and the others are no members.
    let of_dach = candidates(&STAFFING, DACH);
    assert_eq!(of_dach, [person("anna"), person("ben")].into());
    let mut model = example_model();
    for known in model.people.values_mut() {
        known.capacity = STAFFING.model.people[&person("ben")].capacity;
    }
    let of_dach = candidates(&rules(model), DACH);
    let all = ["anna", "ben", "jonas", "carla"].map(person);
    assert_eq!(of_dach, all.into(), "whom it asks, and who is above them");
}

fn german() -> testkit::Growing {
    lead("1", at(MONDAY)).account("DE", "software", 300)
}

/// What lead-routing makes of a lead, and what people have in hand then.
fn decided(
    staffing: &Staffing,
    record: &Record,
    before: Option<&RoutingState>,
    now: Timestamp,
) -> Option<(RoutingState, Loads)> {
    let mut routed = match consider(staffing, record, before, now) {
        Todo::Route(choice) => {
            route(staffing, record, choice, before, &PoolState::default(), now).expect("a route")
        }
        Todo::Keep(owner) => keep(record, before, owner, now),
        Todo::Nothing => counted_anew(staffing, record, before, now)?,
        Todo::Arrived | Todo::Wait(_) => panic!("nothing is waited for"),
    };
    let loads = hand_over(staffing, record, before, &mut routed.routing, now).expect("loads");
    Some((routed.routing, loads))
}

fn count(loads: &Loads, name: &str) -> (u32, Vec<(String, u32)>) {
    let load = &loads[&person(name)];
    let came = load.came.iter();
    let came = came.map(|(day, count)| (day.to_string(), *count));
    (load.open, came.collect())
}

fn monday(leads: u32) -> Vec<(String, u32)> {
    vec![("2026-11-23".to_owned(), leads)]
}

#[test]
fn a_lead_counts_from_when_it_is_somebodys_until_it_is_closed_and_again_when_it_is_opened() {
    let now = at(MONDAY);
    let (routing, loads) = decided(&having(&[]), &german().build(), None, now).expect("routed");
    assert_eq!(routing.counted, Some(person("anna")));
    assert_eq!((count(&loads, "anna"), loads.len()), ((1, monday(1)), 1));
    let shown = german().owner("anna");
    let one = having(&[("anna", 1, &[("2026-11-23", 1)])]);
    assert_eq!(
        decided(&one, &shown.clone().build(), Some(&routing), now),
        None
    );
    let closed = shown.clone().stage("converted", now).build();
    let (after, loads) = decided(&one, &closed, Some(&routing), now).expect("closed");
    assert_eq!(after.counted, None);
    assert_eq!(count(&loads, "anna"), (0, monday(1)), "of the day it stays");
    assert_eq!(decided(&one, &closed, Some(&after), now), None, "told once");
    let (again, loads) = decided(&one, &shown.build(), Some(&after), now).expect("opened");
    assert_eq!(again.counted, Some(person("anna")));
    assert_eq!(count(&loads, "anna"), (2, monday(1)), "it is not new");
}

#[test]
fn who_gets_it_by_hand_has_one_more_and_who_had_it_one_less() {
    let now = at(MONDAY);
    let (routing, _) = decided(&having(&[]), &german().build(), None, now).expect("routed");
    let one = having(&[("anna", 1, &[("2026-11-23", 1)]), ("ben", 3, &[])]);
    let bens = german().owner("ben").build();
    let (after, loads) = decided(&one, &bens, Some(&routing), now).expect("by hand");
    assert_eq!(after.counted, Some(person("ben")));
    assert_eq!(count(&loads, "anna"), (0, monday(1)));
    assert_eq!(count(&loads, "ben"), (4, monday(1)));
}

#[test]
fn whose_it_was_before_we_saw_it_counts_and_did_not_come_today() {
    let annas = german().owner("anna").build();
    let (_, loads) = decided(&having(&[]), &annas, None, at(MONDAY)).expect("kept");
    assert_eq!(count(&loads, "anna"), (1, Vec::new()));
}

#[test]
fn what_the_crm_refuses_never_came() {
    let now = at(MONDAY);
    let (routing, _) = decided(&having(&[]), &german().build(), None, now).expect("routed");
    let one = having(&[("anna", 1, &[("2026-11-23", 1)])]);
    let anna = person("anna");
    let record = german().build();
    let why = (&anna, "INVALID_OWNER_ID");
    let next = refused(
        &one,
        &record,
        Some(&routing),
        why,
        &PoolState::default(),
        now,
    );
    let mut next = next.expect("a rotation").expect("another");
    let loads = hand_over(&one, &record, Some(&routing), &mut next.routing, now).expect("loads");
    assert_eq!(count(&loads, "anna"), (0, Vec::new()));
    assert_eq!(count(&loads, "ben"), (1, monday(1)));
}

#[test]
fn what_came_last_week_is_forgotten_with_the_first_of_this() {
    let weeks = [("2026-11-20", 4), ("2026-11-23", 1), ("2026-11-30", 2)];
    let before = having(&[("anna", 7, &weeks)]);
    let (_, loads) = decided(&before, &german().build(), None, at(MONDAY)).expect("routed");
    let came = [("2026-11-23", 2), ("2026-11-30", 2)];
    let came = came.map(|(day, count)| (day.to_owned(), count));
    assert_eq!(count(&loads, "anna"), (8, came.to_vec()));
}

/// The 24th, three in the night, in Berlin.
const NIGHT: &str = "2026-11-24T02:00:00Z";

#[test]
fn everybody_is_counted_once_a_night_and_by_each_later_model() {
    let rules = example_staffing();
    let first = due(&rules, &RecountState::default(), at("2026-11-23T23:30:00Z"));
    let first = first.expect("a model that nobody was counted by");
    assert_eq!(first.left, [person("anna"), person("ben")]);
    assert_eq!(first.day, None, "the night is still to come");
    let done = begun(first.clone(), &first.left);
    assert_eq!(due(&rules, &done, at("2026-11-24T01:59:00Z")), None);
    let night = due(&rules, &done, at(NIGHT)).expect("the night");
    assert_eq!(night.day, Some(day("2026-11-24")));
    // What one tick did not come to, the next goes on with, and the day's is done.
    let half = begun(night, &[person("anna")]);
    let rest = due(&rules, &half, at("2026-11-24T02:01:00Z")).expect("the rest");
    assert_eq!(rest.left, [person("ben")]);
    let done = begun(rest, &[person("ben")]);
    assert_eq!(due(&rules, &done, at("2026-11-24T20:00:00Z")), None);
    let later = RecountState {
        revision: rules.model.revision.number + 1,
        model: "another".to_owned(),
        ..done
    };
    assert_eq!(
        due(&rules, &later, at("2026-11-24T20:00:00Z")),
        None,
        "ours is the earlier one"
    );
}

#[test]
fn a_wrong_count_is_put_right_and_told_unless_something_has_just_changed() {
    let anna = person("anna");
    let load = |open, changed| LoadState {
        open,
        changed,
        ..LoadState::default()
    };
    let count =
        |before: Option<&LoadState>, found| recount(&STAFFING, &anna, before, found, at(NIGHT));
    assert_eq!(count(None, 0), Recounted::Right);
    assert_eq!(count(Some(&load(3, None)), 3), Recounted::Right);
    let just_now = load(4, Some(at("2026-11-24T01:59:00Z")));
    assert_eq!(count(Some(&just_now), 3), Recounted::NotYet);
    // The tick came a quarter of an hour late.
    let since = load(4, Some(at("2026-11-24T02:15:00Z")));
    assert_eq!(count(Some(&since), 3), Recounted::NotYet);
    let earlier = load(4, Some(at("2026-11-24T01:50:00Z")));
    let Recounted::Wrong(draft, after) = count(Some(&earlier), 3) else {
        panic!("it is wrong");
    };
    assert_eq!(draft.outcome, "anna has 3 open leads, not 4");
    assert_eq!((after.open, after.changed), (3, Some(at(NIGHT))));
}

/// Somebody told the stack that it is next year: the nights until then are counted all the same.
#[test]
fn a_tick_that_was_ahead_stops_no_recount() {
    let rules = rules(example_model());
    let ahead = due(&rules, &RecountState::default(), at("2027-01-01T05:00:00Z"));
    let mut ahead = ahead.expect("that night");
    ahead.left.clear();
    assert!(due(&rules, &ahead, at(NIGHT)).is_some());
    let load = LoadState {
        open: 3,
        changed: Some(at("2027-01-01T05:00:00Z")),
        ..LoadState::default()
    };
    let counted = recount(&rules, &person("anna"), Some(&load), 2, at(NIGHT));
    assert!(matches!(counted, Recounted::Wrong(..)), "{counted:?}");
}
