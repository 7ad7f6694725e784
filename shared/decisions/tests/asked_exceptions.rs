//! Exceptions that are asked for and answered by a link: from what, of whom, and what comes of it.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeSet;

use contracts::{
    EventData, ExceptionAnswered, ExceptionAsked, Notice,
    state::{ExceptionsState, GateState},
};
use crm::{PersonId, Record};
use decisions::{
    excepting::{AtGate, after_day, answer, ask, called, in_vain, latest_day, missing, who_may},
    exceptions::ExceptionError,
};
use jiff::Timestamp;
use testkit::{at, example_model, example_rules, opportunity, rules};

const NOW: &str = "2026-11-23T09:00:00Z";

fn deal() -> Record {
    opportunity("5", at("2026-10-01T09:00:00Z"))
        .owner("anna")
        .account("DE", "software", 60)
        .boolean("decision_maker_met", true)
        .boolean("budget_confirmed", false)
        .value(
            "close_date",
            crm::Value::Date("2026-12-20".parse().unwrap()),
        )
        .stage("discovery", at("2026-11-20T09:00:00Z"))
        .build()
}

fn gate() -> GateState {
    GateState {
        stage: "discovery".to_owned(),
        since: at("2026-11-20T09:00:00Z"),
        turned_back: None,
        held: None,
        rounds: None,
        undoing: None,
        unknown: false,
        outside: false,
    }
}

fn of(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

fn lacks(exceptions: &ExceptionsState) -> BTreeSet<String> {
    let (rules, record, gate) = (example_rules(), deal(), gate());
    let at_gate = AtGate {
        record: &record,
        gate: Some(&gate),
        exceptions,
        approvals: None,
    };
    missing(&rules, at_gate, "sql", at(NOW))
}

fn said(by: &str, until: Option<Timestamp>) -> ExceptionAnswered {
    ExceptionAnswered {
        of: of(&["sql.budget"]),
        by: PersonId::new(by),
        asked_by: PersonId::new("anna"),
        until,
        reason: "their budget round ends in December".to_owned(),
    }
}

fn answered(
    by: &str,
    until: Option<Timestamp>,
) -> Result<(Option<ExceptionsState>, contracts::DecisionDraft), ExceptionError> {
    let (rules, none) = (example_rules(), ExceptionsState::default());
    let said = said(by, until);
    answer(&rules, (&deal(), None), &none, ("3f9a2c71", &said), at(NOW))
}

fn told(draft: &contracts::DecisionDraft) -> Vec<&str> {
    let each = draft.emits.iter().filter_map(|it| match it {
        EventData::NoticeRequested { to, .. } => Some(to.as_str()),
        _ => None,
    });
    each.collect()
}

#[test]
fn what_a_record_lacks_is_asked_for_and_what_is_excepted_is_not() {
    let none = ExceptionsState::default();
    assert_eq!(
        lacks(&none),
        of(&["sql.budget", "sql.need", "sql.timeline"])
    );
    let until = after_day(&example_rules(), "2026-11-30".parse().unwrap());
    let (after, _) = answered("carla", until).expect("granted");
    let after = after.expect("a state");
    assert_eq!(lacks(&after), of(&["sql.need", "sql.timeline"]));
    let called = called(&example_model(), deal().id.kind, &of(&["sql.budget"]));
    assert_eq!(called, ["budget, for the stage sql"]);
}

#[test]
fn whoever_may_grant_it_is_asked() {
    let rules = example_rules();
    let may = who_may(&rules, deal().owner(), at(NOW));
    let asked = ExceptionAsked {
        of: of(&["sql.budget"]),
        by: PersonId::new("anna"),
        reason: "they decide in December".to_owned(),
    };
    let draft = ask(&rules, &deal(), &asked, at(NOW)).expect("asked");
    let names: Vec<&str> = may.iter().map(PersonId::as_str).collect();
    assert!(!names.is_empty() && !names.contains(&"anna"), "{names:?}");
    assert_eq!(told(&draft), names);
    assert!(
        draft.outcome.starts_with("exception asked of "),
        "{}",
        draft.outcome
    );
}

#[test]
fn an_answer_grants_as_the_command_does_and_tells_who_asked() {
    let rules = example_rules();
    let day = "2026-11-30".parse().unwrap();
    let until = after_day(&rules, day).expect("an instant");
    let (after, draft) = answered("carla", Some(until)).expect("granted");
    let granted = &after.expect("a state").granted["3f9a2c71"];
    assert_eq!((granted.until, granted.by.as_str()), (until, "carla"));
    let names: Vec<&str> = draft.emits.iter().map(EventData::name).collect();
    assert_eq!(names, ["exception.granted", "notice.requested"]);
    assert_eq!(told(&draft), ["anna"]);
    assert!(
        matches!(&draft.emits[1], EventData::NoticeRequested { notice: Notice::ExceptionAnswered(it), .. } if it.until == Some(until))
    );
    // The last day that can be chosen is one that can be granted.
    let last = latest_day(&rules, at(NOW)).expect("a day");
    assert!(answered("carla", after_day(&rules, last)).is_ok());
    let next = last.tomorrow().unwrap();
    let late = answered("carla", after_day(&rules, next));
    assert!(
        matches!(late, Err(ExceptionError::TooLong { .. })),
        "{late:?}"
    );
}

#[test]
fn a_refusal_changes_no_state_and_takes_the_right_as_well() {
    let (after, draft) = answered("carla", None).expect("refused");
    assert_eq!(after, None);
    assert_eq!(draft.outcome, "exception refused by carla: from sql.budget");
    assert_eq!(told(&draft), ["anna"]);
    let why = answered("anna", None).expect_err("not hers");
    assert!(matches!(why, ExceptionError::Denied(_)));
    let kept = in_vain(&example_rules(), &said("anna", None), &why);
    assert_eq!(kept.emits, []);
    assert!(kept.outcome.contains("changes nothing"), "{}", kept.outcome);
}

#[test]
fn a_model_that_grants_none_asks_nobody() {
    let mut model = example_model();
    model.exceptions = None;
    let rules = rules(model);
    assert_eq!(who_may(&rules, None, at(NOW)), Vec::<PersonId>::new());
    assert_eq!(latest_day(&rules, at(NOW)), None);
    let asked = ExceptionAsked {
        of: of(&["sql.budget"]),
        by: PersonId::new("anna"),
        reason: "they decide in December".to_owned(),
    };
    let none = ask(&rules, &deal(), &asked, at(NOW));
    assert_eq!(none, Err(ExceptionError::None));
}
