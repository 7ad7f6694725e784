//! The tick over the store in memory: it is killed between any two steps, a burst and a long
//! silence come, calendars change under running clocks. Nothing is lost, doubled or early.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod world;

use std::collections::BTreeMap;

use contracts::state::ClockStatus;
use engine::Clock;
use jiff::SignedDuration;
use model::OperatingModel;
use testkit::{at, example_rules, example_with, rules};
use world::{Faults, World};

/// Monday 12:10 in Berlin: when a lead of Friday 15:10 is due.
const DUE: &str = "2026-11-23T11:10:00Z";

/// What is to be seen in the end: each outcome and how often it was decided.
async fn breached(faults: Faults) -> (BTreeMap<String, usize>, u32) {
    // One shard has more than two of the twelve, so that the walk goes on behind them.
    let world = World::new(example_rules(), faults).sending(2);
    world.start(12, at("2026-11-20T14:10:00Z")).await;
    world.faults.arm();
    // The tick that finds the warning was missed; the next two find the breach, and then the step.
    for text in [DUE, DUE, "2026-11-23T14:10:00Z", "2026-11-23T14:11:00Z"] {
        world.tick(at(text)).await;
    }
    (world.outcomes(), world.faults.calls())
}

#[tokio::test(start_paused = true)]
async fn a_tick_that_dies_between_any_two_steps_loses_and_doubles_nothing() {
    let (expected, calls) = breached(Faults::none()).await;
    assert_eq!(expected["first_response breached; anna told"], 12);
    assert_eq!(expected["jonas told"], 12);
    assert_eq!(expected.len(), 3, "{expected:?}");
    for call in 0..calls {
        for after in [false, true] {
            let (found, _) = breached(Faults::at(call, after)).await;
            assert_eq!(found, expected, "call {call} fails, done: {after}");
        }
    }
    println!("{} faults, nothing lost, nothing doubled", calls * 2);
}

