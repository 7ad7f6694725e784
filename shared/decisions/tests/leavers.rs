//! Somebody has left: nothing more comes to them, and what is theirs goes on.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    EventData, Notice, RecordsLeft,
    state::{LeaversState, PoolState, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record, Value};
use decisions::{
    Staffing, digests, gone, leavers, recipients,
    routing::{
        Leads, Moves, OwnerGone, Rotations, Routed, choose, moves, owner_gone, route_again, would,
    },
};
use jiff::Timestamp;
use model::{OperatingModel, Recipient};
use testkit::{at, example_model, lead, opportunity};

const DACH: &str = "dach_account_executives";
/// Friday, a minute before the day on which she is gone begins in Berlin, and the minute after.
const BEFORE: &str = "2026-11-19T22:59:00Z";
const AFTER: &str = "2026-11-19T23:05:00Z";

fn model(who: &[&str]) -> OperatingModel {
    let mut model = example_model();
    for who in who {
        let person = model
            .people
            .get_mut(&PersonId::new(*who))
            .expect("a person");
        person.left = Some("2026-11-20".parse().expect("a day"));
    }
    model
}

fn without(who: &[&str]) -> Staffing {
    testkit::staffing(model(who))
}

fn annas() -> Record {
    let lead = lead("1", at("2026-11-18T09:00:00Z"));
    lead.account("DE", "software", 300).owner("anna").build()
}

fn routed_to_anna() -> RoutingState {
    RoutingState {
        status: RoutingStatus::Routed,
        owner: Some(PersonId::new("anna")),
        pool: Some(DACH.to_owned()),
        out_of_turn: false,
        ..RoutingState::waiting("dach", at("2026-11-18T09:00:00Z"))
    }
}

fn follows(staffing: &Staffing, record: &Record, now: &str) -> Option<OwnerGone> {
    owner_gone(staffing, record, Some(&routed_to_anna()), false, at(now))
}

fn again(staffing: &Staffing, now: Timestamp) -> Routed {
    let before = routed_to_anna();
    let gone = owner_gone(staffing, &annas(), Some(&before), false, now).expect("she has left");
    let fresh = PoolState::default();
    let again = gone.again.expect("routed again");
    let routed = route_again(staffing, &annas(), &before, &again, (&fresh, &fresh), now);
    routed.expect("a decision").expect("somebody")
}

#[test]
fn it_is_routed_again_from_the_day_on_where_she_is() {
    let staffing = without(&["anna"]);
    assert!(follows(&staffing, &annas(), BEFORE).is_none());
    let routed = again(&staffing, at(AFTER));
    let owner = routed.routing.owner.as_ref().expect("an owner");
    assert_ne!(owner.as_str(), "anna");
    assert!(
        routed
            .draft
            .outcome
            .ends_with("upon owner.left; it was anna's")
    );
    let said = routed.draft.reasons[0].note.as_deref();
    assert_eq!(
        said,
        Some("anna left on Fri 20 Nov 2026; it is routed again")
    );
    let mails: Vec<&PersonId> = routed.draft.emits.iter().filter_map(told).collect();
    assert_eq!(mails, [owner], "whoever has left is told nothing");
}

fn told(event: &EventData) -> Option<&PersonId> {
    match event {
        EventData::NoticeRequested { to, .. } => Some(to),
        _ => None,
    }
}

#[test]
fn a_deal_is_asked_about_once_and_of_whom_she_reported_to() {
    let staffing = without(&["anna", "jonas"]);
    let deal = opportunity("5", at("2026-11-18T09:00:00Z"))
        .owner("anna")
        .build();
    let asked = follows(&staffing, &deal, AFTER).expect("somebody is asked");
    assert!(asked.again.is_none());
    let EventData::NoticeRequested { to, notice } = &asked.asked.draft.emits[0] else {
        panic!("a mail");
    };
    // Jonas, to whom she reported, has left too.
    assert_eq!(to.as_str(), "carla");
    assert!(
        matches!(notice, Notice::RecordsLeft(RecordsLeft { records, .. }) if records.len() == 1)
    );
    let before = &asked.asked.routing;
    assert!(owner_gone(&staffing, &deal, Some(before), false, at(AFTER)).is_none());
    let listed = owner_gone(&staffing, &deal, Some(&routed_to_anna()), true, at(AFTER));
    assert!(listed.expect("asked").asked.draft.emits.is_empty());
}

#[test]
fn what_nobody_else_can_have_is_asked_about() {
    let staffing = without(&["anna"]);
    let private = lead("1", at("2026-11-18T09:00:00Z")).text("email", "a@gmail.com");
    let private = private.owner("anna").build();
    let found = follows(&staffing, &private, AFTER).expect("she has left");
    assert!(
        found.again.is_none(),
        "the rule leaves it to nobody, and we take nobody off"
    );
    assert_eq!(
        found.asked.routing.asked.expect("asked").whom[0].as_str(),
        "jonas"
    );
}

#[test]
fn what_is_closed_or_of_a_kind_that_is_not_said_stays() {
    let mut said = model(&["anna"]);
    said.leavers.clear();
    assert!(follows(&testkit::staffing(said), &annas(), AFTER).is_none());
    let closed = lead("1", at("2026-11-18T09:00:00Z")).owner("anna");
    let closed = closed.stage("recycled", at("2026-11-18T10:00:00Z")).build();
    let open = decisions::Facts::of(&without(&["anna"]), &closed, at(AFTER)).is_open();
    assert_eq!(follows(&without(&["anna"]), &closed, AFTER).is_some(), open);
}

