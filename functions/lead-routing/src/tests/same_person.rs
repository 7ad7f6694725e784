//! A second lead of the same person joins the first.

use contracts::{
    Notice,
    state::{IdentityState, RecordState},
};
use model::{Duplicates, ModelFile, Place};

use super::*;

fn by_mail() -> Tested {
    let mut model = example_model();
    let duplicates = Duplicates {
        same: "lead.email".parse().unwrap(),
        place: Place {
            file: ModelFile::Processes,
            line: 1,
            column: 1,
        },
    };
    model.duplicates.insert(crm::RecordKind::Lead, duplicates);
    over(testkit::rules(model))
}

fn of(mail: &str, id: &str) -> Record {
    let lead = lead(id, at(NOW)).account("DE", "software", 300);
    lead.text("email", mail).build()
}

impl Tested {
    async fn comes(&self, record: Record) {
        let event = changed(&record.id.name());
        keep_copy(self.store.inside(), record).await;
        self.handle(&event).await;
    }

    async fn becomes(&self, record: Record, sequence: u64) {
        let key = Key::record(&record.id);
        let item = self
            .store
            .inside()
            .get(std::slice::from_ref(&key))
            .await
            .unwrap();
        let before = item.into_iter().flatten().next();
        let before = before.map(|item| Versioned::<RecordState>::read(item).unwrap());
        let name = record.id.name();
        let state = RecordState { record, sequence };
        let put = put_state(key, &state, before.as_ref(), Indexes::default());
        let puts = store::Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        self.store.inside().commit(puts).await.unwrap();
        let mut event = changed(&name);
        event.id = EventId::of(&["becomes", &name, &sequence.to_string()]);
        event.sequence = sequence;
        self.handle(&event).await;
    }

    async fn of_person(&self, lead: &str) -> Vec<String> {
        let routing = self.routing_of(lead).await.unwrap();
        let key = Key::identity(&routing.identity.unwrap());
        let known: IdentityState = state_of(self.store.inside(), key).await.unwrap();
        known.records.iter().map(crm::RecordId::name).collect()
    }
}

fn closed(mut record: Record) -> Record {
    record.archived = true;
    record
}

#[tokio::test]
async fn the_second_lead_of_a_person_joins_the_first_and_costs_no_turn() {
    let tested = by_mail();
    tested.comes(of("Jo@Kranich.example", "1")).await;
    let turns = tested.pool(DACH).await;
    let first = tested.owner("lead:1").await;
    tested.comes(of(" jo@kranich.example", "2")).await;

    assert_eq!(tested.owner("lead:2").await, first);
    assert_eq!(tested.pool(DACH).await, turns);
    let routing = tested.routing_of("lead:2").await.unwrap();
    assert_eq!(routing.joined, Some(record_id("lead:1")));
    assert_eq!((routing.counted, routing.pool), (None, None));
    assert_eq!(tested.of_person("lead:2").await, ["lead:1", "lead:2"]);
    let audits = tested.audits();
    let second = audits
        .iter()
        .find(|it| it.subject.to_string().ends_with("lead:2"))
        .unwrap();
    let names: Vec<&str> = second.events.iter().map(|it| it.data.name()).collect();
    // Its clocks start like those of any other: nobody may forget it once the first is answered or gone.
    assert!(names.contains(&"record.routed"), "{names:?}");
    let told = second.events.iter().any(|event| {
        matches!(&event.data, EventData::NoticeRequested { notice: Notice::LeadAssigned { rule, .. }, .. }
            if rule == decisions::routing::JOINS)
    });
    assert!(told);
    let text = serde_json::to_string(second).unwrap();
    assert!(!text.contains("jo@kranich"), "{text}");
}

#[tokio::test]
async fn another_person_and_nobody_at_all_are_routed_by_the_rules() {
    let tested = by_mail();
    tested.comes(of("jo@kranich.example", "1")).await;
    tested.comes(of("al@kranich.example", "2")).await;
    tested.comes(lead_of("DE", "3")).await;
    tested.comes(lead_of("DE", "4")).await;
    for lead in ["lead:2", "lead:3", "lead:4"] {
        assert_eq!(tested.routing_of(lead).await.unwrap().joined, None);
    }
}

#[tokio::test]
async fn when_the_first_is_gone_the_next_one_is_first() {
    let tested = by_mail();
    let first = of("jo@kranich.example", "1");
    tested.comes(first.clone()).await;
    tested.becomes(closed(first), 2).await;
    assert_eq!(tested.routing_of("lead:1").await.unwrap().identity, None);
    tested.comes(of("jo@kranich.example", "2")).await;
    assert_eq!(tested.routing_of("lead:2").await.unwrap().joined, None);
    assert_eq!(tested.of_person("lead:2").await, ["lead:2"]);
}

