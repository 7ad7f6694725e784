//! Scenarios of several moments, played in the core: what must be so is so, and what is not is said.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use decisions::scenarios::{Failure, play};
use model_compiler::{Texts, scenarios};
use testkit::{example_model, rules};

fn failures(text: &str) -> Vec<Failure> {
    let mut files = Texts::new();
    files.insert("scenarios/one.yaml", text.as_bytes());
    let model = example_model();
    let read = scenarios::read(&model, &files).expect("scenarios");
    play(&rules(model), &read[0])
}

/// A lead of a mid-market company in Germany, which Anna gets on a Monday at ten, to be answered by three.
fn lead(later: &str) -> String {
    format!(
        "scenarios:
  - scenario: one
    at: 2026-11-23 10:00
    lead: {{ source: web }}
    account: {{ country: \"DE\", industry: software, employees: 300 }}
    expect: {{ owner: anna, clocks: {{ first_response: running }} }}
    later:
{later}"
    )
}

#[test]
fn who_does_not_answer_is_told_and_then_their_manager_is() {
    let text = lead(
        "      - { at: 2026-11-23 15:30, expect: { clocks: { first_response: late }, deviations: [late_response], tells: [anna] } }
      - { at: 2026-11-24 10:00, expect: { tells: [jonas] } }
",
    );
    assert_eq!(failures(&text), []);
}

#[test]
fn an_answer_in_time_ends_the_clock_and_nobody_is_told() {
    let text = lead(
        "      - { at: 2026-11-23 11:30, lead: { last_contact: 2026-11-23 11:00 }, expect: { clocks: { first_response: met_in_time }, due: { first_response: none } } }
      - { at: 2026-11-25 11:30, expect: { deviations: [], tells: [] } }
",
    );
    assert_eq!(failures(&text), []);
}

#[test]
fn a_clock_stands_still_while_its_owner_is_away() {
    let late = "      - { at: 2026-11-24 13:00, expect: { clocks: { first_response: late } } }\n";
    let text = lead(late).replace("at: 2026-11-23 10:00", "at: 2026-11-23 17:00");
    assert_eq!(failures(&text), [], "due on Tuesday at noon");
    let away = text.replace("13:00, expect", "13:00, away: [anna], expect");
    let failures = failures(&away);
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].of, "clocks first_response");
    assert_eq!(
        (&*failures[0].expected, &*failures[0].got),
        ("late", "running")
    );
}

