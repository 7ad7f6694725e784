//! The owner of a lead is taken off in the CRM.

use contracts::state::RecordState;
use decisions::routing::OWNER_REMOVED;
use store::Transaction;

use super::*;

/// A lead, and what is told of each copy of it.
struct Told {
    tested: Tested,
    copies: u64,
}

impl Told {
    async fn of(tested: Tested) -> Self {
        let first = tested.has("DE", [1]).await;
        tested.handle(&first[0]).await;
        Self { tested, copies: 1 }
    }

    /// A newer copy is kept, with this owner; what is told of it.
    async fn shows(&mut self, owner: Option<&str>, what: &str) -> Event {
        let lead = lead("1", at(NOW)).account("DE", "software", 300);
        let lead = match owner {
            Some(owner) => lead.owner(owner),
            None => lead,
        };
        let before = Versioned {
            version: self.copies,
            state: (),
        };
        self.copies += 1;
        let copy = RecordState {
            record: lead.build(),
            sequence: self.copies,
        };
        let key = Key::record(&record_id("lead:1"));
        let put = put_state(key, &copy, Some(&before), Indexes::default());
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        let store = self.tested.store.inside();
        store.commit(transaction).await.unwrap();
        let data = EventData::RecordChanged {
            changed: vec![what.to_owned()],
            modified: at(NOW),
            first: false,
            contact: None,
        };
        let mut event = upon(&record_id("lead:1"), at(NOW), data);
        event.id = EventId::of(&["copy", &self.copies.to_string()]);
        event.about(record_id("lead:1"), self.copies)
    }

    async fn routing(&self) -> RoutingState {
        self.tested.routing_of("lead:1").await.unwrap()
    }

    /// What was said last, and the names of what follows.
    fn said(&self, event: &Event) -> (String, Vec<&'static str>) {
        let audits = self.tested.audits();
        let audit = audits.iter().find(|audit| audit.event == event.id).unwrap();
        let names = audit.events.iter().map(Event::name).collect();
        (audit.outcome.clone(), names)
    }
}

#[tokio::test]
async fn it_waits_and_is_nobodys_until_the_crm_names_somebody() {
    let mut told = Told::of(routing()).await;
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
    assert_eq!(follows, ["lead.waiting"], "no mail, no write, no clock");
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
    let mut told = Told::of(routing()).await;
    let edited = told.shows(None, "company").await;
    told.tested.handle(&edited).await;
    assert_eq!(told.routing().await.owner, Some(PersonId::new("anna")));
}

/// It was named and taken off before it was routed, and that is heard of after.
#[tokio::test]
async fn what_the_routed_copy_told_already_is_no_news() {
    let tested = routing();
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
