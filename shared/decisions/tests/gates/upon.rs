//! What follows upon entering and leaving a stage.

use contracts::{CrmWrite, EventData, FieldChange, Notice, Verdict, state::GateState};
use crm::Value;
use decisions::gates::{Gated, judge};
use testkit::{at, example_model, rules};

use super::{gated, monday, ready};

pub(crate) fn negotiation() -> GateState {
    GateState {
        stage: "negotiation".to_owned(),
        since: at("2026-11-20T09:00:00Z"),
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    }
}

fn amount(amount: i64) -> testkit::Growing {
    ready()
        .text("loss_reason", "price")
        .value("amount", Value::Number(amount.into()))
}

fn told(gated: &Gated) -> Vec<(&str, &str, bool)> {
    let emits = gated.draft.emits.iter();
    emits
        .filter_map(|event| match event {
            EventData::NoticeRequested {
                to,
                notice: Notice::StageReached { stage, left },
            } => Some((to.as_str(), stage.as_str(), *left)),
            _ => None,
        })
        .collect()
}

fn set(gated: &Gated) -> Vec<FieldChange> {
    let emits = gated.draft.emits.iter();
    let set = emits.filter_map(|event| match event {
        EventData::CrmWriteRequested {
            write: CrmWrite::Fields { set },
        } => Some(set.clone()),
        _ => None,
    });
    set.flatten().collect()
}

#[test]
fn a_large_deal_that_is_lost_is_told_and_gets_its_day() {
    let record = amount(150_000).stage("lost", monday()).build();
    let gated = gated(&record, Some(&negotiation())).expect("a decision");
    assert_eq!(
        told(&gated),
        [("jonas", "lost", false), ("olga", "lost", false)]
    );
    let day = FieldChange {
        field: "lost_on".to_owned(),
        to: Some(Value::Date("2026-11-23".parse().expect("a date"))),
        only_if: None,
    };
    assert_eq!(set(&gated), [day]);
    assert!(gated.draft.outcome.contains("set lost_on to 2026-11-23"));
}

#[test]
fn what_the_field_holds_is_replaced_where_the_model_says_so_and_only_while_it_holds_it() {
    let before = Value::Date("2026-05-04".parse().expect("a date"));
    let record = amount(1).value("lost_on", before.clone());
    let record = record.stage("lost", monday()).build();
    let gated = gated(&record, Some(&negotiation())).expect("a decision");
    assert_eq!(set(&gated)[0].only_if, Some(before));
}

#[test]
fn a_condition_that_cannot_be_known_is_recorded_and_nothing_follows() {
    let record = ready().text("loss_reason", "price");
    let record = record.stage("lost", monday()).build();
    let gated = gated(&record, Some(&negotiation())).expect("a decision");
    assert_eq!(told(&gated), []);
    let mut reasons = gated.draft.reasons.iter();
    let reason = reasons
        .find(|it| it.rule == "lifecycles.opportunity.lost.upon_entering.2")
        .expect("a reason");
    assert_eq!(reason.verdict, Verdict::Unknown);
}

#[test]
fn what_is_left_is_told_of_as_well() {
    let before = GateState {
        stage: "proposal".to_owned(),
        ..negotiation()
    };
    let record = amount(150_000).stage("lost", monday()).build();
    let gated = gated(&record, Some(&before)).expect("a decision");
    assert_eq!(told(&gated)[0], ("jonas", "proposal", true));
}

#[test]
fn what_stood_there_before_fairlead_looked_entered_nothing_now() {
    let long_ago = at("2026-11-02T09:00:00Z");
    let record = amount(150_000).stage("lost", long_ago).build();
    let first = gated(&record, None).expect("a decision");
    assert_eq!((told(&first), set(&first)), (vec![], vec![]));
}

#[test]
fn a_move_that_is_turned_back_sets_nothing() {
    let mut model = example_model();
    for lifecycle in model.lifecycles.values_mut() {
        for stage in &mut lifecycle.stages {
            if stage.name == "sql" {
                let lost = example_model();
                let lost = lost.lifecycles["opportunity"].stage("lost");
                stage.upon_entering = lost.expect("the stage").upon_entering.clone();
            }
        }
    }
    let record = amount(150_000)
        .boolean("budget_confirmed", false)
        .stage("sql", monday())
        .build();
    let before = super::discovery();
    let gated = judge(&rules(model), &record, Some(&before), monday()).expect("a decision");
    assert_eq!((told(&gated), set(&gated)), (vec![], vec![]));
}
