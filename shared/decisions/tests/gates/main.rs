//! Stage moves, by the example company's model.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod journeys;
mod leaving;
mod shadow;
mod stages;
mod stay;
mod undo;
mod upon;

use contracts::{CrmWrite, EventData, state::GateState};
use crm::{Record, Value};
use decisions::gates::{Gated, judge};
use jiff::Timestamp;
use model::GateMode;
use testkit::{at, example_model, example_rules, example_with, lead, opportunity, rules};

/// What follows a move that passes.
const PASSED: [&str; 3] = ["gate.passed", "stage.left", "stage.entered"];

/// The same of a deal that is lost: the day is set.
const LOST: [&str; 4] = [
    "gate.passed",
    "stage.left",
    "stage.entered",
    "crm_write.requested",
];

fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn discovery() -> GateState {
    GateState {
        stage: "discovery".to_owned(),
        since: at("2026-11-20T09:00:00Z"),
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    }
}

fn ready() -> testkit::Growing {
    opportunity("1", at("2026-11-20T09:00:00Z"))
        .owner("anna")
        .boolean("budget_confirmed", true)
        .boolean("decision_maker_met", true)
        .boolean("pain_documented", true)
        .boolean("timeline_agreed", true)
        .value(
            "close_date",
            Value::Date("2027-01-15".parse().expect("a date")),
        )
}

fn gated(record: &Record, before: Option<&GateState>) -> Option<Gated> {
    judge(&example_rules(), record, before, monday())
}

fn names(gated: &Gated) -> Vec<&'static str> {
    gated.draft.emits.iter().map(EventData::name).collect()
}

#[test]
fn a_move_that_meets_every_criterion_passes() {
    let record = ready().stage("sql", monday()).build();
    let gated = gated(&record, Some(&discovery())).expect("a decision");
    assert_eq!(names(&gated), PASSED);
    assert_eq!(gated.gate.stage, "sql");
    assert_eq!(gated.gate.since, monday());
}

/// A copy may be older than the list, or come from where nobody held it to one.
#[test]
fn a_value_that_is_not_in_the_list_opens_no_gate() {
    let told = |reason: &str| {
        let lost = ready().text("loss_reason", reason).stage("lost", monday());
        names(&gated(&lost.build(), Some(&discovery())).expect("a decision"))
    };
    assert_eq!(told("price"), LOST);
    for reason in ["Preis", "price;timing", "Price"] {
        assert!(!told(reason).contains(&"gate.passed"), "{reason}");
    }
}

#[test]
fn a_lead_is_not_taken_up_again_before_its_shortest_stay_is_over() {
    let since = at("2026-11-01T09:00:00Z");
    let before = GateState {
        stage: "recycled".to_owned(),
        since,
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    };
    let recycled = "recycled:  { team: marketing, may_move_to: [qualified]";
    let longer = format!("{recycled}, stay: {{ at_least: 30d }}");
    let rules = rules(example_with("processes.yaml", recycled, &longer));
    let days = |days: i64| since + jiff::SignedDuration::from_hours(24 * days);
    for (moved, event) in [(days(29), "gate.turned_back"), (days(30), "gate.passed")] {
        let record = lead("1", since)
            .text("email", "a@kranich.example")
            .account("DE", "software", 300)
            .stage("qualified", moved)
            .build();
        let gated = judge(&rules, &record, Some(&before), moved).expect("a decision");
        assert_eq!(names(&gated).first(), Some(&event));
    }
}

#[test]
fn a_move_too_early_is_turned_back_with_a_task_and_a_word_to_the_owner() {
    let record = opportunity("1", monday())
        .owner("anna")
        .stage("sql", monday())
        .build();
    let gated = gated(&record, Some(&discovery())).expect("a decision");
    assert_eq!(
        names(&gated),
        [
            "gate.turned_back",
            "crm_write.requested",
            "crm_write.requested",
            "notice.requested"
        ]
    );
    assert_eq!(gated.gate.stage, "discovery");
    let stage = CrmWrite::Stage {
        to: "discovery".to_owned(),
        only_if: Some("sql".to_owned()),
    };
    assert_eq!(
        gated.draft.emits.get(1),
        Some(&EventData::CrmWriteRequested { write: stage })
    );
    assert!(
        gated
            .draft
            .outcome
            .contains("budget, authority, need, timeline, date"),
        "{}",
        gated.draft.outcome
    );
}

#[test]
fn a_value_of_no_is_said_otherwise_than_no_value() {
    let record = ready()
        .boolean("timeline_agreed", false)
        .stage("sql", monday())
        .build();
    let gated = gated(&record, Some(&discovery())).expect("a decision");
    let Some(EventData::CrmWriteRequested {
        write: CrmWrite::Task { lines, .. },
    }) = gated.draft.emits.get(2)
    else {
        unreachable!("{:?}", gated.draft.emits)
    };
    assert_eq!(
        lines,
        &[
            "To move from discovery to sql:",
            "Please change: timeline agreed (now no, needed: yes)"
        ]
    );
}

