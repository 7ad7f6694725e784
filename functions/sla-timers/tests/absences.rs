//! Somebody goes away and comes back while their clocks run; the handler is killed between any two
//! steps. Every due time moves once, and nobody else's does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod world;

use std::collections::BTreeMap;

use contracts::{
    EventData,
    state::{AbsencesState, ClockStatus},
};
use crm::PersonId;
use jiff::Timestamp;
use testkit::{at, away, example_rules};
use world::{Faults, World};

/// A Friday, 15:10 in Berlin; four hours of work later it is Monday, 12:10.
const FRIDAY: &str = "2026-11-20T14:10:00Z";
const DUE: &str = "2026-11-23T11:10:00Z";

/// Monday and Tuesday, both days away, and when the clocks are due then.
const FROM: &str = "2026-11-22T23:00:00Z";
const TO: &str = "2026-11-24T23:00:00Z";
const LATER: &str = "2026-11-25T11:10:00Z";

fn changed(away: bool) -> EventData {
    EventData::AbsenceChanged {
        person: PersonId::new("anna"),
        from: at(FROM),
        to: at(TO),
        away,
    }
}

async fn anna_goes(world: &World, now: &str) {
    world
        .away(&away(&[("anna", FROM, TO)]), &changed(true), at(now))
        .await;
}

async fn anna_stays(world: &World, now: &str) {
    world
        .away(&AbsencesState::default(), &changed(false), at(now))
        .await;
}

fn due_times(world: &World) -> BTreeMap<Timestamp, usize> {
    let mut found = BTreeMap::new();
    for due in world.dues() {
        *found.entry(due).or_default() += 1;
    }
    found
}

#[tokio::test(start_paused = true)]
async fn an_absence_moves_the_clocks_of_that_person_and_taking_it_back_moves_them_back() {
    let world = World::new(example_rules(), Faults::none());
    world.begin().await;
    world.start(20, at(FRIDAY)).await;
    world.start_for("ben", 5, at(FRIDAY)).await;
    anna_goes(&world, "2026-11-20T15:00:00Z").await;
    let moved = [(at(DUE), 5), (at(LATER), 20)];
    assert_eq!(due_times(&world), BTreeMap::from(moved));
    assert_eq!(world.outcomes()["clock moved: first_response"], 20);
    let audit = world.audit("clock moved: first_response");
    let note = audit.reasons[0].note.clone().expect("a note");
    assert!(
        note.starts_with(
            "due Mon 23 Nov 12:10 → Wed 25 Nov 12:10, since anna is away from Mon 23 Nov 2026 to Tue 24 Nov 2026"
        ),
        "{note}"
    );
    // Nothing fires on the Monday, and a lead that comes meanwhile counts the absence itself.
    world.start(1, at("2026-11-20T15:10:00Z")).await;
    world.tick(at("2026-11-23T11:30:00Z")).await;
    assert_eq!(world.standing(ClockStatus::Late), 5, "those of Ben");
    // She comes after all.
    anna_stays(&world, "2026-11-22T10:00:00Z").await;
    assert_eq!(world.outcomes()["clock moved: first_response"], 41);
    let back = [(at(DUE), 25), (at("2026-11-23T13:00:00Z"), 1)];
    assert_eq!(due_times(&world), BTreeMap::from(back));
    world.tick(at("2026-11-23T11:31:00Z")).await;
    assert_eq!(world.standing(ClockStatus::Late), 25);
}

#[tokio::test(start_paused = true)]
async fn who_has_no_open_clock_costs_one_read() {
    let world = World::new(example_rules(), Faults::none());
    world.begin().await;
    world.start_for("ben", 3, at(FRIDAY)).await;
    world.faults.arm();
    anna_goes(&world, "2026-11-20T15:00:00Z").await;
    assert_eq!(world.faults.calls(), 1);
    assert!(world.bus.sent().is_empty());
}

/// What is to be seen in the end: each outcome and how often it was decided, and the due times.
async fn away_and_back(
    faults: Faults,
) -> (BTreeMap<String, usize>, BTreeMap<Timestamp, usize>, u32) {
    let world = World::new(example_rules(), faults);
    world.start(4, at(FRIDAY)).await;
    world.faults.arm();
    anna_goes(&world, "2026-11-20T15:00:00Z").await;
    assert_eq!(due_times(&world), BTreeMap::from([(at(LATER), 4)]));
    anna_stays(&world, "2026-11-20T16:00:00Z").await;
    (world.outcomes(), due_times(&world), world.faults.calls())
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_dies_between_any_two_steps_loses_and_doubles_nothing() {
    let (outcomes, dues, calls) = away_and_back(Faults::none()).await;
    assert_eq!(outcomes["clock moved: first_response"], 8);
    assert_eq!(dues, BTreeMap::from([(at(DUE), 4)]));
    for call in 0..calls {
        for after in [false, true] {
            let found = away_and_back(Faults::at(call, after)).await;
            assert_eq!(
                (&found.0, &found.1),
                (&outcomes, &dues),
                "call {call} fails, done: {after}"
            );
        }
    }
    println!("{} faults, nothing lost, nothing doubled", calls * 2);
}