#[tokio::test]
async fn whose_address_is_forgotten_is_found_by_it_no_more() {
    let tested = by_mail();
    tested.comes(of("jo@kranich.example", "1")).await;
    let identity = tested.routing_of("lead:1").await.unwrap().identity.unwrap();
    tested.becomes(lead_of("DE", "1"), 2).await;
    let known: IdentityState = state_of(tested.store.inside(), Key::identity(&identity))
        .await
        .unwrap();
    assert_eq!(known.records, []);
    assert_eq!(tested.routing_of("lead:1").await.unwrap().identity, None);
}

#[tokio::test]
async fn what_is_two_peoples_already_is_said_and_not_guessed() {
    let tested = by_mail();
    for (id, owner) in [("1", "anna"), ("2", "ben")] {
        let lead = lead(id, at(NOW)).account("DE", "software", 300);
        tested
            .comes(
                lead.text("email", "jo@kranich.example")
                    .owner(owner)
                    .build(),
            )
            .await;
    }
    tested.comes(of("jo@kranich.example", "3")).await;
    let routing = tested.routing_of("lead:3").await.unwrap();
    assert_eq!((routing.joined, routing.rule.as_str()), (None, "dach"));
    let audits = tested.audits();
    let third = audits
        .iter()
        .find(|it| it.subject.to_string().ends_with("lead:3"))
        .unwrap();
    let note = third.reasons[0].note.as_deref().unwrap_or_default();
    assert!(
        note.contains("lead:1, which is anna's; and lead:2, which is ben's"),
        "{note}"
    );
}

#[tokio::test]
async fn of_two_that_come_in_one_batch_one_is_first() {
    let tested = by_mail();
    let mut events = Vec::new();
    for id in ["1", "2", "3"] {
        keep_copy(tested.store.inside(), of("jo@kranich.example", id)).await;
        events.push((changed(&format!("lead:{id}")), at(NOW)));
    }
    tested.function.handle_batch(&events, &|| true).await;
    let owners = [
        tested.owner("lead:1").await,
        tested.owner("lead:2").await,
        tested.owner("lead:3").await,
    ];
    assert!(
        owners
            .iter()
            .all(|owner| owner.is_some() && *owner == owners[0]),
        "{owners:?}"
    );
    let received: u64 = received(&tested.pool(DACH).await)
        .iter()
        .map(|it| it.1)
        .sum();
    assert_eq!(received, 1);
}

/// Whom the rules give to nobody is nobody's, whatever else the person has.
#[tokio::test]
async fn what_the_rules_give_to_nobody_joins_none() {
    let tested = by_mail();
    let mail = "ada@gmail.com";
    let theirs = lead("1", at(NOW)).text("email", mail).owner("anna");
    tested.comes(theirs.build()).await;
    assert_eq!(tested.owner("lead:1").await.as_deref(), Some("anna"));
    let second = lead("2", at(NOW)).text("email", mail).build();
    tested.comes(second).await;
    let routing = tested.routing_of("lead:2").await.unwrap();
    assert_eq!(
        (routing.status, routing.rule.as_str(), routing.joined),
        (RoutingStatus::Left, "private_mail", None)
    );
}

/// An address that a form fills in for everybody is nobody's own.
#[tokio::test]
async fn too_many_of_one_address_are_not_one_person() {
    let tested = by_mail();
    for id in 1..=8 {
        tested.comes(of("none@none.example", &id.to_string())).await;
    }
    tested.comes(of("none@none.example", "9")).await;
    let routing = tested.routing_of("lead:9").await.unwrap();
    assert_eq!((routing.rule.as_str(), routing.joined), ("dach", None));
}

/// Who is away is stood in for, as if a rule named them.
#[tokio::test]
async fn a_lead_does_not_join_somebody_who_is_away_while_somebody_stands_in() {
    let tested = by_mail();
    let theirs = of("jo@kranich.example", "1");
    let mut first = theirs.clone();
    let anna = crm::Value::Person(PersonId::new("anna"));
    first.fields.insert("owner".to_owned(), anna);
    tested.comes(first).await;
    let away = testkit::away(&[("anna", "2026-11-20T08:00:00Z", "2026-12-04T08:00:00Z")]);
    put(tested.store.inside(), Key::absences(), &away).await;
    tested.comes(of("jo@kranich.example", "2")).await;
    let routing = tested.routing_of("lead:2").await.unwrap();
    assert_eq!(routing.joined, Some(record_id("lead:1")));
    assert_eq!(tested.owner("lead:2").await.as_deref(), Some("jonas"));
    let said = tested.audits().last().cloned().unwrap();
    let text = serde_json::to_string(&said.reasons).unwrap();
    assert!(text.contains("anna is away until"), "{text}");
}