#[test]
fn nothing_comes_to_them_by_mail_or_rule() {
    let staffing = without(&["anna", "jonas"]);
    let anna = PersonId::new("anna");
    for who in [
        Recipient::Owner,
        Recipient::Manager,
        Recipient::Person(anna.clone()),
    ] {
        let told = recipients(&who, Some(&anna), &staffing, at(AFTER));
        assert_eq!(told, [PersonId::new("carla")], "{who:?}");
    }
    let team = recipients(
        &Recipient::Team("dach_sales".to_owned()),
        None,
        &staffing,
        at(AFTER),
    );
    assert_eq!(team, [PersonId::new("ben")]);
    let morning = at("2026-11-20T07:30:00Z");
    let digests = digests::candidates(&staffing, morning);
    assert!(digests.iter().all(|it| it.to != anna));
    // A rule looks up whose the account is: she is not there, so the next rule decides.
    let mut fresh = lead("2", at(AFTER)).account("DE", "software", 300).build();
    let account = fresh.account.as_mut().expect("an account");
    account
        .fields
        .insert("owner".to_owned(), Value::Person(anna.clone()));
    let facts = decisions::Facts::of(&staffing, &fresh, at(AFTER));
    assert_eq!(choose(&facts).rule, "dach");
    let routed = would(&staffing, &fresh, None, &Rotations::new(), at(AFTER));
    let routed = routed.expect("a decision").expect("routed");
    assert_eq!(routed.routing.owner, Some(PersonId::new("ben")));
    assert!(gone(&staffing, &anna, at(BEFORE)).is_none());
}

#[test]
fn a_rule_that_names_them_gives_it_to_whom_they_reported_to() {
    let mut model = model(&["anna"]);
    for rule in model.routing.values_mut().flatten() {
        rule.to = model::Destination::Person(PersonId::new("anna"));
    }
    let staffing = testkit::staffing(model);
    let fresh = lead("2", at(AFTER)).account("DE", "software", 300).build();
    let routed = would(&staffing, &fresh, None, &Rotations::new(), at(AFTER));
    let routed = routed.expect("a decision").expect("routed");
    assert_eq!(routed.routing.owner, Some(PersonId::new("jonas")));
    let notes: Vec<&str> = routed
        .draft
        .reasons
        .iter()
        .filter_map(|it| it.note.as_deref())
        .collect();
    let said = "anna left on Fri 20 Nov 2026; jonas is asked, to whom anna reports";
    assert!(notes.contains(&said), "{notes:?}");
}

#[test]
fn their_records_are_gone_through_once_and_again_when_the_words_change() {
    let staffing = without(&["anna"]);
    let fresh = LeaversState::default();
    assert!(leavers::due(&staffing, &fresh, at("2026-11-19T23:01:00Z")).is_none());
    let leaver = leavers::due(&staffing, &fresh, at(AFTER)).expect("her records");
    let deal = opportunity("5", at("2026-11-18T09:00:00Z"))
        .owner("anna")
        .build();
    let records = [annas(), deal.clone()];
    let (draft, half) = leavers::tell(&staffing, &fresh, &leaver, (&records, true), at(AFTER));
    let draft = draft.expect("a decision");
    let said = "anna left on Fri 20 Nov 2026: 2 open records of theirs are to be somebody else's";
    assert_eq!(draft.outcome, said);
    let mails: Vec<&EventData> = draft.emits.iter().filter(|it| told(it).is_some()).collect();
    let [
        EventData::NoticeRequested {
            to,
            notice: Notice::RecordsLeft(it),
        },
    ] = mails[..]
    else {
        panic!("one mail for all deals");
    };
    assert_eq!(
        (to.as_str(), it.records.as_slice()),
        ("jonas", &[deal.id.clone()][..])
    );
    let rest = leavers::due(&staffing, &half, at(AFTER)).expect("the rest");
    assert_eq!(rest.after, Some(deal.id));
    let (none, done) = leavers::tell(&staffing, &half, &rest, (&[], false), at(AFTER));
    assert!(none.is_none() && leavers::due(&staffing, &done, at(AFTER)).is_none());
    let mut other = model(&["anna"]);
    let deals = other
        .leavers
        .get_mut(&crm::RecordKind::Opportunity)
        .expect("said");
    deals.then = model::LeaversThen::Ask(Recipient::Person(PersonId::new("olga")));
    let other = testkit::staffing(other);
    assert!(leavers::due(&other, &done, at(AFTER)).is_some());
}

#[test]
fn a_dry_look_shows_them_as_moving() {
    let before = routed_to_anna();
    let would = |who: &[&str]| moves(&without(who), &annas(), Some(&before), at(AFTER));
    assert_eq!(would(&[]), Some(Moves::Stays));
    let Some(Moves::To { from, to, .. }) = would(&["anna"]) else {
        panic!("it would move");
    };
    assert_eq!(from, Some(PersonId::new("anna")));
    assert_eq!(to, Leads::Pool(DACH.to_owned()));
}
