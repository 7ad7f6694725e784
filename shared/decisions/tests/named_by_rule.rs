//! A rule names a person who is away.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    EventData,
    state::{AbsencesState, Archived, PoolState, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record, Value};
use decisions::{
    Staffing,
    routing::{Routed, Todo, consider, route},
};
use jiff::Timestamp;
use testkit::{at, away, example_with, lead, rules};

/// Monday, ten in Berlin.
const MONDAY: &str = "2026-11-23T09:00:00Z";
/// The first instant after Friday, 11 December, in Berlin.
const BACK: &str = "2026-12-11T23:00:00Z";
const SATURDAY: &str = "2026-11-20T23:00:00Z";

fn now() -> Timestamp {
    at(MONDAY)
}

/// A lead of an account that is Jonas's, who is away as others are.
fn jonass() -> Record {
    let mut record = lead("1", now()).account("DE", "software", 2_000).build();
    let account = record.account.as_mut().expect("an account");
    let owner = Value::Person(PersonId::new("jonas"));
    account.fields.insert("owner".to_owned(), owner);
    record
}

fn gone(people: &[&str]) -> AbsencesState {
    let absences: Vec<_> = people.iter().map(|it| (*it, SATURDAY, BACK)).collect();
    away(&absences)
}

fn by(word: &str, absences: AbsencesState) -> Staffing {
    let words = "away: { named_by_rule: cover }";
    let model = example_with("people.yaml", words, &words.replace("cover", word));
    rules(model).with_absences(absences)
}

fn covered(mut absences: AbsencesState, person: &str, cover: &str) -> AbsencesState {
    let all = absences
        .people
        .get_mut(&PersonId::new(person))
        .expect("away");
    all[0].cover = Some(PersonId::new(cover));
    absences
}

fn routed(staffing: &Staffing, before: Option<&RoutingState>, now: Timestamp) -> Routed {
    let Todo::Route(choice) = consider(staffing, &jonass(), before, now) else {
        panic!("it is routed");
    };
    let fresh = PoolState::default();
    route(staffing, &jonass(), choice, before, &fresh, now).expect("a route")
}

fn owner(routed: &Routed) -> &str {
    routed
        .routing
        .owner
        .as_ref()
        .map_or("nobody", PersonId::as_str)
}

/// The last of the reasons.
fn why(routed: &Routed) -> &str {
    let last = routed.draft.reasons.last();
    last.and_then(|it| it.note.as_deref()).expect("a note")
}

const UNTIL: &str = "jonas is away until the end of Fri 11 Dec 2026; ";

#[test]
fn who_covers_for_them_gets_it() {
    let staffing = by("cover", covered(gone(&["jonas"]), "jonas", "ben"));
    let routed = routed(&staffing, None, now());
    assert_eq!(owner(&routed), "ben");
    assert_eq!(routed.routing.rule, "existing_customer");
    assert_eq!(why(&routed), format!("{UNTIL}ben covers for jonas"));
}

#[test]
fn without_cover_or_if_that_is_away_too_their_manager_does() {
    let staffing = by("cover", gone(&["jonas"]));
    let told = routed(&staffing, None, now());
    assert_eq!(owner(&told), "carla");
    assert_eq!(
        why(&told),
        format!("{UNTIL}carla is asked, to whom jonas reports")
    );
    let both = covered(gone(&["jonas", "anna"]), "jonas", "anna");
    // Anna reports to Jonas, who was asked already.
    let told = routed(&by("cover", both), None, now());
    assert_eq!(owner(&told), "carla");
    let ways = "anna covers for jonas; anna is away too; carla is asked, to whom jonas reports";
    assert_eq!(why(&told), format!("{UNTIL}{ways}"));
    let told = routed(&by("cover", gone(&["jonas", "carla"])), None, now());
    assert_eq!(owner(&told), "jonas");
    let nobody = "nobody else is there to be asked, so they get it all the same";
    assert_eq!(why(&told), format!("{UNTIL}{nobody}"));
    let chain = covered(
        covered(gone(&["jonas", "anna"]), "jonas", "anna"),
        "anna",
        "ben",
    );
    let told = routed(&by("cover", chain), None, now());
    assert_eq!(owner(&told), "ben");
    let ways = "anna covers for jonas; anna is away too; ben covers for anna";
    assert_eq!(why(&told), format!("{UNTIL}{ways}"));
}

