//! How many open leads people have: counted in the transaction that gives a lead or takes one, and counted
//! again each night.

use contracts::state::{LoadState, RecordState, RecountState};
use store::Transaction;

use super::*;

/// Tuesday, three in the night in Berlin.
const NIGHT: &str = "2026-11-24T02:00:00Z";

fn tick(at_: &str) -> Event {
    let data = EventData::Tick { at: at(at_) };
    Event::new(
        EventId::of(&["tick", at_]),
        at(at_),
        &Revision::default(),
        data,
    )
}

impl Tested {
    async fn open(&self, person: &str) -> u32 {
        let load = state_of::<LoadState>(self.store.inside(), Key::load(&PersonId::new(person)));
        load.await.map_or(0, |load| load.open)
    }

    async fn tick(&self, now: &str) {
        self.function.handle(&tick(now), at(now)).await.unwrap();
    }

    /// The second copy of a lead.
    async fn second_copy(&self, record: Record) -> Event {
        let key = Key::record(&record.id);
        let event = changed(&record.id.name()).about(record.id.clone(), 2);
        let copy = RecordState {
            record,
            sequence: 2,
        };
        let before = Versioned {
            version: 1,
            state: (),
        };
        self.write(put_state(key, &copy, Some(&before), Indexes::default()))
            .await;
        let mut event = event;
        event.id = EventId::of(&["second", event.id.as_str()]);
        event
    }

    async fn write(&self, put: store::Put) {
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        self.store.inside().commit(transaction).await.unwrap();
    }
}

