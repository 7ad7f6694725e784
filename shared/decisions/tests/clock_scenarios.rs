//! Clocks where calendars are hard: changes of clocks, part-days, lunch, edits of a calendar.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{EventData, state::ClocksState};
use crm::{PersonId, Record};
use decisions::{
    Staffing,
    clocks::{Clocked, Trigger, decide},
};
use jiff::Timestamp;
use model::Revision;
use testkit::{at, example_staffing, example_with, lead, staffing};

const CLOCK: &str = "first_response";

fn record(employees: u32) -> Record {
    lead("1", at("2026-10-01T00:00:00Z"))
        .account("DE", "software", employees)
        .build()
}

fn started(staffing: &Staffing, employees: u32, owner: &str, start: Timestamp) -> ClocksState {
    let owner = &PersonId::new(owner);
    let trigger = Trigger::Routed { owner, at: start };
    let clocked = decide(staffing, &record(employees), None, None, trigger);
    clocked.expect("a clock").clocks
}

fn tick(staffing: &Staffing, before: &ClocksState, now: &str) -> Option<Clocked> {
    let trigger = Trigger::Due { at: at(now) };
    decide(staffing, &record(300), None, Some(before), trigger)
}

fn names(clocked: &Clocked) -> Vec<&'static str> {
    clocked.draft.emits.iter().map(EventData::name).collect()
}

/// The same lead on the last Friday of October 2026, at 15:10 where its owner is. Berlin puts its
/// clocks back on Sunday 25 October, New York a week later: in between they are five hours apart.
#[test]
fn over_the_end_of_october_in_berlin_and_new_york() {
    let rules = example_staffing();
    for (owner, start, business, wall) in [
        // Fri 23 Oct 15:10 CEST + 4 h → Mon 26 Oct 12:10 CET, 24 h → Sat 15:10 CEST.
        (
            "anna",
            "2026-10-23T13:10:00Z",
            "2026-10-26T11:10:00Z",
            "2026-10-24T13:10:00Z",
        ),
        // Fri 23 Oct 15:10 EDT + 4 h → 2 h 50 min Friday, 1 h 10 min Monday → Mon 10:10 EDT.
        (
            "maya",
            "2026-10-23T19:10:00Z",
            "2026-10-26T14:10:00Z",
            "2026-10-24T19:10:00Z",
        ),
        // A week later, over New York's change: Mon 10:10 is EST.
        (
            "maya",
            "2026-10-30T19:10:00Z",
            "2026-11-02T15:10:00Z",
            "2026-10-31T19:10:00Z",
        ),
        // Twenty-four hours are twenty-four hours, also over the change itself.
        (
            "anna",
            "2026-10-24T13:10:00Z",
            "2026-10-26T13:00:00Z",
            "2026-10-25T13:10:00Z",
        ),
    ] {
        let found = started(&rules, 300, owner, at(start)).clocks[CLOCK].due;
        assert_eq!(found, at(business), "{owner} from {start}");
        let found = started(&rules, 60, owner, at(start)).clocks[CLOCK].due;
        assert_eq!(found, at(wall), "{owner} from {start}, 24 h");
    }
}

/// Wed 23 Dec 2026 17:00 in Berlin: 1 h that day, 3 h on Christmas Eve, which ends at noon: due
/// exactly then, not when work begins again on the 28th.
#[test]
fn a_part_day_and_a_lunch_break() {
    let rules = example_staffing();
    let clocks = started(&rules, 300, "anna", at("2026-12-23T16:00:00Z"));
    assert_eq!(clocks.clocks[CLOCK].due, at("2026-12-24T11:00:00Z"));
    // The manager is told two hours of work later: Mon 28 Dec 11:00.
    assert_eq!(clocks.clocks[CLOCK].steps[1].at, at("2026-12-28T10:00:00Z"));
    // Mon 12:00 + 1 h → 30 min before lunch, 30 min after it → 14:00.
    let clocks = started(&rules, 5_000, "anna", at("2026-11-23T11:00:00Z"));
    assert_eq!(clocks.clocks[CLOCK].due, at("2026-11-23T13:00:00Z"));
}

/// A lead of Friday 15:10 is due on Monday 12:10; then Monday becomes a day off.
fn monday_off() -> Staffing {
    let piece = "\"2026-12-24\": [\"09:00-12:00\"]";
    let with = format!("\"2026-11-23\": [], {piece}");
    let mut model = example_with("people.yaml", piece, &with);
    model.revision = Revision {
        number: 2,
        hash: "0123456789abcdef".to_owned(),
    };
    staffing(model)
}

#[test]
fn a_holiday_that_is_added_moves_the_deadline_once_and_says_so() {
    let clocks = started(&example_staffing(), 300, "anna", at("2026-11-20T14:10:00Z"));
    let edited = monday_off();
    // The old deadline comes: nothing fires, the clock moves to Tuesday 12:10.
    let moved = tick(&edited, &clocks, "2026-11-23T11:10:00Z").expect("moved");
    let moved_event = EventData::ClockMoved {
        clock: CLOCK.to_owned(),
        instance: 1,
        from: at("2026-11-23T11:10:00Z"),
        to: at("2026-11-24T11:10:00Z"),
    };
    assert_eq!(moved.draft.emits, [moved_event]);
    let note = moved.draft.reasons[0].note.clone().expect("a note");
    assert!(
        note.starts_with("due Mon 23 Nov 12:10 → Tue 24 Nov 12:10, since the calendar berlin says otherwise in revision 0123456789abcdef (deployment 2); Fri 15:10 + 4 h → 50 min Friday, 3 h 10 min Tuesday → Tue 12:10"),
        "{note}"
    );
    assert_eq!(
        tick(&edited, &moved.clocks, "2026-11-23T11:10:00Z"),
        None,
        "once"
    );
    let late = tick(&edited, &moved.clocks, "2026-11-24T11:10:00Z").expect("a breach");
    assert_eq!(names(&late)[0], "clock.breached");
    // What has fired stays fired, whatever the calendar then says.
    let after = tick(&example_staffing(), &late.clocks, "2026-11-24T11:11:00Z");
    assert_eq!(after, None);
}

#[test]
fn a_holiday_that_is_removed_moves_the_deadline_to_an_earlier_instant() {
    let clocks = started(&monday_off(), 300, "anna", at("2026-11-20T14:10:00Z"));
    assert_eq!(clocks.clocks[CLOCK].due, at("2026-11-24T11:10:00Z"));
    let moved = tick(&example_staffing(), &clocks, "2026-11-22T00:00:00Z").expect("moved");
    assert_eq!(moved.clocks.clocks[CLOCK].due, at("2026-11-23T11:10:00Z"));
    // Found only after the earlier due time, it moves and fires in one decision.
    let both = tick(&example_staffing(), &clocks, "2026-11-23T11:30:00Z").expect("moved and late");
    assert_eq!(names(&both)[..2], ["clock.moved", "clock.breached"]);
}
