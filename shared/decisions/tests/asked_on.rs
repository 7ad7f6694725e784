//! What becomes of an asking as people, values and gates go on: nobody waits for who cannot answer, and nobody is asked
//! for what is past.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    ApprovalAnswered, EventData,
    state::{ApprovalStatus, ApprovalsState, GateState, TurnedBack},
};
use crm::{PersonId, Record, Value};
use decisions::{
    Rules,
    approvals::{AnswerError, answered, look_at, too_late},
    gates::{Beside, judge_after},
};
use jiff::{SignedDuration, Timestamp};
use model::{Condition, OperatingModel, Operator};
use testkit::{at, example_model, example_rules, opportunity, rules};

const NOW: &str = "2026-11-23T09:00:00Z";

fn person(name: &str) -> PersonId {
    PersonId::new(name)
}

fn deal(owner: &str, discount: Option<i64>) -> Record {
    let deal = opportunity("5", at("2026-11-20T09:00:00Z"))
        .owner(owner)
        .value("amount", Value::Number(20_000.into()))
        .stage("proposal", at(NOW));
    match discount {
        Some(discount) => deal.value("discount", Value::Number(discount.into())),
        None => deal,
    }
    .build()
}

fn standing_at(stage: &str) -> GateState {
    GateState {
        stage: stage.to_owned(),
        since: at("2026-11-20T09:00:00Z"),
        turned_back: None,
        held: None,
        rounds: None,
        undoing: None,
        unknown: false,
        outside: false,
    }
}

/// What is asked of a deal of anna's by the example.
fn asked() -> ApprovalsState {
    let before = look(&example_rules(), &deal("anna", Some(25)), None);
    before.expect("it is asked for").0
}

/// What becomes of it by these rules, and what is said.
fn look(
    rules: &Rules,
    deal: &Record,
    before: Option<&ApprovalsState>,
) -> Option<(ApprovalsState, Vec<EventData>)> {
    let gate = standing_at("sql");
    let looked = look_at(rules, deal, Some(&gate), (before, None), at(NOW))?;
    Some((looked.approvals, looked.draft.emits))
}

fn says(
    rules: &Rules,
    deal: &Record,
    before: &ApprovalsState,
    (by, given): (&str, bool),
) -> Result<ApprovalsState, AnswerError> {
    let answer = ApprovalAnswered {
        approval: "discount".to_owned(),
        run: 1,
        by: person(by),
        given,
        reason: (!given).then(|| "the margin is gone".to_owned()),
    };
    let gate = standing_at("sql");
    answered(rules, (deal, Some(&gate)), before, &answer, at(NOW)).map(|it| it.approvals)
}

fn status(state: &ApprovalsState) -> ApprovalStatus {
    state.asked["discount"].status
}

fn names(events: &[EventData]) -> Vec<&'static str> {
    events.iter().map(EventData::name).collect()
}

/// Who is told of it.
fn told(events: &[EventData]) -> Vec<&str> {
    let to = events.iter().filter_map(|event| match event {
        EventData::NoticeRequested { to, .. } => Some(to.as_str()),
        _ => None,
    });
    to.collect()
}

fn of_all() -> OperatingModel {
    let mut model = example_model();
    model.approvals.get_mut("discount").unwrap().all = true;
    model
}

fn without(mut model: OperatingModel, names: &[&str]) -> OperatingModel {
    for name in names {
        let left = "2026-11-20".parse().unwrap();
        model.people.get_mut(&person(name)).unwrap().left = Some(left);
    }
    model
}

/// That whoever has the first level's right may approve is also said of these.
fn with(mut model: OperatingModel, name: &str) -> OperatingModel {
    let right = model.approvals["discount"].by[0].right.clone();
    let right = model.decision_rights.get_mut(&right).unwrap();
    right.people.push(person(name));
    model
}

