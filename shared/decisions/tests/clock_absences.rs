//! Clocks stand still while their owner is away.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::sync::LazyLock;

use contracts::{
    EventData,
    state::{AbsencesState, Clock, ClockStatus, ClocksState},
};
use crm::{PersonId, Record};
use decisions::{
    Staffing,
    clocks::{Clocked, Trigger, calendar_of, decide, first_due},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use testkit::{at, away, example_staffing, example_with, lead, staffing};

const CLOCK: &str = "first_response";

/// Friday 15:10 in Berlin.
const FRIDAY: &str = "2026-11-20T14:10:00Z";

/// Monday 12:10, four hours of work later.
const DUE: &str = "2026-11-23T11:10:00Z";

/// Monday and Tuesday, both days away.
const MONDAY: &str = "2026-11-22T23:00:00Z";
const WEDNESDAY: &str = "2026-11-24T23:00:00Z";

fn monday_off() -> AbsencesState {
    away(&[("anna", MONDAY, WEDNESDAY)])
}

fn record(employees: u32) -> Record {
    lead("1", at(FRIDAY))
        .account("DE", "software", employees)
        .build()
}

fn started(staffing: &Staffing, employees: u32) -> Clocked {
    let owner = &PersonId::new("anna");
    let trigger = Trigger::Routed {
        owner,
        at: at(FRIDAY),
    };
    decide(staffing, &record(employees), None, None, trigger).expect("a clock")
}

fn tick(staffing: &Staffing, before: &ClocksState, now: &str) -> Option<Clocked> {
    let trigger = Trigger::Due { at: at(now) };
    decide(staffing, &record(300), None, Some(before), trigger)
}

fn clock(clocked: &Clocked) -> &Clock {
    &clocked.clocks.clocks[CLOCK]
}

fn seconds(clocked: &Clocked) -> i64 {
    let kept = clock(clocked).kept.as_ref();
    kept.expect("its terms").seconds
}

fn note(clocked: &Clocked) -> String {
    clocked.draft.reasons[0].note.clone().expect("a note")
}

#[test]
fn a_run_that_begins_counts_the_time_off_that_is_known() {
    let rules = example_staffing().with_absences(monday_off());
    let begun = started(&rules, 300);
    // 50 minutes on Friday, 3 h 10 min on Wednesday.
    assert_eq!(clock(&begun).due, at("2026-11-25T11:10:00Z"));
    assert!(
        note(&begun).contains(
            "and stands still while anna is away from Mon 23 Nov 2026 to Tue 24 Nov 2026"
        ),
        "{}",
        note(&begun)
    );
    let owner = PersonId::new("anna");
    assert_eq!(
        first_due(&rules, &record(300), &owner, at(FRIDAY)),
        Some(clock(&begun).due)
    );
    // An amount of the wall clock passes by night, but not in time off: 24 h from Friday 15:10.
    let small = started(&rules, 60);
    assert_eq!(clock(&small).due, at("2026-11-21T14:10:00Z"));
    let weekend = away(&[("anna", "2026-11-20T23:00:00Z", WEDNESDAY)]);
    let small = started(&example_staffing().with_absences(weekend), 60);
    assert_eq!(clock(&small).due, at("2026-11-25T14:10:00Z"));
}

#[test]
fn an_absence_moves_the_due_time_and_taking_it_back_moves_it_back() {
    let rules = example_staffing();
    let begun = started(&rules, 300);
    assert_eq!(clock(&begun).due, at(DUE));
    let away = rules.with_absences(monday_off());
    let moved = tick(&away, &begun.clocks, "2026-11-20T15:00:00Z").expect("moved");
    assert_eq!(
        moved.draft.emits,
        [EventData::ClockMoved {
            clock: CLOCK.to_owned(),
            instance: 1,
            from: at(DUE),
            to: at("2026-11-25T11:10:00Z"),
        }]
    );
    assert_eq!(
        note(&moved),
        "due Mon 23 Nov 12:10 → Wed 25 Nov 12:10, since anna is away from Mon 23 Nov 2026 to Tue 24 Nov 2026; \
         Fri 15:10 + 4 h → 50 min Friday, 3 h 10 min Wednesday → Wed 12:10"
    );
    assert_eq!(clock(&moved).warn_at, Some(at("2026-11-25T10:10:00Z")));
    assert_eq!(
        tick(&away, &moved.clocks, "2026-11-20T15:01:00Z"),
        None,
        "once"
    );
    assert_eq!(tick(&away, &moved.clocks, DUE), None, "nothing fires");
    let again = tick(&rules, &moved.clocks, "2026-11-20T16:00:00Z").expect("moved back");
    assert_eq!(clock(&again), clock(&begun));
    assert!(
        note(&again)
            .contains("since anna is not away from Mon 23 Nov 2026 to Tue 24 Nov 2026 after all"),
        "{}",
        note(&again)
    );
}

#[test]
fn who_is_back_early_has_the_clock_run_from_then_on() {
    let rules = example_staffing();
    let begun = started(&rules.with_absences(monday_off()), 300);
    let back = rules.with_absences(away(&[("anna", MONDAY, "2026-11-23T23:00:00Z")]));
    let moved = tick(&back, &begun.clocks, "2026-11-23T23:00:00Z").expect("moved");
    assert_eq!(clock(&moved).due, at("2026-11-24T11:10:00Z"));
    assert!(
        note(&moved).contains("since anna is away only on Mon 23 Nov 2026;"),
        "{}",
        note(&moved)
    );
}

#[test]
fn a_breach_stands_and_its_steps_do_not_wait_for_the_holiday_to_end() {
    let rules = example_staffing();
    let begun = started(&rules, 300);
    let late = tick(&rules, &begun.clocks, DUE).expect("late");
    let step = clock(&late).steps[0].clone();
    let away = rules.with_absences(monday_off());
    assert_eq!(tick(&away, &late.clocks, "2026-11-23T11:11:00Z"), None);
    let told = tick(&away, &late.clocks, &step.at.to_string()).expect("a step");
    assert_eq!(told.draft.outcome, "jonas told");
}

#[test]
fn a_clock_that_does_not_ask_for_its_owner_goes_on() {
    let words = (
        "pause: { while: { lead.stage: recycled } }",
        "pause: { owner_away: no }",
    );
    let rules = staffing(example_with("processes.yaml", words.0, words.1));
    let begun = started(&rules.with_absences(monday_off()), 300);
    assert_eq!(clock(&begun).due, at(DUE));
    assert_eq!(clock(&begun).time_off, None);
}

#[test]
fn a_clock_of_the_team_stands_still_if_it_says_so() {
    let team = "calendar: team ";
    let model = |pause: &str| {
        let mut texts = testkit::example_texts();
        let text = texts.get("processes.yaml").expect("a file").to_owned();
        let text = text
            .replace("calendar: owner ", team)
            .replace("{ while: { lead.stage: recycled } }", pause);
        texts.insert("processes.yaml", text.as_bytes());
        staffing(testkit::model_of(&texts)).with_absences(monday_off())
    };
    let due = |staffing: &Staffing| clock(&started(staffing, 300)).due;
    assert_eq!(
        due(&model("{ owner_away: yes }")),
        at("2026-11-25T11:10:00Z")
    );
    assert_eq!(due(&model("{ while: { lead.stage: recycled } }")), at(DUE));
}

#[test]
fn a_kept_run_is_counted_by_the_time_off_of_each_owner_in_turn() {
    let mut texts = testkit::example_texts();
    let text = texts.get("processes.yaml").expect("a file");
    let text = text
        .replace("owner_changes: restart", "owner_changes: keep")
        .replace(
            "reassign: same_pool, at_most: 2, finally: ask manager",
            "tell: manager",
        );
    texts.insert("processes.yaml", text.as_bytes());
    let rules = staffing(testkit::model_of(&texts));
    let away = rules.with_absences(monday_off());
    let begun = started(&away, 300);
    // On Tuesday at 10:00 Ben takes over. Anna has used 50 minutes on Friday and nothing since.
    let ben = &PersonId::new("ben");
    let trigger = Trigger::Routed {
        owner: ben,
        at: at("2026-11-24T09:00:00Z"),
    };
    let kept = decide(&away, &record(300), None, Some(&begun.clocks), trigger).expect("kept");
    // 3 h 10 min: until 12:30, and 40 minutes after lunch.
    assert_eq!(clock(&kept).due, at("2026-11-24T13:10:00Z"));
    assert_eq!(clock(&kept).owner, *ben);
    assert_eq!(
        tick(&away, &kept.clocks, "2026-11-24T09:01:00Z"),
        None,
        "it stays so"
    );
}

#[test]
fn a_pause_within_an_absence_takes_nothing_twice() {
    let away = example_staffing().with_absences(monday_off());
    let begun = started(&away, 300);
    let staged = |stage: &str, since: &str| {
        lead("1", at(FRIDAY))
            .account("DE", "software", 300)
            .stage(stage, at(since))
            .build()
    };
    let change = |record: &Record, before: &ClocksState| {
        let trigger = Trigger::Changed {
            modified: record.modified,
            contact: None,
            replied: None,
            fields: &[],
            sequence: 0,
        };
        decide(&away, record, None, Some(before), trigger).expect("a change")
    };
    let paused = change(&staged("recycled", "2026-11-23T09:00:00Z"), &begun.clocks);
    assert_eq!(clock(&paused).status, ClockStatus::Paused);
    let resumed = change(&staged("new", "2026-11-24T09:00:00Z"), &paused.clocks);
    assert_eq!(clock(&resumed).due, clock(&begun).due);
}

static RULES: LazyLock<Staffing> = LazyLock::new(example_staffing);

proptest! {
    /// Budgets of business time and of the wall clock, under any absences, known before or after
    /// the start: what was budgeted is what passes, the run never ends while its owner is away, no
    /// absence brings it forward, and taking all of them back brings the first due time back.
    #[test]
    fn time_off_is_left_out_and_nothing_else(
        employees in prop_oneof![Just(60_u32), Just(300), Just(5_000)],
        absences in proptest::collection::vec((-200_i64..400, 1_i64..200), 0..4),
    ) {
        let hour = |count: i64| (at(FRIDAY) + SignedDuration::from_hours(count)).to_string();
        let texts: Vec<(String, String)> = absences
            .iter()
            .map(|(from, length)| (hour(*from), hour(from + length)))
            .collect();
        let list: Vec<(&str, &str, &str)> =
            texts.iter().map(|(from, to)| ("anna", from.as_str(), to.as_str())).collect();
        let rules = &*RULES;
        let away = rules.with_absences(away(&list));
        let plain = started(rules, employees);
        let known = started(&away, employees);
        let calendar = calendar_of(&away, clock(&known)).expect("a calendar");
        let (start, due): (Timestamp, Timestamp) = (at(FRIDAY), clock(&known).due);
        let budget = seconds(&known);
        let passed = if employees == 60 {
            calendar.wall_elapsed(start, due)
        } else {
            calendar.elapsed(start, due)
        };
        prop_assert_eq!(passed, budget);
        prop_assert_eq!(budget, seconds(&plain));
        prop_assert!(due >= clock(&plain).due);
        let away_before = away.absences().at(&PersonId::new("anna"), due - SignedDuration::from_secs(1));
        prop_assert!(away_before.is_none(), "due {} in {:?}", due, away_before);
        // Found out later, it comes out the same; taken back, it is as before.
        let found = tick(&away, &plain.clocks, FRIDAY).map_or(plain.clocks.clone(), |it| it.clocks);
        prop_assert_eq!(found.clocks[CLOCK].due, due);
        let again = tick(rules, &found, FRIDAY).map_or(found, |it| it.clocks);
        prop_assert_eq!(again.clocks[CLOCK].due, clock(&plain).due);
    }
}
