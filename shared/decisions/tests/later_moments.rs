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

#[test]
fn what_cannot_be_expected_later_and_what_is_out_of_order_is_said() {
    let mut files = Texts::new();
    let text = lead(
        "      - { at: 2026-11-23 11:30, lead: { stage: qualified }, expect: { owner: ben } }
      - { at: 2026-11-23 09:30, expect: { segment: mid_market } }
      - { at: 2026-11-24 09:30, moves: { from: new, to: qualified }, expect: {} }
",
    );
    files.insert("scenarios/one.yaml", text.as_bytes());
    let problems = scenarios::read(&example_model(), &files).expect_err("problems");
    let said: Vec<&str> = problems.iter().map(|it| it.what.as_str()).collect();
    for part in [
        "`stage` is given once",
        "`owner` is of the moment at which the record comes in",
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
