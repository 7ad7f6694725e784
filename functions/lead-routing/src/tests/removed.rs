//! The owner of a lead is taken off in the CRM, and no line of the model routes it again.

use decisions::routing::OWNER_REMOVED;

use super::{told::Told, *};

fn never_again() -> Tested {
    let mut model = testkit::example_model();
    model.reroute.clear();
    over(testkit::rules(model))
}

#[tokio::test]
async fn it_waits_and_is_nobodys_until_the_crm_names_somebody() {
    let mut told = Told::of(never_again()).await;
    let shown = told.shows(Some("anna"), "owner").await;
    told.tested.handle(&shown).await;
    let removed = told.shows(None, "owner").await;
    told.tested.handle(&removed).await;
    let routing = told.routing().await;
    assert_eq!(
        (routing.status, routing.owner, routing.rule.as_str()),
        (RoutingStatus::Waiting, None, OWNER_REMOVED)
    );
    let (said, follows) = told.said(&removed);
    assert_eq!(said, "waiting: anna was taken off in the CRM");
    assert_eq!(follows, ["record.waiting"], "no mail, no write, no clock");
    let edited = told.shows(None, "company").await;
    told.tested.handle(&edited).await;
    assert_eq!(told.routing().await.owner, None, "no rule gives it away");
    let named = told.shows(Some("ben"), "owner").await;
    told.tested.handle(&named).await;
    let routing = told.routing().await;
    assert_eq!(routing.status, RoutingStatus::OwnedByHand);
    assert_eq!(routing.owner, Some(PersonId::new("ben")));
}

/// Our write is on its way, and another field is changed meanwhile.
#[tokio::test]
async fn a_copy_from_before_our_write_takes_nobody_off() {
    let mut told = Told::of(never_again()).await;
    let edited = told.shows(None, "company").await;
    told.tested.handle(&edited).await;
    assert_eq!(told.routing().await.owner, Some(PersonId::new("anna")));
}

/// It was named and taken off before it was routed, and that is heard of after.
#[tokio::test]
async fn what_the_routed_copy_told_already_is_no_news() {
    let tested = never_again();
    let first = tested.has("DE", [1]).await;
    let mut told = Told { tested, copies: 1 };
    let named = told.shows(Some("ben"), "owner").await;
    let removed = told.shows(None, "owner").await;
    for event in [&first[0], &named, &removed] {
        told.tested.handle(event).await;
    }
    let routing = told.routing().await;
    assert_eq!(routing.owner, Some(PersonId::new("anna")));
    assert_eq!(routing.sequence, 3);
    let again = told.shows(Some("anna"), "owner").await;
    let late = told.shows(None, "owner").await;
    for event in [&late, &again, &removed] {
        told.tested.handle(event).await;
    }
    assert_eq!(told.routing().await.status, RoutingStatus::Waiting);
    assert_eq!(told.tested.audits().len(), 2, "routed, and taken off once");
}