#[test]
fn where_all_who_may_by_now_have_given_it_nobody_else_is_waited_for() {
    let (all, anna) = (rules(of_all()), deal("anna", Some(25)));
    let half = says(&all, &anna, &asked(), ("jonas", true)).unwrap();
    assert_eq!(status(&half), ApprovalStatus::Pending);
    assert_eq!(look(&all, &anna, Some(&half)), None);
    // Who was still missing has left, or owns the record by now.
    for (model, owner) in [(without(of_all(), &["maya"]), "anna"), (of_all(), "maya")] {
        let deal = deal(owner, Some(25));
        let (given, events) = look(&rules(model), &deal, Some(&half)).unwrap();
        assert_eq!(status(&given), ApprovalStatus::Given);
        assert_eq!(given.asked["discount"].by, Some(person("jonas")));
        assert_eq!(names(&events), ["approval.given", "notice.requested"]);
        assert_eq!(told(&events), [owner]);
    }
}

#[test]
fn whoever_may_answer_since_is_asked_as_well_and_once() {
    let (rules, anna) = (rules(with(of_all(), "olga")), deal("anna", Some(25)));
    let (on, events) = look(&rules, &anna, Some(&asked())).unwrap();
    assert_eq!(told(&events), ["olga"]);
    assert_eq!(on.asked["discount"].of.len(), 3);
    assert_eq!(look(&rules, &anna, Some(&on)), None);
    let mut state = on;
    for by in ["jonas", "maya", "olga"] {
        assert_eq!(status(&state), ApprovalStatus::Pending);
        state = says(&rules, &anna, &state, (by, true)).unwrap();
    }
    assert_eq!(status(&state), ApprovalStatus::Given);
}

#[test]
fn who_is_asked_in_the_end_has_the_last_word_though_they_gave_it_before() {
    let (rules, anna) = (rules(with(of_all(), "carla")), deal("anna", Some(25)));
    let (pending, _) = look(&rules, &anna, None).unwrap();
    let half = says(&rules, &anna, &pending, ("carla", true)).unwrap();
    let twice = says(&rules, &anna, &half, ("carla", true));
    assert_eq!(twice, Err(AnswerError::Twice(person("carla"))));
    let gate = standing_at("sql");
    let due = half.due().unwrap();
    let late = look_at(&rules, &anna, Some(&gate), (Some(&half), None), due).unwrap();
    assert_eq!(late.approvals.asked["discount"].last, Some(person("carla")));
    let given = says(&rules, &anna, &late.approvals, ("carla", true)).unwrap();
    assert_eq!(status(&given), ApprovalStatus::Given);
}

#[test]
fn what_nobody_can_answer_any_more_the_operators_hear_of_once() {
    let model = without(example_model(), &["jonas", "maya", "carla"]);
    let holders = |model: &mut OperatingModel| {
        for level in &model.approvals["discount"].by {
            let right = model.decision_rights.get_mut(&level.right).unwrap();
            right.people.retain(|it| *it != person("olga"));
        }
    };
    let mut model = model;
    holders(&mut model);
    let (rules, anna) = (rules(model), deal("anna", Some(25)));
    let (left, events) = look(&rules, &anna, Some(&asked())).unwrap();
    assert_eq!(told(&events), ["olga"]);
    assert_eq!(look(&rules, &anna, Some(&left)), None);
    // Nor is whom `finally` names.
    let (gate, due) = (standing_at("sql"), asked().due().unwrap());
    let late = look_at(&rules, &anna, Some(&gate), (Some(&left), None), due).unwrap();
    assert_eq!(late.approvals.asked["discount"].last, None);
}

#[test]
fn what_was_given_by_who_owns_it_now_counts_no_more_and_is_asked_anew() {
    let example = example_rules();
    let given = says(&example, &deal("anna", Some(25)), &asked(), ("maya", true)).unwrap();
    let hers = deal("maya", Some(25));
    let beside = Beside {
        approvals: Some(&given),
        ..Beside::default()
    };
    let gate = standing_at("sql");
    let judged = judge_after(&example, &hers, Some(&gate), beside, at(NOW)).unwrap();
    assert!(judged.draft.outcome.ends_with("not met: discount"));
    let (on, events) = look(&example, &hers, Some(&given)).unwrap();
    assert_eq!(names(&events)[..2], ["approval.lapsed", "approval.asked"]);
    assert_eq!(told(&events), ["jonas"]);
    assert_eq!(on.asked["discount"].run, 2);
}

