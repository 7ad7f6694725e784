//! Whoever has left: what is theirs is gone through at a tick, and what comes to them later is noticed.

use contracts::{
    Notice, OwnerLeft,
    state::{RecordState, owned_by},
};

use super::*;

/// The minute after the day has begun on which Anna is there no more.
const GONE: &str = "2026-11-23T23:05:00Z";

fn leaving() -> Tested {
    let mut model = example_model();
    let anna = model.people.get_mut(&PersonId::new("anna")).unwrap();
    anna.left = Some("2026-11-24".parse().unwrap());
    over(testkit::rules(model))
}

fn annas(kind: &str, id: u32) -> Record {
    let id = id.to_string();
    let record = match kind {
        "lead" => lead(&id, at(NOW)),
        _ => testkit::opportunity(&id, at(NOW)),
    };
    record.account("DE", "software", 300).owner("anna").build()
}

impl Tested {
    /// A copy as crm-sync keeps it, and the decision by which it was Anna's already.
    pub(super) async fn is_annas(&self, kind: &str, ids: std::ops::RangeInclusive<u32>) {
        for id in ids {
            let record = annas(kind, id);
            let (key, name) = (Key::record(&record.id), record.id.name());
            let state = RecordState {
                record,
                sequence: 1,
            };
            let indexes = Indexes {
                person: Some(owned_by(&PersonId::new("anna"))),
                ..Indexes::default()
            };
            let put = put_state::<_, RecordState>(key, &state, None, indexes);
            let transaction = store::Transaction {
                puts: vec![put],
                checks: Vec::new(),
            };
            self.store.inside().commit(transaction).await.unwrap();
            self.handle(&changed(&name)).await;
        }
    }

    pub(super) async fn tick_at(&self, time: &str) {
        let data = EventData::Tick { at: at(time) };
        let id = EventId::of(&["tick", time]);
        let tick = Event::new(id, at(time), &Revision::default(), data);
        self.function.handle(&tick, at(time)).await.unwrap();
    }

    /// The events of a kind that were emitted, in order.
    fn emitted<T>(&self, of: impl Fn(&EventData) -> Option<T>) -> Vec<T> {
        let audits = self.audits().into_iter();
        let emits = audits.flat_map(|audit| audit.events);
        emits.filter_map(|event| of(&event.data)).collect()
    }

    pub(super) fn told_of(&self) -> Vec<OwnerLeft> {
        self.emitted(|data| match data {
            EventData::OwnerLeft(left) => Some(left.clone()),
            _ => None,
        })
    }

    fn lists(&self) -> Vec<(String, usize)> {
        self.emitted(|data| match data {
            EventData::NoticeRequested {
                to,
                notice: Notice::RecordsLeft(it),
            } => Some((to.to_string(), it.records.len())),
            _ => None,
        })
    }
}

#[tokio::test]
async fn all_that_is_theirs_is_told_of_once_by_one_mail() {
    let tested = leaving();
    tested.is_annas("lead", 1..=3).await;
    tested.is_annas("opportunity", 5..=6).await;
    tested.tick_at("2026-11-23T22:59:00Z").await;
    assert!(tested.told_of().is_empty(), "she is there yet");
    for minute in ["23:05", "23:06", "23:07"] {
        tested.tick_at(&format!("2026-11-23T{minute}:00Z")).await;
    }
    let told = tested.told_of();
    assert_eq!(told.len(), 5);
    assert_eq!(tested.lists(), [("jonas".to_owned(), 2)]);
    for left in told {
        let record = left.record.clone();
        let mut event = upon(&record, at(GONE), EventData::OwnerLeft(left));
        event.record = None;
        for _ in 0..2 {
            tested.function.handle(&event, at(GONE)).await.unwrap();
        }
    }
    assert_ne!(tested.owner("lead:1").await.as_deref(), Some("anna"));
    let deal = tested.routing_of("opportunity:5").await.unwrap();
    assert_eq!(
        deal.owner,
        Some(PersonId::new("anna")),
        "until somebody says"
    );
    assert_eq!(deal.asked.unwrap().whom, [PersonId::new("jonas")]);
    assert_eq!(tested.lists().len(), 1, "the list has named them");
    let load = Key::load(&PersonId::new("anna"));
    let load: contracts::state::LoadState = state_of(tested.store.inside(), load).await.unwrap();
    assert_eq!(load.open, 0);
}

#[tokio::test]
async fn more_than_one_decision_can_tell_of_go_on_behind_the_last() {
    let tested = leaving();
    tested.is_annas("opportunity", 1000..=1240).await;
    tested.tick_at(GONE).await;
    let told = tested.told_of();
    assert_eq!(told.len(), 241);
    let mails: usize = tested.lists().into_iter().map(|(_, count)| count).sum();
    assert_eq!(mails, 241);
}

#[tokio::test]
async fn who_is_given_one_by_hand_after_that_keeps_it_no_longer_than_a_moment() {
    let tested = leaving();
    keep_copy(tested.store.inside(), annas("lead", 1)).await;
    let event = changed("lead:1");
    tested.function.handle(&event, at(GONE)).await.unwrap();
    let told = tested.told_of();
    assert_eq!(told.len(), 1);
    let event = upon(
        &record_id("lead:1"),
        at(GONE),
        EventData::OwnerLeft(told[0].clone()),
    );
    tested.function.handle(&event, at(GONE)).await.unwrap();
    let owner = tested.owner("lead:1").await;
    assert_ne!(owner.as_deref(), Some("anna"));
    assert!(owner.is_some());
}

/// The CRM shows only then what we had written before: nothing else tells of it.
#[tokio::test]
async fn a_change_of_what_is_theirs_is_enough() {
    let tested = leaving();
    tested.is_annas("lead", 1..=1).await;
    let mut event = changed("lead:1");
    event.id = EventId::of(&["later"]);
    tested.function.handle(&event, at(GONE)).await.unwrap();
    assert_ne!(tested.owner("lead:1").await.as_deref(), Some("anna"));
}
