//! Which open records would be somebody else's.

#![allow(clippy::expect_used, reason = "a test may panic")]

use contracts::state::{RoutingState, RoutingStatus};
use crm::{Decimal, PersonId, Record, Value};
use decisions::{
    Staffing,
    routing::{Leads, Moves, REASSIGNED, Reroute, Rotations, amount_of, moves, would},
};
use testkit::{at, away, example_staffing, example_with, lead, opportunity, staffing};

const THEN: &str = "2026-11-23T09:00:00Z";
const NOW: &str = "2026-11-23T12:00:00Z";

fn nobody_has_anything(staffing: &Staffing) -> Staffing {
    let people = staffing.model.people.keys();
    let loads = people.map(|person| (person.clone(), Default::default()));
    staffing.with_loads(loads.collect())
}

fn german() -> Record {
    lead("1", at(THEN)).account("DE", "software", 300).build()
}

/// As the example's rules give it.
fn given(record: &Record) -> RoutingState {
    let staffing = nobody_has_anything(&example_staffing());
    let routed = would(&staffing, record, None, &Rotations::new(), at(THEN));
    routed.expect("no error").expect("a decision").routing
}

/// Fits go to jonas himself, by a rule above all others.
fn to_jonas() -> Staffing {
    staffing(example_with(
        "processes.yaml",
        "    - rule: private_mail",
        "    - rule: fits\n      when: { account.country: DE, lead.in_icp: yes }\n      to: jonas\n    - rule: private_mail",
    ))
}

#[test]
fn it_stays_with_any_member_of_the_pool_that_would_have_it() {
    let record = german();
    let mut before = given(&record);
    assert_eq!(
        moves(&example_staffing(), &record, Some(&before), at(NOW)),
        Some(Moves::Stays)
    );
    before.owner = Some(PersonId::new("ben"));
    assert_eq!(
        moves(&example_staffing(), &record, Some(&before), at(NOW)),
        Some(Moves::Stays)
    );
    before.owner = Some(PersonId::new("maya"));
    let to = Moves::To {
        from: Some(PersonId::new("maya")),
        by: Some("dach".to_owned()),
        to: Leads::Pool("dach_account_executives".to_owned()),
        rule: "dach".to_owned(),
    };
    assert_eq!(
        moves(&example_staffing(), &record, Some(&before), at(NOW)),
        Some(to)
    );
}

#[test]
fn what_a_person_chose_stays_and_what_is_closed_is_not_looked_at() {
    let record = german();
    let before = given(&record);
    let rules = to_jonas();
    let by_hand = RoutingState {
        status: RoutingStatus::OwnedByHand,
        ..before.clone()
    };
    assert_eq!(
        moves(&rules, &record, Some(&by_hand), at(NOW)),
        Some(Moves::ByHand)
    );
    let given_on = RoutingState {
        rule: REASSIGNED.to_owned(),
        owner: Some(PersonId::new("carla")),
        ..before.clone()
    };
    assert_eq!(
        moves(&rules, &record, Some(&given_on), at(NOW)),
        Some(Moves::GivenOn)
    );
    let shown = lead("1", at(THEN))
        .account("DE", "software", 300)
        .owner("maya")
        .build();
    assert_eq!(
        moves(&rules, &shown, Some(&before), at(NOW)),
        Some(Moves::ByHand)
    );
    assert_eq!(moves(&rules, &shown, None, at(NOW)), Some(Moves::ByHand));
    let closed = lead("1", at(THEN)).stage("converted", at(NOW)).build();
    assert_eq!(moves(&rules, &closed, Some(&before), at(NOW)), None);
}

#[test]
fn whom_a_rule_names_has_it_and_who_covers_for_them_while_they_are_away() {
    let record = german();
    let before = given(&record);
    let to = |rules: &Staffing| match moves(rules, &record, Some(&before), at(NOW)) {
        Some(Moves::To { to, rule, .. }) => format!("{to} by {rule}"),
        other => format!("{other:?}"),
    };
    assert_eq!(to(&to_jonas()), "jonas by fits");
    let absent = away(&[("jonas", "2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z")]);
    assert_eq!(to(&to_jonas().with_absences(absent)), "carla by fits");
    let refused = RoutingState {
        refused: [PersonId::new("jonas")].into(),
        ..before.clone()
    };
    let told = moves(&to_jonas(), &record, Some(&refused), at(NOW));
    assert_eq!(told, Some(Moves::Stays), "the CRM would not take them");
}

#[test]
fn they_are_summed_by_whose_they_are_and_would_be() {
    let rules = to_jonas();
    let mut reroute = Reroute::default();
    for id in ["1", "2"] {
        let record = lead(id, at(THEN)).account("DE", "software", 300).build();
        let before = given(&record);
        reroute.add(&rules, &record, Some(&before), None, at(NOW));
    }
    let waiting = lead("3", at(NOW)).build();
    reroute.add(&rules, &waiting, None, None, at(NOW));
    let ways: Vec<_> = reroute.moving.iter().collect();
    let [((from, to), moving)] = ways.as_slice() else {
        panic!("one way: {ways:?}");
    };
    assert_eq!(from.as_ref().map(PersonId::as_str), Some("anna"));
    assert_eq!(*to, Leads::Person(PersonId::new("jonas")));
    assert_eq!((moving.records.len(), moving.amount), (2, None));
    assert_eq!((reroute.count(), reroute.wait), (2, 1));
}

#[test]
fn what_a_record_is_worth_is_its_amount() {
    let worth = Value::Number(Decimal::from(20_000));
    let deal = opportunity("9", at(THEN)).value("amount", worth).build();
    let rules = example_staffing();
    assert_eq!(amount_of(&rules, &deal), Some(Decimal::from(20_000)));
    assert_eq!(amount_of(&rules, &german()), None, "a lead has none here");
}
