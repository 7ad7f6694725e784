//! That a lead waits is heard of after it has got its owner: its clock starts, and knows that they
//! are away.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    Event, EventData, Key,
    state::{AbsencesState, ClocksState, RoutingState, RoutingStatus},
};
use crm::PersonId;
use engine::{Bus, BusError, Handler, Table};
use jiff::Timestamp;
use sla_timers::SlaTimers;
use testkit::{TestClock, WatchedStore, at, away, example_rules, keep, lead, put, state_of, upon};

/// A Friday, 15:10 in Berlin; four hours of work later it is Monday, 12:10.
const FRIDAY: &str = "2026-11-20T14:10:00Z";

struct NoBus;

impl Bus for NoBus {
    async fn publish(&self, _: &[Event]) -> Result<(), BusError> {
        Ok(())
    }
}

async fn due(absences: &AbsencesState) -> Timestamp {
    let store = WatchedStore::new();
    let record = lead("1", at(FRIDAY)).account("DE", "software", 300).build();
    let id = record.id.clone();
    keep(store.inside(), record).await;
    put(store.inside(), Key::absences(), absences).await;
    let routing = RoutingState {
        status: RoutingStatus::Routed,
        owner: Some(PersonId::new("anna")),
        ..RoutingState::waiting("dach", at(FRIDAY))
    };
    put(store.inside(), Key::routing(&id), &routing).await;
    let table = Table::new(store.clone(), TestClock::at(at(FRIDAY)));
    let timers = SlaTimers::new(table, NoBus, example_rules());
    let waits = EventData::RecordWaiting {
        rule: "none".to_owned(),
    };
    let waits = upon(&id, at(FRIDAY), waits);
    timers.handle(&waits, at(FRIDAY)).await.unwrap();
    let clocks: Option<ClocksState> = state_of(store.inside(), Key::clocks(&id)).await;
    clocks.unwrap().clocks["first_response"].due
}

#[tokio::test(start_paused = true)]
async fn who_got_a_waiting_lead_meanwhile_may_be_away() {
    assert_eq!(
        due(&AbsencesState::default()).await,
        at("2026-11-23T11:10:00Z")
    );
    let monday_and_tuesday = away(&[("anna", "2026-11-22T23:00:00Z", "2026-11-24T23:00:00Z")]);
    assert_eq!(due(&monday_and_tuesday).await, at("2026-11-25T11:10:00Z"));
}
