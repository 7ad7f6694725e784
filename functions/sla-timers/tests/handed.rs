//! Of a record that is handed over two people have clocks open, and each sees theirs.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use contracts::{
    Event, EventData, Key, Passage,
    state::{ClocksState, GateState},
};
use crm::PersonId;
use engine::{Bus, BusError, Handler, OpenWork, Table};
use sla_timers::SlaTimers;
use testkit::{TestClock, WatchedStore, at, example_rules, keep, lead, put, state_of, upon};

struct NoBus;

impl Bus for NoBus {
    async fn publish(&self, _: &[Event]) -> Result<(), BusError> {
        Ok(())
    }
}

/// The clocks that somebody has open, by their names.
async fn seen_by(store: &WatchedStore, person: &str) -> Vec<String> {
    let person = PersonId::new(person);
    let work = OpenWork::of(store.inside(), [&person]).await.unwrap();
    work.clocks
        .into_values()
        .flat_map(|it| it.clocks.into_keys())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn the_owner_sees_their_own_clocks_and_the_other_team_what_it_is_to_take_over() {
    let monday = at("2026-11-23T09:00:00Z");
    let store = WatchedStore::new();
    let record = lead("1", monday)
        .account("DE", "software", 300)
        .owner("ines")
        .stage("accepted", monday)
        .build();
    let id = record.id.clone();
    keep(store.inside(), record).await;
    let gate = GateState {
        stage: "accepted".to_owned(),
        since: monday,
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    };
    put(store.inside(), Key::gate(&id), &gate).await;
    let table = Table::new(store.clone(), TestClock::at(monday));
    let timers = SlaTimers::new(table, NoBus, example_rules());
    let routed = EventData::RecordRouted {
        owner: PersonId::new("ines"),
        rule: "everyone_else".to_owned(),
        pool: Some("sales_development".to_owned()),
    };
    let entered = EventData::StageEntered {
        stage: "accepted".to_owned(),
        from: Some("qualified".to_owned()),
        since: monday,
        by: Some(PersonId::new("ines")),
        passage: Passage::Passed,
    };
    for data in [routed, entered] {
        timers
            .handle(&upon(&id, monday, data), monday)
            .await
            .unwrap();
    }
    let clocks: Option<ClocksState> = state_of(store.inside(), Key::clocks(&id)).await;
    let open: Vec<String> = clocks.unwrap().clocks.into_keys().collect();
    assert_eq!(open, ["accepted.hand_off", "first_response"]);
    assert!(
        seen_by(&store, "ines")
            .await
            .contains(&"first_response".to_owned())
    );
    assert_eq!(seen_by(&store, "jonas").await, ["accepted.hand_off"]);
    assert!(seen_by(&store, "ben").await.is_empty());
}