#[tokio::test(start_paused = true)]
async fn nothing_fires_early_and_an_outage_is_caught_up_in_order() {
    let world = World::new(example_rules(), Faults::none());
    world.begin().await;
    for (count, minute) in [(3, 0), (3, 5), (3, 10)] {
        let start = at("2026-11-23T08:00:00Z") + SignedDuration::from_mins(minute);
        world.start(count, start).await;
    }
    world.tick(at("2026-11-23T10:59:59Z")).await;
    assert_eq!(
        world.bus.sent().len(),
        0,
        "the first warning is at 12:00 in Berlin"
    );
    // Nobody ticks for a day; then everything comes, the longest due first.
    world.tick(at("2026-11-24T09:00:00Z")).await;
    let sent = world.bus.sent();
    assert_eq!(sent.len(), 9);
    assert!(sent.is_sorted(), "{sent:?}");
    assert_eq!(world.standing(ClockStatus::Late), 9);
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_ten_thousand_drains_in_one_tick() {
    let world = World::new(example_rules(), Faults::none());
    world.begin().await;
    world.start(10_000, at("2026-11-20T14:10:00Z")).await;
    world.tick(at(DUE)).await;
    assert_eq!(world.bus.sent().len(), 10_000);
    assert_eq!(world.standing(ClockStatus::Late), 10_000);
}

#[tokio::test(start_paused = true)]
async fn of_a_million_clocks_a_tick_sends_the_due_ones_only() {
    let world = World::new(example_rules(), Faults::none());
    world.begin().await;
    world.start(100, at("2026-11-20T14:10:00Z")).await;
    world.fill(999_900, at("2026-11-25T11:10:00Z")).await;
    world.faults.arm();
    world.tick_only(at(DUE)).await;
    assert_eq!(
        world.faults.calls(),
        4 + 1 + 1,
        "one read a shard, one call to the bus, one whether the tick was heard"
    );
    assert_eq!(world.bus.sent().len(), 100);
    world.faults.arm();
    world.tick_only(at("2026-11-23T10:09:59Z")).await;
    assert_eq!(
        world.faults.calls(),
        4 + 1,
        "nothing due: one read a shard, one whether the tick was heard"
    );
}

#[tokio::test(start_paused = true)]
async fn a_sweep_reads_its_record_once() {
    let world = World::new(example_rules(), Faults::none());
    world.faults.arm();
    world.tick_only(at(DUE)).await;
    assert_eq!(
        world.faults.calls(),
        4 + 4 + 1 + 1 + 2,
        "each shard as a tick and as a sweep, the sweep's record, and that it is written; that it was heard"
    );
}

/// Monday is a day off.
fn monday_off() -> OperatingModel {
    let piece = "\"2026-12-24\": [\"09:00-12:00\"]";
    let off = format!("\"2026-11-23\": [], {piece}");
    example_with("people.yaml", piece, &off)
}

#[tokio::test(start_paused = true)]
async fn calendars_that_come_and_go_and_come_again_move_the_clocks_each_time() {
    let world = World::new(example_rules(), Faults::none());
    world.start(5, at("2026-11-20T14:10:00Z")).await;
    // Every edit within one second, and every tick within one minute of the other.
    let mut now = at("2026-11-20T14:11:00Z");
    world.tick(now).await;
    let mut world = world;
    for (count, off) in [(1, true), (2, false), (3, true), (4, false)] {
        let mut model = if off {
            monday_off()
        } else {
            example_rules().model.clone()
        };
        model.revision.number = 1;
        world = world.under(rules(model));
        now += SignedDuration::from_millis(100);
        world.tick(now).await;
        let due = if off {
            at("2026-11-24T11:10:00Z")
        } else {
            at(DUE)
        };
        assert_eq!(world.dues(), [due; 5], "edit {count}");
    }
    assert_eq!(world.outcomes()["clock moved: first_response"], 20);
    world.tick(at(DUE)).await;
    assert_eq!(world.standing(ClockStatus::Late), 5);
}

#[tokio::test(start_paused = true)]
async fn the_calendars_of_a_deployment_that_the_cloud_takes_back_go_with_it() {
    let deployed = |mut model: OperatingModel, number| {
        model.revision.number = number;
        rules(model)
    };
    let old = || deployed(example_rules().model.clone(), 33);
    let world = World::new(old(), Faults::none());
    world.start(5, at("2026-11-20T14:10:00Z")).await;
    world.tick(at("2026-11-20T14:11:00Z")).await;
    let world = world.under(deployed(monday_off(), 35));
    world.tick(at("2026-11-20T14:12:00Z")).await;
    let later = at("2026-11-24T11:10:00Z");
    assert_eq!(world.dues(), [later; 5]);

    // Both run side by side: the earlier one does not undo what the later one has done, whatever time a
    // tick tells.
    let world = world.under(old());
    let deployed_at = world.clock.now();
    for (minutes, tick) in [(1, "2026-11-20T14:13:00Z"), (9, "2026-11-21T14:13:00Z")] {
        world
            .clock
            .set(deployed_at + SignedDuration::from_mins(minutes));
        world.tick(at(tick)).await;
        assert_eq!(world.dues(), [later; 5], "{minutes} minutes");
    }
    // After ten minutes the later one counts as taken back, in the same process.
    world.clock.set(deployed_at + SignedDuration::from_mins(10));
    world.tick(at("2026-11-20T14:13:30Z")).await;
    assert_eq!(world.dues(), [at(DUE); 5]);
    world.tick(at(DUE)).await;
    assert_eq!(world.standing(ClockStatus::Late), 5);
}

#[tokio::test(start_paused = true)]
async fn a_changed_calendar_moves_every_running_clock_once() {
    let mut model = monday_off();
    model.revision.number = 1;
    let world = World::new(rules(model), Faults::none());
    world.start(20, at("2026-11-20T14:10:00Z")).await;
    world.tick(at("2026-11-20T14:11:00Z")).await;
    let later = at("2026-11-24T11:10:00Z");
    assert!(world.dues().iter().all(|due| *due == later));

    // The Monday is no holiday after all: the deadlines move to an earlier instant at the first
    // tick of the new revision, although none of them is due.
    let mut next = example_rules().model.clone();
    next.revision.number = 2;
    let world = world.under(rules(next));
    world.tick(at("2026-11-20T14:12:00Z")).await;
    assert!(world.dues().iter().all(|due| *due == at(DUE)));
    assert_eq!(world.outcomes()["clock moved: first_response"], 20);
    world.tick(at("2026-11-20T14:13:00Z")).await;
    let world = world.again();
    world.tick(at("2026-11-20T14:14:00Z")).await;
    assert_eq!(world.outcomes()["clock moved: first_response"], 20, "once");
    let audit = world.audit("clock moved: first_response");
    assert_eq!(audit.revision.number, 2);
    let note = audit.reasons[0].note.clone().expect("a note");
    assert!(
        note.starts_with("due Tue 24 Nov 12:10 → Mon 23 Nov 12:10, since the calendar berlin"),
        "{note}"
    );
    world.tick(at(DUE)).await;
    assert_eq!(world.standing(ClockStatus::Late), 20);
}