#[test]
fn a_stage_may_not_be_skipped() {
    let record = ready()
        .value("amount", Value::Number(10.into()))
        .stage("proposal", monday())
        .build();
    let gated = gated(&record, Some(&discovery())).expect("a decision");
    assert!(
        gated.draft.outcome.ends_with("not met: may_move_to"),
        "{}",
        gated.draft.outcome
    );
}

#[test]
fn the_same_move_is_turned_back_once_and_a_new_one_again() {
    let record = opportunity("1", monday()).stage("sql", monday()).build();
    let first = gated(&record, Some(&discovery())).expect("a decision");
    assert_eq!(
        gated(&record, Some(&first.gate)),
        None,
        "its restoration is on the way"
    );
    let again = opportunity("1", monday())
        .stage("sql", at("2026-11-23T09:05:00Z"))
        .build();
    let second = gated(&again, Some(&first.gate)).expect("a new move");
    assert_eq!(names(&second).first(), Some(&"gate.turned_back"));
}

#[test]
fn criteria_met_while_the_restoration_is_on_the_way_let_the_move_pass() {
    let record = opportunity("1", monday()).stage("sql", monday()).build();
    let first = gated(&record, Some(&discovery())).expect("a decision");
    let fixed = ready().stage("sql", monday()).build();
    let second = gated(&fixed, Some(&first.gate)).expect("a decision");
    assert_eq!(names(&second), PASSED);
}

#[test]
fn our_own_echo_closes_the_matter() {
    let record = opportunity("1", monday()).stage("sql", monday()).build();
    let first = gated(&record, Some(&discovery())).expect("a decision");
    let echo = opportunity("1", monday())
        .stage("discovery", at("2026-11-23T09:00:02Z"))
        .build();
    let second = gated(&echo, Some(&first.gate)).expect("a decision");
    assert_eq!(names(&second), Vec::<&str>::new());
    let rounds = second.gate.rounds.clone();
    assert_eq!(rounds.map(|it| (it.to, it.times)), Some(("sql".into(), 1)));
    let gate = GateState {
        rounds: None,
        undoing: None,
        ..second.gate.clone()
    };
    assert_eq!(gate, discovery());
    assert_eq!(gated(&echo, Some(&second.gate)), None);
}

#[test]
fn what_moved_before_fairlead_looked_stands_as_it_is() {
    let record = opportunity("1", at("2026-01-01T00:00:00Z"))
        .stage("negotiation", at("2026-10-01T00:00:00Z"))
        .build();
    let gated = gated(&record, None).expect("a decision");
    assert_eq!(
        (names(&gated), gated.gate.stage.as_str()),
        (vec!["stage.entered"], "negotiation")
    );
    let note = "first seen at negotiation, to which it came before Fairlead looked: taken as it is";
    assert_eq!(gated.draft.reasons[0].note.as_deref(), Some(note));
}

/// Fairlead must not turn back a whole pipeline on the day it is switched on.
#[test]
fn what_is_seen_first_is_judged_if_it_moved_within_a_day() {
    let day = jiff::SignedDuration::from_hours(24);
    let millisecond = jiff::SignedDuration::from_millis(1);
    for (moved, event, stage) in [
        (monday() - day, "gate.turned_back", "discovery"),
        (monday() - day - millisecond, "stage.entered", "sql"),
    ] {
        let record = opportunity("1", moved).stage("sql", moved).build();
        let gated = gated(&record, None).expect("a decision");
        assert_eq!(names(&gated).first(), Some(&event));
        assert_eq!(
            (gated.gate.stage.as_str(), gated.gate.since),
            (stage, moved)
        );
    }
}

#[test]
fn a_deal_that_begins_too_far_on_is_turned_back_to_the_first_stage() {
    let record = opportunity("1", monday()).stage("sql", monday()).build();
    let gated = gated(&record, None).expect("a decision");
    assert_eq!(gated.gate.stage, "discovery");
    assert_eq!(names(&gated).first(), Some(&"gate.turned_back"));
}

#[test]
fn a_record_without_a_stage_stands_at_the_first() {
    let record = opportunity("1", monday()).build();
    let gated = gated(&record, None).expect("a decision");
    assert_eq!(gated.gate.stage, "discovery");
}

#[test]
fn a_gate_that_only_observes_leaves_the_move() {
    for (mode, expected) in [
        (
            GateMode::Observe,
            vec!["gate.turned_back", "stage.left", "stage.entered"],
        ),
        (
            GateMode::Warn,
            vec![
                "gate.turned_back",
                "notice.requested",
                "stage.left",
                "stage.entered",
            ],
        ),
    ] {
        let mut model = example_model();
        let lifecycle = model
            .lifecycles
            .get_mut("opportunity")
            .expect("a lifecycle");
        lifecycle.gate = mode;
        let record = opportunity("1", monday())
            .owner("anna")
            .stage("sql", monday())
            .build();
        let gated =
            judge(&rules(model), &record, Some(&discovery()), monday()).expect("a decision");
        assert_eq!(names(&gated), expected);
        assert_eq!(gated.gate.stage, "sql");
    }
}
