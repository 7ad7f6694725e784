//! A lead waits for what usually comes a moment after it.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use contracts::{
    EventData, Verdict,
    state::{AWAITS_FACTS, PoolState, RoutingState, RoutingStatus},
};
use crm::{AccountFacts, PersonId, Record, Value};
use decisions::{
    Staffing,
    routing::{Routed, Todo, consider, keep, route},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use testkit::{at, example_staffing, example_with, lead, record_id, staffing};

/// Monday, ten in Berlin.
const CREATED: &str = "2026-11-23T09:00:00Z";

fn created() -> Timestamp {
    at(CREATED)
}

fn later(seconds: i64) -> Timestamp {
    created() + SignedDuration::from_secs(seconds)
}

fn alone() -> Record {
    lead("1", created()).build()
}

fn waits(rules: &Staffing, record: &Record, now: Timestamp) -> Routed {
    match consider(rules, record, None, now) {
        Todo::Wait(routed) => *routed,
        other => panic!("{other:?}"),
    }
}

fn facts(routed: &Routed) -> Vec<String> {
    let waits = routed.routing.waits.as_ref().expect("a wait");
    waits.facts.iter().map(ToString::to_string).collect()
}

fn routed_after(
    rules: &Staffing,
    record: &Record,
    before: &RoutingState,
    now: Timestamp,
) -> Routed {
    let todo = consider(rules, record, Some(before), now);
    let Todo::Route(choice) = todo else {
        panic!("{todo:?}");
    };
    let fresh = PoolState::default();
    route(rules, record, choice, Some(before), &fresh, now).expect("a route")
}

/// An account that gives each of these facts.
fn account(fields: &[(&str, Value)]) -> AccountFacts {
    let fields = fields.iter().cloned();
    AccountFacts {
        others: None,
        behaviour: None,
        id: record_id("account:1"),
        modified: created(),
        fields: fields
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn a_lead_without_its_company_waits_in_view() {
    let waiting = waits(&example_staffing(), &alone(), later(2));
    assert_eq!(facts(&waiting), ["lead.account", "account.country"]);
    let state = &waiting.routing;
    assert_eq!(
        (
            state.status,
            state.rule.as_str(),
            &state.owner,
            state.next()
        ),
        (
            RoutingStatus::Waiting,
            AWAITS_FACTS,
            &None,
            Some(later(600))
        ),
    );
    assert_eq!(
        waiting.draft.outcome,
        "waiting for lead.account and account.country until Mon 23 Nov 10:10:00"
    );
    let rule = AWAITS_FACTS.to_owned();
    assert_eq!(waiting.draft.emits, [EventData::RecordWaiting { rule }]);
    let said: Vec<(&str, Verdict, &str)> = waiting
        .draft
        .reasons
        .iter()
        .map(|it| {
            (
                it.rule.as_str(),
                it.verdict,
                it.note.as_deref().unwrap_or(""),
            )
        })
        .collect();
    let both = "not decided yet, for want of lead.account and account.country";
    assert_eq!(said[0], ("routing.lead.dach", Verdict::Unknown, both));
    assert_eq!(said[1].0, "routing.lead.north_america");
    assert_eq!(said[2].0, "before_routing.lead");
    assert_eq!(
        said[2].2,
        "lead.account and account.country usually comes a moment after the record: it waits until Mon 23 Nov 10:10:00"
    );
    let again = consider(&example_staffing(), &alone(), Some(state), later(599));
    assert_eq!(again, Todo::Nothing, "it is said once");
}

#[test]
fn it_is_routed_as_soon_as_they_come() {
    let rules = example_staffing();
    let waiting = waits(&rules, &alone(), later(2)).routing;
    let whole = lead("1", created()).account("DE", "software", 300).build();
    let routed = routed_after(&rules, &whole, &waiting, later(6));
    assert_eq!(
        (routed.routing.rule.as_str(), &routed.routing.waits),
        ("dach", &None)
    );
    assert_eq!(
        routed.draft.reasons[0].note.as_deref(),
        Some("it waited 4 seconds for lead.account and account.country; now it can be decided")
    );
}

#[test]
fn what_has_not_come_in_time_is_decided_without() {
    let rules = example_staffing();
    let waiting = waits(&rules, &alone(), later(2)).routing;
    let routed = routed_after(&rules, &alone(), &waiting, later(600));
    assert_eq!(routed.routing.rule, "everyone_else");
    assert_eq!(routed.routing.next(), None);
    let note = routed.draft.reasons[0].note.clone().unwrap_or_default();
    assert_eq!(
        note,
        "it waited for lead.account and account.country until Mon 23 Nov 10:10:00, as long as the model says: it is decided with what is known"
    );
}

#[test]
fn when_a_part_of_it_comes_it_waits_for_the_rest_no_longer_than_before() {
    let rules = example_staffing();
    let before = waits(&rules, &alone(), later(2)).routing;
    let mut record = alone();
    let fits = [
        ("industry", text("software")),
        ("employees", Value::Number(300.into())),
    ];
    record.account = Some(account(&fits));
    let Todo::Wait(waiting) = consider(&rules, &record, Some(&before), later(5)) else {
        panic!("it waits for the country");
    };
    assert_eq!(facts(&waiting), ["account.country"]);
    assert_eq!(waiting.routing.next(), Some(later(600)));
}

#[test]
fn what_no_wanting_fact_can_change_is_decided_at_once() {
    let rules = example_staffing();
    let mut record = alone();
    // Nothing is known of its size, which is not waited for: it fits nobody's profile, wherever it is.
    record.account = Some(account(&[("industry", text("software"))]));
    let todo = consider(&rules, &record, None, later(2));
    assert!(matches!(todo, Todo::Route(_)), "{todo:?}");
    // Too small, wherever it is.
    let small = Value::Number(20.into());
    record.account = Some(account(&[
        ("employees", small.clone()),
        ("owner", text("x")),
    ]));
    assert!(matches!(
        consider(&rules, &record, None, later(2)),
        Todo::Route(_)
    ));
    // A rule above the first that leans on what is wanting.
    record.account = Some(account(&[("owner", Value::Person(PersonId::new("maya")))]));
    let Todo::Route(choice) = consider(&rules, &record, None, later(2)) else {
        panic!("it is Maya's");
    };
    assert_eq!(choice.rule, "existing_customer");
}

/// `present` makes an answer of what is missing, as everywhere; but of what is itself waited for.
#[test]
fn whether_something_is_there_is_waited_for_only_by_its_name() {
    let mut record = alone();
    record
        .fields
        .insert("email".to_owned(), text("someone@gmail.com"));
    let todo = consider(&example_staffing(), &record, None, later(2));
    let Todo::Route(choice) = todo else {
        panic!("{todo:?}");
    };
    assert_eq!(choice.rule, "private_mail");
    let waiting = waits(&RULES, &record, later(2));
    assert_eq!(facts(&waiting), ["lead.account", "account.owner"]);
}

/// An old record was there long before us, and a model may be put before records that are there.
#[test]
fn what_was_created_long_ago_does_not_wait() {
    let rules = example_staffing();
    assert!(matches!(
        consider(&rules, &alone(), None, later(600)),
        Todo::Route(_)
    ));
    assert!(matches!(
        consider(&rules, &alone(), None, later(599)),
        Todo::Wait(_)
    ));
}

/// The CRM's clock may be ahead of ours.
#[test]
fn what_is_created_ahead_of_our_time_waits_no_longer_than_another() {
    let waiting = waits(&example_staffing(), &alone(), later(-60));
    assert_eq!(waiting.routing.next(), Some(later(540)));
}

#[test]
fn an_owner_whom_the_crm_names_ends_it() {
    let rules = example_staffing();
    let waiting = waits(&rules, &alone(), later(2)).routing;
    let named = lead("1", created()).owner("ben").build();
    let todo = consider(&rules, &named, Some(&waiting), later(4));
    assert_eq!(todo, Todo::Keep(PersonId::new("ben")));
    let kept = keep(&named, Some(&waiting), PersonId::new("ben"), later(4));
    assert_eq!(kept.routing.next(), None);
}

#[test]
fn a_lead_that_is_closed_meanwhile_waits_for_nothing() {
    let rules = example_staffing();
    let waiting = waits(&rules, &alone(), later(2)).routing;
    let mut gone = alone();
    gone.archived = true;
    let Todo::Wait(routed) = consider(&rules, &gone, Some(&waiting), later(4)) else {
        panic!("it does not wait any more");
    };
    assert_eq!(routed.routing.next(), None);
    assert_eq!(routed.draft.emits, []);
    let after = consider(&rules, &gone, Some(&routed.routing), later(600));
    assert_eq!(after, Todo::Nothing, "said once");
    let restored = consider(&rules, &alone(), Some(&routed.routing), later(700));
    assert!(matches!(restored, Todo::Route(_)));
}

/// What was routed once is not judged as a new lead again.
#[test]
fn a_lead_that_a_rule_leaves_alone_does_not_wait_afterwards() {
    let rules = example_staffing();
    let mut left = waits(&rules, &alone(), later(2)).routing;
    left.waits = None;
    left.rule = "private_mail".to_owned();
    left.status = RoutingStatus::Left;
    let todo = consider(&rules, &alone(), Some(&left), later(4));
    assert!(matches!(todo, Todo::Route(_)), "{todo:?}");
}

/// Judged anew by another model: one that does not wait, and one that waits for longer.
#[test]
fn another_model_judges_anew() {
    let waiting = waits(&example_staffing(), &alone(), later(2)).routing;
    let wait = "{ wait_for: [lead.account, account.country], up_to: 10m }";
    let longer = wait.replace("10m", "20m");
    let model = example_with("processes.yaml", wait, &longer);
    let todo = consider(&staffing(model), &alone(), Some(&waiting), later(600));
    let Todo::Wait(routed) = todo else {
        panic!("{todo:?}");
    };
    assert_eq!(routed.routing.next(), Some(later(1200)));
    let mut model = testkit::example_model();
    model.before_routing = BTreeMap::new();
    let todo = consider(&staffing(model), &alone(), Some(&waiting), later(4));
    assert!(matches!(todo, Todo::Route(_)), "{todo:?}");
}

/// The rule that holds names the account's owner, and nobody is named there yet.
#[test]
fn whom_a_field_is_to_name_is_waited_for() {
    let model = example_with(
        "processes.yaml",
        "wait_for: [lead.account, account.country]",
        "wait_for: [account.owner]",
    );
    let mut model = model;
    let rules = model.routing.values_mut().next().expect("rules");
    rules[0].when = model::When::Otherwise;
    let mut record = alone();
    record.account = Some(account(&[("country", text("DE"))]));
    let waiting = waits(&staffing(model), &record, later(2));
    assert_eq!(facts(&waiting), ["account.owner"]);
}

fn any_account() -> impl Strategy<Value = Option<AccountFacts>> {
    let country = prop::option::of(prop::sample::select(vec!["DE", "US", "FR", "JP"]));
    let industry = prop::option::of(prop::sample::select(vec!["software", "mining"]));
    let employees = prop::option::of(prop::sample::select(vec![5, 300, 2000]));
    let owner = prop::option::of(prop::sample::select(vec!["maya", "crm:999"]));
    let facts =
        (country, industry, employees, owner).prop_map(|(country, industry, employees, owner)| {
            let mut fields = Vec::new();
            fields.extend(country.map(|it| ("country", text(it))));
            fields.extend(industry.map(|it| ("industry", text(it))));
            fields.extend(employees.map(|it: i64| ("employees", Value::Number(it.into()))));
            fields.extend(owner.map(|it| ("owner", Value::Person(PersonId::new(it)))));
            account(&fields)
        });
    prop::option::of(facts)
}

/// The example, which waits for the account's owner as well.
static RULES: LazyLock<Staffing> = LazyLock::new(|| {
    staffing(example_with(
        "processes.yaml",
        "[lead.account, account.country]",
        "[lead.account, account.country, account.owner]",
    ))
});

proptest! {
    /// It waits only before its time, for what is wanting, and only where one of the ways in which the
    /// wanting facts may come leads to another rule than is decided without them.
    #[test]
    fn it_waits_for_what_may_change_the_outcome(
        facts_of_account in any_account(),
        mail in prop::option::of(prop::sample::select(vec!["a@gmail.com", "a@kranich.example"])),
        seconds in 0_i64..900,
        comes in any_account(),
    ) {
        let rules = &*RULES;
        let mut record = alone();
        if let Some(mail) = mail {
            record.fields.insert("email".to_owned(), text(mail));
        }
        record.account = facts_of_account.clone();
        let now = later(seconds);
        let todo = consider(rules, &record, None, now);
        let has = |name: &str| facts_of_account.as_ref().is_some_and(|it| it.fields.contains_key(name));
        let mut wanting = BTreeSet::new();
        if facts_of_account.is_none() {
            wanting.insert("lead.account".to_owned());
        }
        let lacking: Vec<&str> = ["country", "owner"].into_iter().filter(|it| !has(it)).collect();
        wanting.extend(lacking.iter().map(|it| format!("account.{it}")));
        if let Todo::Wait(routed) = &todo {
            prop_assert!(now < later(600));
            prop_assert_eq!(routed.routing.next(), Some(later(600)));
            let named: BTreeSet<String> = facts(routed).into_iter().collect();
            prop_assert!(named.is_subset(&wanting), "{:?}", named);
        }
        // Whatever the facts that are wanting turn out to be, what was decided at once stays so.
        let mut whole = record.clone();
        match (&mut whole.account, comes) {
            (account @ None, comes) => *account = comes,
            (Some(known), Some(comes)) => {
                let fields = comes.fields.into_iter();
                known.fields.extend(fields.filter(|(name, _)| lacking.contains(&name.as_str())));
            }
            _ => {}
        }
        if let (Todo::Route(choice), true) = (todo, seconds < 600) {
            let Todo::Route(after) = consider(rules, &whole, None, later(600)) else {
                return Err(TestCaseError::fail("it is routed in the end"));
            };
            prop_assert_eq!(choice.rule, after.rule);
        }
    }
}
