//! A lead is routed again upon an edge that the model names.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod turns;

use std::sync::LazyLock;

use contracts::{
    CrmWrite, EventData, Notice,
    state::{LEAD, PoolState, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record, RecordKind, Value};
use decisions::{
    Edge, Staffing, leave, pick,
    routing::{
        Happened, REROUTED, Routed, Todo, again, arrived, consider, keep, route, route_again,
    },
};
use jiff::{SignedDuration, Timestamp};
use testkit::{at, example_with, lead, staffing};

const DACH: &str = "dach_account_executives";
const AMERICA: &str = "america_account_executives";

/// Monday, ten in Berlin.
fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn later(hours: i64) -> Timestamp {
    monday() + SignedDuration::from_hours(hours)
}

/// The example with these lines in place of its own.
fn with(lines: &str) -> Staffing {
    let text = testkit::example_texts();
    let text = text.get("processes.yaml").expect("a file");
    let (_, own) = text.split_once("reroute:").expect("a section");
    let (own, _) = own.split_once("\nclocks:").expect("a section");
    let lines = format!("\n  lead:\n{lines}\n");
    staffing(example_with("processes.yaml", own, &lines))
}

static UPON_ALL: LazyLock<Staffing> = LazyLock::new(|| {
    with(
        "    - { upon: owner.removed, at_most: 2 in 7d, finally: ask olga }
    - { upon: stage.entered, stage: qualified }
    - { upon: field.changed, field: account.country, while: { lead.source: { present: no } } }
    - { upon: field.changed, field: account.owner, to: account.owner, not_within: 1d }",
    )
});

/// A lead of a German company.
fn german() -> Record {
    lead("1", monday()).account("DE", "software", 300).build()
}

fn owned(mut record: Record, owner: &str) -> Record {
    let owner = Value::Person(PersonId::new(owner));
    record.fields.insert("owner".to_owned(), owner);
    record
}

fn from_america(mut record: Record) -> Record {
    let account = record.account.as_mut().expect("an account");
    account
        .fields
        .insert("country".to_owned(), Value::Text("US".to_owned()));
    record
}

/// Routed by the third copy of it, to Anna in her turn, and the rotation after that.
fn annas(rules: &Staffing) -> (RoutingState, PoolState) {
    let Todo::Route(choice) = consider(rules, &german(), None, monday()) else {
        panic!("it is routed");
    };
    let fresh = PoolState::default();
    let routed = route(rules, &german(), choice, None, &fresh, monday()).expect("a route");
    let routed = routed.by_copy(3);
    (routed.routing, routed.pool.expect("a turn").1)
}

const COUNTRY: Edge<'_> = Edge::FieldChanged {
    kind: RecordKind::Account,
    name: "country",
};

const ACCOUNT_OWNER: Edge<'_> = Edge::FieldChanged {
    kind: RecordKind::Account,
    name: "owner",
};

/// What follows; none if nothing does.
fn follows(
    rules: &Staffing,
    record: &Record,
    before: &RoutingState,
    happened: Happened<'_>,
    pool: &PoolState,
    now: Timestamp,
) -> Option<Routed> {
    let again = again(rules, record, Some(before), (happened, 4), now)?;
    let fresh = PoolState::default();
    // The pool that gave it is the German one.
    let (turns, left) = match again.pool() {
        Some(DACH) => (pool, &fresh),
        _ => (&fresh, pool),
    };
    route_again(rules, record, before, &again, (turns, left), now).expect("no overflow")
}

fn owner(routed: &Routed) -> &str {
    routed.routing.owner.as_ref().expect("an owner").as_str()
}

fn names(routed: &Routed) -> Vec<&'static str> {
    routed.draft.emits.iter().map(EventData::name).collect()
}

/// What all members are owed together; always nothing.
fn owed(pool: &PoolState) -> i64 {
    pool.members.values().map(|share| share.lag).sum()
}

fn received(pool: &PoolState) -> u64 {
    pool.members.values().map(|share| share.received).sum()
}

#[test]
fn whose_owner_was_taken_off_goes_to_another_and_the_turn_with_it() {
    let rules = &*UPON_ALL;
    let (before, pool) = annas(rules);
    let removed = Happened::Changed(&[Edge::OwnerRemoved]);
    let routed = follows(rules, &german(), &before, removed, &pool, later(1)).expect("again");
    assert_ne!(owner(&routed), "anna");
    assert_eq!(routed.routing.rule, "dach");
    assert!(routed.routing.taken_from.is_empty(), "nobody is shown");
    assert_eq!(
        names(&routed),
        ["record.routed", "crm_write.requested", "notice.requested"]
    );
    let (name, after) = routed.pool.as_ref().expect("the turn is moved");
    assert_eq!((name.as_str(), owed(after), received(after)), (DACH, 0, 1));
    assert_eq!(after.members[&PersonId::new("anna")].received, 0);
    assert_eq!(routed.left, None);
    let said = &routed.draft.outcome;
    assert!(said.starts_with("routed again to "), "{said}");
    assert!(
        said.ends_with(", upon owner.removed; it was anna's"),
        "{said}"
    );
    let why = routed.draft.reasons[0].note.as_deref();
    assert_eq!(why, Some("the CRM names no owner any more; anna had it"));
}