#[tokio::test]
async fn a_lead_is_counted_with_it_and_given_back_when_it_is_closed() {
    let tested = routing();
    let first = tested.has("DE", [1]).await;
    tested.handle(&first[0]).await;
    assert_eq!(
        (tested.open("anna").await, tested.open("ben").await),
        (1, 0)
    );
    let shown = lead_of("DE", "1");
    let closed = lead("1", shown.created)
        .account("DE", "software", 300)
        .owner("anna")
        .stage("converted", at(NOW));
    let event = tested.second_copy(closed.build()).await;
    for _ in 0..2 {
        tested.handle(&event).await;
        assert_eq!(tested.open("anna").await, 0);
    }
    let told: Vec<String> = tested.audits().into_iter().map(|it| it.outcome).collect();
    assert!(
        told.contains(&"no open lead of anna any more".to_owned()),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_pool_gives_no_more_than_people_can_take() {
    let mut model = testkit::example_model();
    for (name, most) in [("anna", 3), ("ben", 2)] {
        let person = model.people.get_mut(&PersonId::new(name)).unwrap();
        let capacity = person.capacity.as_mut().unwrap();
        capacity.open_leads = Some(most);
    }
    let tested = over(testkit::rules(model));
    let events = tested.has("DE", 1..=20).await;
    for some in events.chunks(7) {
        batches::together(&tested, some).await;
    }
    assert_eq!(
        (tested.open("anna").await, tested.open("ben").await),
        (3, 2)
    );
    let pool = tested.pool(DACH).await;
    assert_eq!(received(&pool), [("anna", 3), ("ben", 2), ("jonas", 15)]);
    assert_eq!(owed(&pool), 0);
}

#[tokio::test]
async fn a_wrong_count_is_put_right_at_night_and_told() {
    let tested = routing();
    let events = tested.has("DE", 1..=4).await;
    for event in &events {
        tested.handle(event).await;
    }
    assert_eq!(
        (tested.open("anna").await, tested.open("ben").await),
        (2, 1)
    );
    let anna = Key::load(&PersonId::new("anna"));
    let found = tested
        .store
        .inside()
        .get(std::slice::from_ref(&anna))
        .await
        .unwrap();
    let before = Versioned::<LoadState>::read(found[0].clone().unwrap()).unwrap();
    let wrong = LoadState {
        open: 7,
        ..before.state.clone()
    };
    tested
        .write(put_state(anna, &wrong, Some(&before), Indexes::default()))
        .await;
    for _ in 0..2 {
        tested.tick(NIGHT).await;
        assert_eq!(tested.open("anna").await, 2);
    }
    let mut told = tested.audits();
    told.retain(|it| it.event_name == "tick");
    let told: Vec<String> = told.into_iter().map(|it| it.outcome).collect();
    assert_eq!(told, ["anna has 2 open leads, not 7"]);
    let mark: RecountState = state_of(tested.store.inside(), Key::recount())
        .await
        .unwrap();
    assert_eq!(
        (mark.left.len(), mark.day),
        (0, Some("2026-11-24".parse().unwrap()))
    );
}

#[tokio::test]
async fn what_has_just_changed_is_counted_at_a_later_tick() {
    let tested = routing();
    let events = tested.has("DE", [1]).await;
    tested.handle(&events[0]).await;
    let anna = Key::load(&PersonId::new("anna"));
    let found = tested
        .store
        .inside()
        .get(std::slice::from_ref(&anna))
        .await
        .unwrap();
    let before = Versioned::<LoadState>::read(found[0].clone().unwrap()).unwrap();
    let wrong = LoadState {
        open: 7,
        ..before.state.clone()
    };
    tested
        .write(put_state(anna, &wrong, Some(&before), Indexes::default()))
        .await;
    // A minute after the lead was given.
    tested.tick("2026-11-23T09:01:00Z").await;
    assert_eq!(tested.open("anna").await, 7);
    tested.tick("2026-11-23T09:02:00Z").await;
    assert_eq!(tested.open("anna").await, 1);
}

#[tokio::test]
async fn a_tick_among_leads_spoils_none_of_them() {
    let tested = routing();
    let mut events = tested.has("DE", 1..=3).await;
    events.insert(1, tick(NIGHT));
    batches::together(&tested, &events).await;
    assert_eq!(owed(&tested.pool(DACH).await), 0);
    assert_eq!(tested.open("anna").await + tested.open("ben").await, 2);
}

#[tokio::test]
async fn where_nobody_is_left_in_the_pool_a_lead_waits_in_view_and_that_is_told_once() {
    let mut model = testkit::example_model();
    for name in ["anna", "ben", "jonas"] {
        let person = model.people.get_mut(&PersonId::new(name)).unwrap();
        person.left = Some("2026-11-20".parse().unwrap());
    }
    let pool = model.pools.get_mut(DACH).unwrap();
    pool.all_away = model::AllAway::FirstBack;
    let tested = over(testkit::rules(model));
    let first = tested.has("DE", [1]).await;
    tested.handle(&first[0]).await;
    let second = tested.second_copy(lead_of("DE", "1")).await;
    tested.handle(&second).await;
    let routing = tested.routing_of("lead:1").await.unwrap();
    assert_eq!(
        (routing.status, routing.rule.as_str()),
        (RoutingStatus::Waiting, "nobody_there")
    );
    assert_eq!(tested.audits().len(), 1);
}

#[tokio::test]
async fn who_gets_a_lead_by_hand_has_had_a_turn_and_has_one_more_in_hand() {
    let tested = routing();
    let first = tested.has("DE", [1]).await;
    tested.handle(&first[0]).await;
    let bens = lead("1", at(NOW))
        .account("DE", "software", 300)
        .owner("ben");
    let event = tested.second_copy(bens.build()).await;
    for _ in 0..2 {
        tested.handle(&event).await;
        let pool = tested.pool(DACH).await;
        assert_eq!(received(&pool), [("anna", 0), ("ben", 1), ("jonas", 0)]);
        assert_eq!(owed(&pool), 0);
        assert_eq!(
            (tested.open("anna").await, tested.open("ben").await),
            (0, 1)
        );
    }
}

/// Who that is only the absences tell, so what they have in hand is read after these.
#[tokio::test]
async fn whoever_covers_for_the_person_named_has_it_in_hand() {
    let ids = ["1", "2", "3"];
    for together in [false, true] {
        let tested = routing();
        let mut absences =
            testkit::away(&[("jonas", "2026-11-20T23:00:00Z", "2026-12-11T23:00:00Z")]);
        let all = absences.people.get_mut(&PersonId::new("jonas")).unwrap();
        all[0].cover = Some(PersonId::new("ben"));
        put(tested.store.inside(), Key::absences(), &absences).await;
        let mut events = Vec::new();
        for id in ids {
            let mut record = lead_of("DE", id);
            let owner = crm::Value::Person(PersonId::new("jonas"));
            let account = record.account.as_mut().unwrap();
            account.fields.insert("owner".to_owned(), owner);
            keep_copy(tested.store.inside(), record).await;
            events.push(changed(&format!("lead:{id}")));
        }
        if together {
            batches::together(&tested, &events).await;
        } else {
            for event in &events {
                tested.handle(event).await;
            }
        }
        for id in ids {
            assert_eq!(
                tested.owner(&format!("lead:{id}")).await.as_deref(),
                Some("ben")
            );
        }
        assert_eq!(tested.open("ben").await, 3, "together: {together}");
        let audits = tested.audits();
        let read = audits.iter().flat_map(|audit| audit.read.keys());
        assert!(
            read.into_iter().any(|key| key.contains("ben")),
            "the audit names it"
        );
    }
}