#[test]
fn a_model_that_asks_the_manager_asks_no_cover() {
    let staffing = by("manager", covered(gone(&["jonas"]), "jonas", "ben"));
    assert_eq!(owner(&routed(&staffing, None, now())), "carla");
}

/// Whom the CRM refuses cannot cover either.
#[test]
fn whom_the_crm_refuses_is_not_asked_in_their_place() {
    let staffing = by("cover", covered(gone(&["jonas"]), "jonas", "ben"));
    let mut before = routed(&staffing, None, now()).routing;
    before.status = RoutingStatus::Waiting;
    before.owner = None;
    before.rule = "none".to_owned();
    before.refused = [PersonId::new("ben")].into();
    assert_eq!(owner(&routed(&staffing, Some(&before), now())), "carla");
}

#[test]
fn a_model_that_waits_says_for_whom_and_until_when_and_says_it_once() {
    let staffing = by("wait", gone(&["jonas"]));
    let waiting = routed(&staffing, None, now());
    assert_eq!(owner(&waiting), "nobody");
    assert_eq!(
        why(&waiting),
        format!("{UNTIL}it waits until they are back")
    );
    assert_eq!(
        waiting.draft.outcome,
        "waiting until jonas is back, whom rule existing_customer names"
    );
    let rule = "existing_customer".to_owned();
    assert_eq!(waiting.draft.emits, [EventData::RecordWaiting { rule }]);
    let state = &waiting.routing;
    assert_eq!(
        (state.status, state.next()),
        (RoutingStatus::Waiting, Some(at(BACK)))
    );
    assert!(waiting.is_news(None));
    let again = routed(&staffing, Some(state), at("2026-11-24T09:00:00Z"));
    assert!(!again.is_news(Some(state)), "it waits as before");
    // Back at the end of it, or earlier than was said.
    for (absences, now) in [
        (gone(&["jonas"]), at(BACK)),
        (AbsencesState::default(), at("2026-11-24T09:00:00Z")),
    ] {
        let back = routed(&by("wait", absences), Some(state), now);
        assert_eq!((owner(&back), back.routing.next()), ("jonas", None));
        assert!(back.is_news(Some(state)));
        let first = back.draft.reasons[0].note.clone().unwrap_or_default();
        assert!(first.starts_with("it waited "), "{first}");
        assert!(first.ends_with(" for jonas to be back"), "{first}");
    }
}

#[test]
fn who_is_there_gets_it_and_without_the_words_who_is_not_too() {
    let staffing = by("cover", AbsencesState::default());
    assert_eq!(owner(&routed(&staffing, None, now())), "jonas");
    let model = example_with("people.yaml", "away: { named_by_rule: cover }", "");
    let silent = rules(model).with_absences(gone(&["jonas"]));
    let told = routed(&silent, None, now());
    assert_eq!(owner(&told), "jonas");
    assert_eq!(
        why(&told),
        format!("{UNTIL}the rule names them all the same")
    );
}

/// Nobody who has left ever looks at it: whoever is away comes back.
#[test]
fn of_whom_the_crm_has_archived_nothing_stays_theirs_where_all_above_are_away() {
    let plain = by("cover", AbsencesState::default());
    let Todo::Route(choice) = consider(&plain, &jonass(), None, now()) else {
        panic!("it is routed");
    };
    let mut absences = gone(&["carla"]);
    let archived = Archived {
        source: testkit::source(),
        seen: at(SATURDAY),
    };
    absences.archived.insert(PersonId::new("jonas"), archived);
    let staffing = plain.with_absences(absences);
    let fresh = PoolState::default();
    let told = route(&staffing, &jonass(), choice, None, &fresh, now()).expect("a route");
    assert_eq!(owner(&told), "carla");
    let what = "nobody else is there to be asked, so carla gets it, who is away and comes back";
    assert!(why(&told).ends_with(what), "{}", why(&told));
}
