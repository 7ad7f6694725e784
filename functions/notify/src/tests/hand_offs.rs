//! What people read of a record that passes to another team.

use contracts::NotTakenOver;
use crm::PersonId;

use super::*;

const DUE: &str = "2026-11-25T09:00:00Z";

fn person(name: &str) -> PersonId {
    PersonId::new(name)
}

/// A deal that Ben has won.
fn won() -> Record {
    opportunity("900", at("2026-08-01T10:00:00Z"))
        .text("name", "Acme rollout")
        .text("stage", "won")
        .text("onboarding_contact", "Lena Kranich")
        .text("promised_scope", "two halls")
        .owner("ben")
        .build()
}

/// The mail, by a model in which the contact is personal.
async fn mail(to: &str, notice: Notice) -> MailMessage {
    let mut model = testkit::example_model();
    let deals = model.records.get_mut(&RecordKind::Opportunity);
    let contact = deals.and_then(|fields| fields.get_mut("onboarding_contact"));
    contact.expect("a field").personal = true;
    let table = Table::new(MemoryStore::new(), TestClock::at(at(NOW)));
    let notify = Notify::new(table, Kept::default(), testkit::rules(model), pages());
    let record = notify.keep_record(won()).await;
    notify.mail_of(&record, to, notice).await
}

fn handed() -> Notice {
    Notice::HandedOver {
        stage: "won".to_owned(),
        team: "customer_success".to_owned(),
        instance: 1,
        from: Some(person("ben")),
        to: person("nina"),
        due: at(DUE),
    }
}

fn lost(refused: Option<(PersonId, String)>) -> NotTakenOver {
    NotTakenOver {
        stage: "won".to_owned(),
        team: "customer_success".to_owned(),
        from: Some(person("ben")),
        to: person("nina"),
        due: at(DUE),
        refused,
        move_to: None,
        asked: vec![person("carla")],
        unmet: Vec::new(),
    }
}

fn says(mail: &MailMessage, said: &str) {
    assert!(mail.text.contains(said), "{}", mail.text);
}

#[tokio::test]
async fn who_is_to_take_it_over_hears_by_when_how_and_with_what() {
    let mail = mail("nina", handed()).await;
    assert_eq!(mail.subject, "To take over: Acme rollout");
    says(
        &mail,
        "comes from Ben Huber to customer success, since it has entered the stage \"won\". Please take it over by \
         Wed 25 Nov 2026, 10:00 CET.",
    );
    says(
        &mail,
        "fairlead hand-off opportunity:900 --accept --by nina",
    );
    says(&mail, "two halls");
    assert!(
        !mail.text.contains("Lena"),
        "a personal value: {}",
        mail.text
    );
}

#[tokio::test]
async fn whoever_gave_it_hears_that_it_is_on_its_way() {
    let mail = mail("ben", handed()).await;
    assert_eq!(mail.subject, "Handed over: Acme rollout");
    says(&mail, "Nina Falk of customer success is to take it over by");
    assert!(!mail.text.contains("two halls"), "{}", mail.text);
}

#[tokio::test]
async fn a_refusal_is_told_with_its_reason_and_with_what_follows() {
    let why = (person("nina"), "no kick-off date".to_owned());
    let refused = NotTakenOver {
        move_to: Some("negotiation".to_owned()),
        asked: Vec::new(),
        ..lost(Some(why))
    };
    let mail = mail("ben", Notice::NotTakenOver(refused)).await;
    assert_eq!(mail.subject, "Refused: Acme rollout");
    says(&mail, "Nina Falk refuses");
    says(
        &mail,
        "which customer success was to take over at the stage \"won\": no kick-off date",
    );
    says(&mail, "It moves to the stage \"negotiation\".");
}

#[tokio::test]
async fn who_is_asked_at_last_is_asked_and_others_hear_who_was() {
    let asked = mail("carla", Notice::NotTakenOver(lost(None))).await;
    assert_eq!(asked.subject, "Not taken over: Acme rollout");
    says(&asked, "It was Nina Falk's to take over by");
    says(&asked, "Please decide what becomes of it.");
    let gave = mail("ben", Notice::NotTakenOver(lost(None))).await;
    says(&gave, "Carla Reyes was asked what becomes of it.");
}

#[tokio::test]
async fn what_the_gate_asks_for_is_said_where_it_could_not_be_moved() {
    let shut = NotTakenOver {
        unmet: vec!["reason: loss reason is empty".to_owned()],
        ..lost(None)
    };
    let mail = mail("carla", Notice::NotTakenOver(shut)).await;
    says(&mail, "It was to be moved, and the gate does not let it:");
    says(&mail, "reason: loss reason is empty");
}