/// What was known when it was routed is no news.
#[test]
fn an_older_copy_tells_nothing() {
    let rules = &*UPON_ALL;
    let (before, _) = annas(rules);
    for (sequence, news) in [(3, false), (4, true)] {
        let removed = (Happened::Changed(&[Edge::OwnerRemoved]), sequence);
        let again = again(rules, &german(), Some(&before), removed, later(1));
        assert_eq!(again.is_some(), news);
    }
    let removed = (Happened::Changed(&[Edge::OwnerRemoved]), 4);
    assert_eq!(again(rules, &german(), None, removed, later(1)), None);
}

/// The company turns out to be an American one, once the CRM shows the owner.
#[test]
fn another_country_leads_to_another_pool_and_the_turn_is_given_back() {
    let rules = &*UPON_ALL;
    let (before, pool) = annas(rules);
    let record = owned(from_america(german()), "anna");
    let changed = Happened::Changed(&[COUNTRY]);
    let routed = follows(rules, &record, &before, changed, &pool, later(1)).expect("again");
    assert_eq!(
        (owner(&routed), routed.routing.rule.as_str()),
        ("maya", "north_america")
    );
    let (name, after) = routed.left.as_ref().expect("the pool that it leaves");
    assert_eq!((name.as_str(), owed(after), received(after)), (DACH, 0, 0));
    assert_eq!(routed.pool.as_ref().expect("a turn").0, AMERICA);
    let write = EventData::CrmWriteRequested {
        write: CrmWrite::Owner {
            to: PersonId::new("maya"),
            only_if: Some(PersonId::new("anna")),
        },
    };
    assert!(routed.draft.emits.contains(&write));
    let told = EventData::NoticeRequested {
        to: PersonId::new("anna"),
        notice: Notice::LeadMoved {
            to: PersonId::new("maya"),
            upon: "field.changed account.country".to_owned(),
        },
    };
    assert!(routed.draft.emits.contains(&told));
    let notes: Vec<_> = routed
        .draft
        .reasons
        .iter()
        .filter_map(|it| it.note.as_deref())
        .collect();
    let back = "pool dach_account_executives: the turn that it cost anna is given back";
    assert!(notes.contains(&back), "{notes:?}");
}

#[test]
fn a_condition_besides_must_hold() {
    let rules = &*UPON_ALL;
    let (before, _) = annas(rules);
    let mut record = owned(from_america(german()), "anna");
    record
        .fields
        .insert("source".to_owned(), Value::Text("web".to_owned()));
    let changed = (Happened::Changed(&[COUNTRY]), 4);
    assert_eq!(
        again(rules, &record, Some(&before), changed, later(1)),
        None
    );
}

/// Austria is of the same territory.
#[test]
fn where_the_same_pool_would_have_it_it_stays() {
    let rules = &*UPON_ALL;
    let (before, _) = annas(rules);
    let mut record = owned(german(), "anna");
    let account = record.account.as_mut().expect("an account");
    account
        .fields
        .insert("country".to_owned(), Value::Text("AT".to_owned()));
    let changed = (Happened::Changed(&[COUNTRY]), 4);
    assert_eq!(
        again(rules, &record, Some(&before), changed, later(1)),
        None
    );
}

#[test]
fn it_goes_to_the_accounts_new_owner_once_its_time_of_protection_is_over() {
    let rules = &*UPON_ALL;
    let (before, pool) = annas(rules);
    let mut record = owned(german(), "anna");
    let account = record.account.as_mut().expect("an account");
    account
        .fields
        .insert("owner".to_owned(), Value::Person(PersonId::new("nina")));
    let changed = Happened::Changed(&[ACCOUNT_OWNER]);
    let follows = |now| follows(rules, &record, &before, changed, &pool, now);
    assert_eq!(follows(later(23)), None);
    let routed = follows(later(24)).expect("again");
    assert_eq!(
        (owner(&routed), routed.routing.rule.as_str()),
        ("nina", REROUTED)
    );
    assert_eq!(received(&routed.left.expect("the turn back").1), 0);
    assert_eq!(routed.pool, None);
}

#[test]
fn an_owner_set_by_hand_stays_unless_the_line_says_otherwise() {
    let also = with(
        "    - { upon: field.changed, field: account.country, also_by_hand: yes }
    - { upon: owner.removed }",
    );
    for (rules, taken) in [(&*UPON_ALL, false), (&also, true)] {
        let (before, _) = annas(rules);
        let kept = keep(&german(), Some(&before), PersonId::new("ines"), later(1)).by_copy(3);
        let record = owned(from_america(german()), "ines");
        for before in [&kept.routing, &before] {
            let changed = (Happened::Changed(&[COUNTRY]), 4);
            let again = again(rules, &record, Some(before), changed, later(2));
            assert_eq!(again.is_some(), taken);
        }
        // Nobody is taken from whom somebody took it from.
        let removed = (Happened::Changed(&[Edge::OwnerRemoved]), 4);
        assert!(again(rules, &german(), Some(&kept.routing), removed, later(2)).is_some());
    }
}

