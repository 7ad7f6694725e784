//! Clocks, by the example company's model.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    EventData,
    state::{ClockStatus, ClocksState},
};
use crm::{Contacted, PersonId, Record};
use decisions::{
    Staffing,
    clocks::{Clocked, Trigger, decide},
};
use jiff::Timestamp;
use testkit::{at, example_staffing, lead};

const CLOCK: &str = "first_response";

/// Friday 15:10 in Berlin; Friday's work ends at 16:00, Monday's begins at 9:00.
fn friday() -> Timestamp {
    at("2026-11-20T14:10:00Z")
}

fn mid_market() -> Record {
    lead("1", friday()).account("DE", "software", 300).build()
}

fn start(
    staffing: &Staffing,
    record: &Record,
    before: Option<&ClocksState>,
    owner: &PersonId,
    at: Timestamp,
) -> Option<Clocked> {
    decide(
        staffing,
        record,
        None,
        before,
        Trigger::Routed { owner, at },
    )
}

fn fire(staffing: &Staffing, before: &ClocksState, at: Timestamp) -> Option<Clocked> {
    let due = Trigger::Due { at };
    decide(staffing, &mid_market(), None, Some(before), due)
}

fn meet(staffing: &Staffing, before: &ClocksState, contact: &Contacted) -> Option<Clocked> {
    let changed = Trigger::Changed {
        modified: contact.at,
        contact: Some(contact),
        replied: None,
        fields: &[],
        sequence: 0,
    };
    decide(staffing, &mid_market(), None, Some(before), changed)
}

fn started(record: &Record) -> ClocksState {
    let anna = PersonId::new("anna");
    start(&example_staffing(), record, None, &anna, friday())
        .expect("a clock")
        .clocks
}

fn names(clocked: &Clocked) -> Vec<&'static str> {
    clocked.draft.emits.iter().map(EventData::name).collect()
}

fn contact(at: Timestamp, by: Option<&str>) -> Contacted {
    Contacted {
        at,
        by: by.map(PersonId::new),
    }
}

#[test]
fn four_business_hours_from_friday_afternoon_end_on_monday() {
    let clocks = started(&mid_market());
    assert_eq!(
        clocks.clocks[CLOCK].due,
        at("2026-11-23T11:10:00Z"),
        "Mon 12:10 in Berlin"
    );
    let clocked = start(
        &example_staffing(),
        &mid_market(),
        None,
        &PersonId::new("anna"),
        friday(),
    );
    let note = clocked.expect("a clock").draft.reasons[0]
        .note
        .clone()
        .expect("arithmetic");
    assert!(
        note.contains("Fri 15:10 + 4 h → 50 min Friday, 3 h 10 min Monday → Mon 12:10"),
        "{note}"
    );
}

#[test]
fn the_budget_is_the_segments() {
    for (employees, due) in [
        (5_000, "2026-11-23T08:10:00Z"),
        (300, "2026-11-23T11:10:00Z"),
        (60, "2026-11-21T14:10:00Z"),
        (0, "2026-11-23T11:10:00Z"),
    ] {
        let record = lead("1", friday())
            .account("DE", "software", employees)
            .build();
        assert_eq!(
            started(&record).clocks[CLOCK].due,
            at(due),
            "{employees} employees"
        );
    }
}

#[test]
fn nothing_happens_early_and_everything_happens_once() {
    let rules = example_staffing();
    let clocks = started(&mid_market());
    let due = clocks.clocks[CLOCK].due;
    let warn = clocks.next().expect("a warning");
    assert!(warn < due);
    let early = warn - jiff::SignedDuration::from_nanos(1);
    assert_eq!(fire(&rules, &clocks, early), None);
    let warned = fire(&rules, &clocks, warn).expect("a warning");
    assert_eq!(names(&warned), ["clock.warned", "notice.requested"]);
    assert_eq!(fire(&rules, &warned.clocks, warn), None, "not twice");
    assert_eq!(warned.clocks.next(), Some(due));
    let late = fire(&rules, &warned.clocks, due).expect("a breach");
    assert_eq!(names(&late), ["clock.breached", "notice.requested"]);
    assert_eq!(late.clocks.clocks[CLOCK].status, ClockStatus::Late);
    let step = late.clocks.next().expect("an escalation");
    let escalated = fire(&rules, &late.clocks, step).expect("an escalation");
    assert_eq!(names(&escalated), ["clock.escalated", "notice.requested"]);
    assert!(
        escalated.draft.outcome.contains("jonas"),
        "{}",
        escalated.draft.outcome
    );
}

