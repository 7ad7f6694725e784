//! Whom the CRM has archived is there no more, as if the model said that they have left.

use contracts::{
    OwnerLeft,
    state::{AbsencesState, Archived, RecordState, owned_by},
};

use super::*;

/// When a look saw it.
const SEEN: &str = "2026-11-23T10:00:00Z";

fn without_anna() -> AbsencesState {
    let archived = Archived {
        source: testkit::source(),
        seen: at(SEEN),
    };
    AbsencesState {
        archived: [(PersonId::new("anna"), archived)].into(),
        ..AbsencesState::default()
    }
}

impl Tested {
    async fn has_no_anna(&self) {
        put(self.store.inside(), Key::absences(), &without_anna()).await;
    }

    async fn shows_as_annas(&self, id: &str) {
        let record = lead(id, at(NOW))
            .account("DE", "software", 300)
            .owner("anna")
            .build();
        let key = Key::record(&record.id);
        let state = RecordState {
            record,
            sequence: 1,
        };
        let indexes = Indexes {
            person: Some(owned_by(&PersonId::new("anna"))),
            ..Indexes::default()
        };
        let transaction = store::Transaction {
            puts: vec![put_state::<_, RecordState>(key, &state, None, indexes)],
            checks: Vec::new(),
        };
        self.store.inside().commit(transaction).await.unwrap();
        self.handle(&changed(&format!("lead:{id}"))).await;
    }

    async fn ticks(&self, time: &str) -> Vec<OwnerLeft> {
        let data = EventData::Tick { at: at(time) };
        let id = EventId::of(&["tick", time]);
        let tick = Event::new(id, at(time), &Revision::default(), data);
        self.function.handle(&tick, at(time)).await.unwrap();
        let events = self.audits().into_iter().flat_map(|audit| audit.events);
        let left = events.filter_map(|event| match event.data {
            EventData::OwnerLeft(left) => Some(left),
            _ => None,
        });
        left.collect()
    }
}

#[tokio::test]
async fn a_pool_gives_them_nothing_and_says_why() {
    let tested = routing();
    tested.has_no_anna().await;
    let events = tested.has("DE", [1, 2, 3]).await;
    for event in &events {
        tested.handle(event).await;
    }
    let pool = tested.pool(DACH).await;
    assert!(
        received(&pool).iter().all(|it| *it != ("anna", 1)),
        "{:?}",
        received(&pool)
    );
    let said = format!("{:?}", tested.audits()[0].reasons);
    let why = "anna is archived in the CRM, as seen on Mon 23 Nov 2026";
    assert!(said.contains(why), "{said}");
}

#[tokio::test]
async fn what_is_theirs_is_routed_again_and_what_came_later_within_the_hour() {
    let tested = routing();
    tested.shows_as_annas("1").await;
    tested.has_no_anna().await;
    let told = tested.ticks("2026-11-23T10:05:00Z").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].archived, Some(at(SEEN)));
    let event = upon(
        &record_id("lead:1"),
        at(SEEN),
        EventData::OwnerLeft(told[0].clone()),
    );
    tested.function.handle(&event, at(SEEN)).await.unwrap();
    let owner = tested.owner("lead:1").await.unwrap();
    assert_ne!(owner, "anna");
    // Who is given one by hand after that has it no longer than a moment.
    tested.shows_as_annas("2").await;
    assert_eq!(tested.ticks("2026-11-23T10:06:00Z").await.len(), 2);
    // What was on its way to her and is shown as hers only later is found an hour later, once.
    let both = tested.ticks("2026-11-23T11:01:00Z").await.len();
    assert_eq!(both, 4);
    assert_eq!(tested.ticks("2026-11-23T12:30:00Z").await.len(), both);
}
