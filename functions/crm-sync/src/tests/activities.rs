//! What was logged with a record is read with it, where the model asks for its kind.

use crm::{ActivityKind, Contacted};
use testkit::example_with;

use super::*;

const LEAD: &str = "lead:1";

fn asking(kinds: &str) -> Tested {
    let tested = over(example_with(
        "processes.yaml",
        "meet:  { upon: activity.logged, by: owner }             # times",
        &format!("meet:  {{ upon: activity.logged, kind: {kinds} }}             # times"),
    ));
    tested.crm.text(LEAD, "email", "a@kranich.example");
    tested
}

fn contact(time: &str) -> Contacted {
    Contacted {
        at: at(time),
        by: None,
    }
}

#[tokio::test]
async fn a_new_lead_with_which_nobody_was_in_touch_costs_no_request() {
    let tested = asking("[call, meeting]");
    tested.handle(&[noticed(LEAD)]).await[0].clone().unwrap();
    assert_eq!(tested.crm.count("activities"), 0);
    let copy = tested.copy(LEAD).await.unwrap().record;
    let kinds: Vec<&ActivityKind> = copy.activities.keys().collect();
    assert_eq!(kinds, [&ActivityKind::Call, &ActivityKind::Meeting]);
}

#[tokio::test]
async fn a_call_is_kept_with_the_copy_and_told() {
    let tested = asking("[call, meeting]");
    tested.handle(&[noticed(LEAD)]).await[0].clone().unwrap();
    let called = contact("2026-11-23T09:30:00Z");
    let to_come = contact("2026-11-23T15:00:00Z");
    tested.crm.logs(LEAD, ActivityKind::Call, called.clone());
    tested.crm.logs(LEAD, ActivityKind::Meeting, to_come);
    let again = told(LEAD, "two", "2026-11-23T09:59:00Z", false);
    tested.handle(&[again]).await[0].clone().unwrap();
    assert_eq!(tested.crm.count("activities"), 1);
    let copy = tested.copy(LEAD).await.unwrap().record;
    assert_eq!(copy.activities[&ActivityKind::Call], [called]);
    assert_eq!(copy.activities[&ActivityKind::Meeting], [], "still to come");
    let last = tested.audits_of(LEAD).pop().unwrap();
    assert!(last.outcome.contains("activities"), "{}", last.outcome);
}

#[tokio::test]
async fn a_note_is_no_contact_so_it_is_always_asked_for() {
    let tested = asking("[note]");
    tested.crm.logs(LEAD, ActivityKind::Note, contact(TOLD));
    tested.handle(&[noticed(LEAD)]).await[0].clone().unwrap();
    assert_eq!(tested.crm.count("activities"), 1);
    let copy = tested.copy(LEAD).await.unwrap().record;
    assert_eq!(copy.activities[&ActivityKind::Note], [contact(TOLD)]);
    assert_eq!(copy.last_contact, None);
}

#[tokio::test]
async fn where_no_kind_is_asked_for_none_is_read() {
    let tested = sync();
    tested.crm.text(LEAD, "email", "a@kranich.example");
    tested.crm.logs(LEAD, ActivityKind::Call, contact(TOLD));
    tested.handle(&[noticed(LEAD)]).await[0].clone().unwrap();
    assert_eq!(tested.crm.count("activities"), 0);
    let copy = tested.copy(LEAD).await.unwrap().record;
    assert!(copy.activities.is_empty());
}