#[test]
fn after_an_outage_everything_is_caught_up_in_order_but_no_late_warning() {
    let clocks = started(&mid_market());
    let fired = fire(&example_staffing(), &clocks, at("2026-12-01T12:00:00Z")).expect("a breach");
    let expected = [
        "clock.breached",
        "notice.requested",
        "clock.escalated",
        "notice.requested",
    ];
    assert_eq!(names(&fired)[..4], expected);
    assert_eq!(fired.clocks.next(), None);
}

#[test]
fn a_contact_by_the_owner_meets_the_clock_whenever_we_hear_of_it() {
    let rules = example_staffing();
    let clocks = started(&mid_market());
    let in_time = contact(at("2026-11-23T11:10:00Z"), Some("anna"));
    let met = meet(&rules, &clocks, &in_time).expect("met");
    assert_eq!(met.clocks.clocks[CLOCK].status, ClockStatus::MetInTime);
    assert_eq!(met.clocks.next(), None);
    let late = fire(&rules, &clocks, at("2026-11-23T11:10:00Z"))
        .expect("a breach")
        .clocks;
    let withdrawn = meet(&rules, &late, &in_time).expect("met");
    assert_eq!(
        withdrawn.clocks.clocks[CLOCK].status,
        ClockStatus::MetInTime
    );
    assert_eq!(
        names(&withdrawn),
        ["clock.breach_withdrawn", "clock.met"],
        "the correction is visible"
    );
    let note = withdrawn.draft.reasons[0].note.clone().expect("a note");
    assert!(note.contains("the breach is withdrawn"), "{note}");
    let too_late = contact(at("2026-11-23T11:10:01Z"), Some("anna"));
    let met = meet(&rules, &late, &too_late).expect("met");
    assert_eq!(met.clocks.clocks[CLOCK].status, ClockStatus::MetLate);
}

#[test]
fn what_does_not_count_leaves_the_clock_running() {
    let rules = example_staffing();
    let clocks = started(&mid_market());
    for (contact, why) in [
        (
            contact(at("2026-11-20T14:09:59Z"), Some("anna")),
            "before it began",
        ),
        (
            contact(at("2026-11-23T09:00:00Z"), Some("ben")),
            "not the owner",
        ),
    ] {
        assert_eq!(meet(&rules, &clocks, &contact), None, "{why}");
    }
}

#[test]
fn a_new_owner_starts_anew_and_the_same_one_does_not() {
    let rules = example_staffing();
    let clocks = started(&mid_market());
    let same = start(
        &rules,
        &mid_market(),
        Some(&clocks),
        &PersonId::new("anna"),
        at("2026-11-23T09:00:00Z"),
    );
    assert_eq!(same, None);
    let other = start(
        &rules,
        &mid_market(),
        Some(&clocks),
        &PersonId::new("ben"),
        at("2026-11-23T09:00:00Z"),
    );
    let other = other.expect("a new run");
    assert_eq!(names(&other), ["clock.cancelled", "clock.started"]);
    assert_eq!(other.clocks.clocks[CLOCK].instance, 2);
}

#[test]
fn a_closed_record_has_no_running_clock() {
    let clocks = started(&mid_market());
    let rules = example_staffing();
    let mut closed = mid_market();
    closed.archived = true;
    let changed = Trigger::Changed {
        modified: friday(),
        contact: None,
        replied: None,
        fields: &[],
        sequence: 0,
    };
    let cancelled = decide(&rules, &closed, None, Some(&clocks), changed).expect("cancelled");
    assert_eq!(names(&cancelled), ["clock.cancelled"]);
    assert_eq!(cancelled.clocks.next(), None);
    let again = decide(&rules, &closed, None, Some(&cancelled.clocks), changed);
    assert_eq!(again, None);
}

#[test]
fn a_contact_that_was_heard_of_before_the_owner_meets_the_clock_at_once() {
    let mut record = mid_market();
    record.last_contact = Some(contact(at("2026-11-20T14:12:00Z"), Some("anna")));
    let clocked = start(
        &example_staffing(),
        &record,
        None,
        &PersonId::new("anna"),
        friday(),
    );
    let clocked = clocked.expect("a clock");
    assert_eq!(names(&clocked), ["clock.started", "clock.met"]);
    assert_eq!(clocked.clocks.clocks[CLOCK].status, ClockStatus::MetInTime);
}