#[test]
fn what_was_asked_of_other_values_lapses_though_nobody_knows_whether_it_is_needed() {
    let mut model = example_model();
    let rule = model.approvals.get_mut("discount").unwrap();
    rule.when = unknown_if_empty(&rule.when).unwrap();
    let rules = rules(model);
    let (pending, _) = look(&rules, &deal("anna", Some(25)), None).unwrap();
    let (over, events) = look(&rules, &deal("anna", None), Some(&pending)).unwrap();
    assert_eq!(status(&over), ApprovalStatus::Lapsed);
    assert_eq!(names(&events), ["approval.lapsed"]);
}

/// The test of a condition, without what it says of an empty field.
fn unknown_if_empty(when: &Condition) -> Option<Condition> {
    match when {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
            parts.iter().find_map(unknown_if_empty)
        }
        Condition::Test(test) if matches!(test.operator, Operator::Present(_)) => None,
        Condition::Test(_) => Some(when.clone()),
        Condition::Is(..) => None,
    }
}

/// The restoration of a move that was turned back is on its way: what is given since is for the next one.
#[test]
fn what_is_given_after_a_move_was_turned_back_does_not_let_the_same_move_pass() {
    let (example, anna) = (example_rules(), deal("anna", Some(25)));
    let given = says(&example, &anna, &asked(), ("maya", true)).unwrap();
    let turned = |at: Timestamp| GateState {
        turned_back: Some(TurnedBack {
            to: "proposal".to_owned(),
            at,
        }),
        ..standing_at("sql")
    };
    let judged = |second: i64| {
        let mut given = given.clone();
        given.asked.get_mut("discount").unwrap().at =
            Some(at(NOW) + SignedDuration::from_secs(second));
        let beside = Beside {
            approvals: Some(&given),
            ..Beside::default()
        };
        let judged = judge_after(&example, &anna, Some(&turned(at(NOW))), beside, at(NOW));
        judged.map(|it| it.draft.outcome)
    };
    assert_eq!(judged(1), None);
    assert!(judged(0).is_some_and(|outcome| outcome.starts_with("passed")));
}

#[test]
fn of_what_is_past_nobody_is_asked_until_a_value_changes() {
    let (example, anna) = (example_rules(), deal("anna", Some(25)));
    let asks = |deal: &Record, stage: &str, changed: &[&str]| {
        let changed: Vec<String> = changed.iter().map(|it| (*it).to_owned()).collect();
        let (gate, of) = (standing_at(stage), (None, Some(changed.as_slice())));
        look_at(&example, deal, Some(&gate), of, at(NOW)).is_some()
    };
    // It has passed the gate: a model that is deployed asks nobody.
    assert!(!asks(&anna, "proposal", &[]));
    assert!(!asks(&anna, "proposal", &["close_date"]));
    assert!(asks(&anna, "proposal", &["discount"]));
    assert!(asks(&anna, "sql", &[]));
    // It was in the CRM before.
    let found = Record {
        found_at: Some(anna.modified + SignedDuration::from_secs(1)),
        ..anna.clone()
    };
    assert!(!asks(&found, "sql", &["discount"]));
    let touched = Record {
        modified: anna.modified + SignedDuration::from_secs(2),
        ..found
    };
    assert!(asks(&touched, "sql", &[]));
}

#[test]
fn an_answer_that_came_second_is_kept_and_names_nobody_by_their_full_name() {
    let (example, anna) = (example_rules(), deal("anna", Some(25)));
    let refused = says(&example, &anna, &asked(), ("maya", false)).unwrap();
    for (state, by, said) in [
        (
            &refused,
            "jonas",
            "it was refused already, by maya: the margin is gone",
        ),
        (&asked(), "anna", "anna may not answer it"),
    ] {
        let why = says(&example, &anna, state, (by, true)).unwrap_err();
        let answer = ApprovalAnswered {
            approval: "discount".to_owned(),
            run: 1,
            by: person(by),
            given: true,
            reason: None,
        };
        assert!(why.is_kept(&answer));
        let kept = too_late(&example, &answer, &why);
        let outcome = format!("{by}'s yes to discount does not count: {said}");
        assert_eq!(kept.outcome, outcome);
        assert!(kept.emits.is_empty());
    }
    // The same once more is nothing new.
    let why = says(&example, &anna, &refused, ("maya", false)).unwrap_err();
    let again = ApprovalAnswered {
        approval: "discount".to_owned(),
        run: 1,
        by: person("maya"),
        given: false,
        reason: None,
    };
    assert!(!why.is_kept(&again));
}
