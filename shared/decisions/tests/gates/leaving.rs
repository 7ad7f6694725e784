//! What a stage demands before it is left.

use contracts::{EventData, Verdict, state::GateState};

use super::{gated, monday, names, ready};
use testkit::at;

fn proposal() -> GateState {
    GateState {
        stage: "proposal".to_owned(),
        since: at("2026-11-20T09:00:00Z"),
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    }
}

fn unmet(emits: &[EventData]) -> Vec<&str> {
    let unmet = emits.iter().filter_map(|event| match event {
        EventData::GateTurnedBack { unmet, .. } => Some(unmet),
        _ => None,
    });
    unmet.flatten().map(String::as_str).collect()
}

#[test]
fn a_stage_is_asked_on_the_way_forwards_and_named_in_the_reasons() {
    let record = ready().stage("negotiation", monday()).build();
    let gated = gated(&record, Some(&proposal())).expect("a decision");
    assert_eq!(unmet(&gated.draft.emits), ["scope"]);
    let mut reasons = gated.draft.reasons.iter();
    let reason = reasons
        .find(|it| it.rule == "lifecycles.opportunity.proposal.leave.scope")
        .expect("the reason names the stage that is left");
    assert_eq!(reason.verdict, Verdict::NotHeld);
    let told = serde_json::to_string(&gated.draft.emits).expect("JSON");
    assert!(told.contains("Please fill in: promised scope, before it leaves proposal"));
}

#[test]
fn with_all_that_it_demands_a_stage_is_left() {
    let record = ready().text("promised_scope", "robots");
    let record = record.stage("negotiation", monday()).build();
    let gated = gated(&record, Some(&proposal())).expect("a decision");
    assert_eq!(names(&gated), super::PASSED);
}

#[test]
fn it_is_not_asked_of_what_is_lost_nor_of_what_goes_back() {
    let lost = ready().text("loss_reason", "price");
    let gated_lost = gated(&lost.stage("lost", monday()).build(), Some(&proposal()));
    assert_eq!(names(&gated_lost.expect("a decision")), super::LOST);
    // Back to an earlier stage: that it may not move there is all that is said.
    let back = ready().stage("sql", monday()).build();
    let gated_back = gated(&back, Some(&proposal())).expect("a decision");
    assert_eq!(unmet(&gated_back.draft.emits), ["may_move_to"]);
}
