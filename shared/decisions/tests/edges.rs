//! What a change of a record is to whoever decides upon it.

use contracts::{Event, EventData};
use crm::{Contacted, PersonId, Record, RecordKind};
use decisions::{Edge, edges};
use jiff::Timestamp;
use testkit::{at, lead, record_id, upon};

fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn changed(names: &[&str], first: bool, contact: Option<Contacted>) -> Event {
    let data = EventData::RecordChanged {
        changed: names.iter().map(|name| (*name).to_owned()).collect(),
        modified: monday(),
        first,
        contact,
        watched: false,
        left_domain: None,
    };
    upon(&record_id("lead:1"), monday(), data)
}

fn nobodys() -> Record {
    lead("1", monday()).build()
}

fn of_lead(name: &str) -> Edge<'_> {
    let kind = RecordKind::Lead;
    Edge::FieldChanged { kind, name }
}

#[test]
fn an_owner_is_removed_if_the_copy_at_hand_has_none() {
    let event = changed(&["owner"], false, None);
    let expected = [of_lead("owner"), Edge::OwnerRemoved];
    assert_eq!(edges(&event, &nobodys()), expected);
    let named = lead("1", monday()).owner("anna").build();
    assert_eq!(edges(&event, &named), [of_lead("owner")]);
    let another = changed(&["company"], false, None);
    assert_eq!(edges(&another, &nobodys()), [of_lead("company")]);
}

#[test]
fn a_field_of_the_account_is_the_accounts() {
    let event = changed(&["account", "account.country"], false, None);
    let country = Edge::FieldChanged {
        kind: RecordKind::Account,
        name: "country",
    };
    assert_eq!(edges(&event, &nobodys()), [of_lead("account"), country]);
}

/// Whether a move stands is for its gate to say.
#[test]
fn a_moved_stage_and_what_is_no_field_are_no_change_of_a_field() {
    let event = changed(&["archived", "last_contact", "stage"], false, None);
    assert_eq!(edges(&event, &nobodys()), []);
}

#[test]
fn contacts_and_replies_are_told_with_their_times() {
    let contact = Contacted {
        at: monday(),
        by: Some(PersonId::new("anna")),
    };
    let names = ["last_contact", "last_reply"];
    let mut record = nobodys();
    record.last_reply = Some(monday());
    let event = changed(&names, false, Some(contact.clone()));
    let logged = Edge::ActivityLogged(&contact);
    let replied = Edge::CustomerReplied(monday());
    assert_eq!(edges(&event, &record), [logged, replied]);
    let first = changed(&names, true, Some(contact.clone()));
    assert_eq!(
        edges(&first, &record),
        [logged],
        "what was written before the record was known is no news"
    );
}

#[test]
fn a_first_copy_changes_no_field_and_other_events_tell_of_nothing() {
    let first = changed(&["owner", "company"], true, None);
    assert_eq!(edges(&first, &nobodys()), []);
    let tick = EventData::Tick { at: monday() };
    let tick = upon(&record_id("lead:1"), monday(), tick);
    assert_eq!(edges(&tick, &nobodys()), []);
}