#[test]
fn what_is_turned_back_stands_where_it_stood_and_is_let_on_when_it_has_what_it_needs() {
    let text = "scenarios:
  - scenario: one
    at: 2026-11-23 10:00
    opportunity: { owner: anna, budget_confirmed: yes, decision_maker_met: yes, pain_documented: yes, timeline_agreed: yes }
    account: { country: \"DE\", employees: 300 }
    moves: { from: discovery, to: sql }
    expect: { gate: turned_back, unmet: [date] }
    later:
      - at: 2026-11-24 10:00
        opportunity: { close_date: 2027-01-15 }
        moves: { to: sql }
        expect: { gate: passed, unmet: [] }
      - at: 2026-11-25 10:00
        moves: { to: proposal }
        expect: { gate: turned_back, unmet: [amount], clocks: { open_proposal: not_started } }
      - at: 2026-11-25 11:00
        opportunity: { amount: 5000 }
        moves: { to: proposal }
        expect: { gate: turned_back }
";
    let failures = failures(text);
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert_eq!(failures[0].line, 19);
    assert_eq!(failures[0].got, "passed");
    assert!(!failures[0].reasons.is_empty());
}

#[test]
fn a_silent_deal_is_opened_as_a_deviation_and_its_steps_follow() {
    let text = "scenarios:
  - scenario: one
    at: 2026-10-01 10:00
    opportunity: { owner: anna, stage: discovery, created: 2026-10-01 09:00, last_contact: 2026-10-01 09:30 }
    account: { country: \"DE\", employees: 300 }
    expect: { deviations: [] }
    later:
      - { at: 2026-11-02 10:00, expect: { deviations: [no_contact, stuck_in_stage] } }
      - { at: 2026-11-08 10:00, expect: { tells: [anna, jonas] } }
      - { at: 2026-11-08 11:00, opportunity: { last_contact: 2026-11-08 10:30 }, expect: { deviations: [stuck_in_stage], tells: [] } }
";
    assert_eq!(failures(text), []);
}

/// The example, with a step that sets a field and then moves the deal, and a deviation that looks at the field.
fn acting() -> model::OperatingModel {
    let texts = testkit::example_texts();
    let text = texts.get("governance.yaml").expect("the file");
    let changed = text
        .replace("    acts: warn  ", "    acts: act   ")
        .replace(
            "      - { after: 7d, tell: [manager] }",
            "      - { after: 7d, tell: [manager], set: { opportunity.loss_reason: timing } }",
        )
        .replace(
            "  stuck_in_stage:",
            "  losing: { record: opportunity, when: { opportunity.loss_reason: timing }, severity: low, respond: owner }
  stuck_in_stage:",
        );
    assert_ne!(text, changed);
    testkit::example_with("governance.yaml", text, &changed)
}

fn failures_of(model: model::OperatingModel, text: &str) -> Vec<Failure> {
    let mut files = Texts::new();
    files.insert("scenarios/one.yaml", text.as_bytes());
    let read = scenarios::read(&model, &files).expect("scenarios");
    play(&rules(model), &read[0])
}

/// Silent since the first of October: a deviation on the 31st, a step on the 7th of November, one on the 14th.
const SILENT: &str = "scenarios:
  - scenario: one
    at: 2026-10-01 10:00
    opportunity: { owner: anna, stage: discovery, created: 2026-10-01 09:00, last_contact: 2026-10-01 09:30 }
    account: { country: \"DE\", employees: 1200 }
    expect: { deviations: [] }
    later:
";

#[test]
fn what_the_model_has_set_and_moved_stays_so_at_every_later_moment() {
    let text = format!(
        "{SILENT}      - {{ at: 2026-11-08 10:00, expect: {{ sets: {{ loss_reason: timing }}, deviations: [losing, no_contact, stuck_in_stage] }} }}
      - {{ at: 2026-11-09 10:00, expect: {{ sets: {{}}, deviations: [losing, no_contact, stuck_in_stage] }} }}
      - {{ at: 2026-11-20 10:00, expect: {{ moved_to: lost, deviations: [] }} }}
      - {{ at: 2026-11-30 10:00, expect: {{ moved_to: none, deviations: [], tells: [] }} }}
"
    );
    assert_eq!(failures_of(acting(), &text), []);
}

#[test]
fn a_step_that_falls_due_at_a_moment_is_done_with_there() {
    let found = failures_of(
        acting(),
        &format!(
            "{SILENT}      - {{ at: 2026-11-14 10:00, expect: {{ moved_to: lost, sets: {{ loss_reason: no_decision }} }} }}
      - {{ at: 2026-11-16 10:00, expect: {{ moved_to: none, deviations: [] }} }}
"
        ),
    );
    // Whether it is due at nine or at ten, the deal is lost by the second moment and stays so.
    assert!(found.iter().all(|it| it.line == 8), "{found:?}");
}

#[test]
fn what_follows_from_a_later_move_is_set_too() {
    let text = "scenarios:
  - scenario: one
    at: 2026-11-23 10:00
    opportunity: { owner: anna, stage: discovery, amount: 1000 }
    account: { country: \"DE\", employees: 300 }
    expect: { deviations: [] }
    later:
      - at: 2026-11-24 10:00
        opportunity: { loss_reason: timing }
        moves: { to: lost }
        expect: { gate: passed, sets: { lost_on: 2026-11-24 } }
";
    assert_eq!(failures(text), []);
}

#[test]
fn after_a_move_that_was_turned_back_the_criteria_of_where_it_stands_are_expected() {
    let text = "scenarios:
  - scenario: one
    at: 2026-11-23 10:00
    opportunity: { owner: anna, amount: 1000 }
    account: { country: \"DE\", employees: 300 }
    moves: { from: proposal, to: negotiation }
    expect: { gate: turned_back, unmet: [scope] }
    later:
      - at: 2026-11-24 10:00
        moves: { to: negotiation }
        expect: { gate: turned_back, unmet: [scope] }
";
    assert_eq!(failures(text), []);
}

#[test]
fn an_exception_ends_between_two_moments() {
    let text = "scenarios:
  - scenario: one
    at: 2026-11-20 10:00
    opportunity: { owner: anna, stage: discovery, created: 2026-10-01 09:00, in_stage_since: 2026-11-15 09:00, last_contact: 2026-10-15 09:30 }
    account: { country: \"DE\", employees: 1200 }
    exceptions: [no_contact]
    expect: { deviations: [] }
    later:
      - { at: 2026-12-01 10:00, expect: { deviations: [], tells: [] } }
      - { at: 2026-12-12 10:00, expect: { deviations: [no_contact, stuck_in_stage], tells: [anna, jonas] } }
";
    let found = failures(text);
    assert_eq!(found, []);
}

#[test]
fn what_cannot_be_expected_later_and_what_is_out_of_order_is_said() {
    let mut files = Texts::new();
    let text = lead(
        "      - { at: 2026-11-23 11:30, lead: { stage: qualified }, expect: { creates: {} } }
      - { at: 2026-11-23 09:30, expect: { segment: mid_market } }
      - { at: 2026-11-24 09:30, moves: { from: new, to: qualified }, expect: {} }
",
    );
    files.insert("scenarios/one.yaml", text.as_bytes());
    let problems = scenarios::read(&example_model(), &files).expect_err("problems");
    let said: Vec<&str> = problems.iter().map(|it| it.what.as_str()).collect();
    for part in [
        "`stage` is given once",
        "`creates` is of the moment at which the record comes in",
        "not later than the one before it",
        "`from` is no word of a scenario here",
        "expects nothing",
    ] {
        assert!(
            said.iter().any(|what| what.contains(part)),
            "{part}: {said:#?}"
        );
    }
}