/// Our write of the owner is on its way, and two of them would race.
#[test]
fn before_the_crm_shows_the_owner_it_is_put_off() {
    let rules = &*UPON_ALL;
    let (before, pool) = annas(rules);
    let changed = Happened::Changed(&[COUNTRY]);
    let record = from_america(german());
    let put_off = follows(rules, &record, &before, changed, &pool, later(1)).expect("put off");
    assert_eq!(
        put_off.draft.outcome,
        "to be routed again, upon field.changed account.country"
    );
    assert_eq!((owner(&put_off), names(&put_off)), ("anna", vec![]));
    let state = put_off.routing;
    let shown = owned(record, "anna");
    let nothing = Happened::Changed(&[]);
    let routed = follows(rules, &shown, &state, nothing, &pool, later(2)).expect("again");
    assert_eq!((owner(&routed), &routed.routing.put_off), ("maya", &None));
    // It is of the old pool after all: then nothing follows, and is not asked again.
    let back = owned(german(), "anna");
    assert_eq!(
        again(rules, &back, Some(&state), (nothing, 4), later(2)),
        None
    );
    assert_eq!(
        consider(rules, &back, Some(&state), later(2)),
        Todo::Arrived
    );
    assert_eq!(arrived(&state).routing.put_off, None);
}

/// It was recycled and is qualified again: whoever is next has it, be it the same, and the run begins anew.
#[test]
fn who_enters_the_stage_takes_the_next_turn() {
    let rules = &*UPON_ALL;
    let (before, pool) = annas(rules);
    let record = owned(german(), "anna");
    let entered = Happened::Entered("qualified");
    let now = later(24 * 14);
    let routed = follows(rules, &record, &before, entered, &pool, now).expect("again");
    let (_, after) = routed.pool.as_ref().expect("a turn");
    assert_eq!((owed(after), received(after)), (0, 1));
    assert!(routed.routing.begins_anew());
    let model = &rules.model.pools[DACH];
    let back = leave(DACH, model, &pool, &PersonId::new("anna")).expect("no overflow");
    let next = pick(DACH, model, &back, rules, now).expect("somebody");
    assert_eq!(owner(&routed), next.person.as_str());
    let other = Happened::Entered("accepted");
    assert_eq!(follows(rules, &record, &before, other, &pool, now), None);
}

#[test]
fn after_so_many_times_it_goes_to_who_comes_last_and_stays_there() {
    let rules = &*UPON_ALL;
    let (mut before, mut pool) = annas(rules);
    let mut owners = Vec::new();
    for time in 1..=4 {
        let removed = Happened::Changed(&[Edge::OwnerRemoved]);
        let Some(routed) = follows(rules, &german(), &before, removed, &pool, later(time)) else {
            owners.push("nobody".to_owned());
            break;
        };
        owners.push(owner(&routed).to_owned());
        let turned = routed.pool.or(routed.left).map(|(_, pool)| pool);
        pool = turned.unwrap_or(pool);
        before = routed.routing;
    }
    assert_eq!(&owners[2..], ["olga", "nobody"]);
    assert_eq!(received(&pool), 0, "Olga is of no pool");
    // A week later it begins anew.
    let week = later(24 * 8);
    let removed = Happened::Changed(&[Edge::OwnerRemoved]);
    assert!(follows(rules, &german(), &before, removed, &pool, week).is_some());
}

/// A pool of one: whoever was taken off does not get it back, and it waits as without such a line.
#[test]
fn where_nobody_else_can_have_it_nothing_follows() {
    let rules = &*UPON_ALL;
    let record = from_america(german());
    let Todo::Route(choice) = consider(rules, &record, None, monday()) else {
        panic!("it is routed");
    };
    let fresh = PoolState::default();
    let routed = route(rules, &record, choice, None, &fresh, monday()).expect("a route");
    let removed = (Happened::Changed(&[Edge::OwnerRemoved]), 4);
    let again = again(rules, &record, Some(&routed.routing), removed, later(1)).expect("asked");
    let pool = routed.pool.expect("a turn").1;
    let followed = route_again(
        rules,
        &record,
        &routed.routing,
        &again,
        (&pool, &fresh),
        later(1),
    );
    assert_eq!(followed.expect("no overflow"), None);
}

#[test]
fn a_closed_lead_is_not_routed_again() {
    let rules = &*UPON_ALL;
    let (before, _) = annas(rules);
    let mut record = german();
    record.archived = true;
    let removed = (Happened::Changed(&[Edge::OwnerRemoved]), 4);
    assert_eq!(
        again(rules, &record, Some(&before), removed, later(1)),
        None
    );
    assert_eq!(before.status, RoutingStatus::Routed);
}
