//! A step of a deviation: when, once, how far, and what its echo is to the gate.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    CrmWrite, DeviationStepTaken, EventData, Notice, StepCame,
    state::{DeviationsState, Exception, ExceptionsState, GateState},
};
use crm::{Author, Change, Contacted, PersonId, Record, Value};
use decisions::{
    Standing,
    deviations::{Watched, watch},
    gates,
};
use jiff::{SignedDuration, Timestamp};
use model::{Acts, OperatingModel};
use testkit::{at, opportunity, rules, staffing};

use super::model;

const CREATED: &str = "2026-10-01T08:00:00Z";

/// Three weeks after the last contact, and a moment.
fn idle() -> Timestamp {
    at(CREATED) + SignedDuration::from_hours(21 * 24) + SignedDuration::from_millis(1)
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// A deal of which the model has only this deviation.
fn only_idle() -> OperatingModel {
    let mut model = model();
    model
        .deviations
        .retain(|name, _| name == "early_stage_idle");
    model
}

fn acting(acts: Acts) -> OperatingModel {
    let mut model = only_idle();
    for rule in model.deviations.values_mut() {
        rule.acts = acts;
    }
    model
}

fn deal() -> testkit::Growing {
    opportunity("1", at(CREATED))
        .owner("anna")
        .account("DE", "software", 300)
}

fn contacted(deal: testkit::Growing) -> Record {
    let mut record = deal.build();
    record.last_contact = Some(Contacted {
        at: at(CREATED),
        by: None,
    });
    record
}

fn standing_at(stage: &str) -> GateState {
    GateState {
        stage: stage.to_owned(),
        since: at(CREATED),
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    }
}

fn look(
    model: &OperatingModel,
    record: &Record,
    before: Option<&DeviationsState>,
    now: Timestamp,
) -> Option<Watched> {
    let gate = standing_at("discovery");
    let staffing = staffing(model.clone());
    watch(
        &staffing,
        record,
        Some(&gate),
        Standing::default(),
        before,
        now,
    )
}

fn came(watched: &Watched) -> Vec<(u32, StepCame)> {
    let emits = watched.draft.emits.iter();
    emits
        .filter_map(|event| match event {
            EventData::DeviationStepTaken(DeviationStepTaken { step, came, .. }) => {
                Some((*step, *came))
            }
            _ => None,
        })
        .collect()
}

fn writes(watched: &Watched) -> Vec<&CrmWrite> {
    let emits = watched.draft.emits.iter();
    emits
        .filter_map(|event| match event {
            EventData::CrmWriteRequested { write } => Some(write),
            _ => None,
        })
        .collect()
}

fn told(watched: &Watched) -> Vec<&str> {
    let emits = watched.draft.emits.iter();
    emits
        .filter_map(|event| match event {
            EventData::NoticeRequested {
                to,
                notice: Notice::DeviationStep { .. },
            } => Some(to.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn steps_wait_in_the_index_and_happen_once_an_opening() {
    let (model, record) = (only_idle(), contacted(deal()));
    let opened = look(&model, &record, None, idle()).expect("an opening");
    assert_eq!(came(&opened), [(1, StepCame::Done)]);
    assert_eq!(told(&opened), ["anna"]);
    assert_eq!(opened.deviations.next, Some(idle() + days(14)));
    // Not a moment sooner, and not the first one again.
    let before = opened.deviations;
    assert_eq!(
        look(&model, &record, Some(&before), idle() + days(13)),
        None
    );
    let closed = look(&model, &record, Some(&before), idle() + days(14)).expect("a step");
    assert_eq!(came(&closed), [(2, StepCame::Done)]);
    let CrmWrite::Fields { set } = writes(&closed)[0] else {
        panic!("{:?}", closed.draft.emits);
    };
    let fields: Vec<&str> = set.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["stage", "loss_reason", "rounds"]);
    assert_eq!(set[0].only_if, Some(Value::Text("discovery".to_owned())));
    // The CRM does not show it yet, or never will: it is not asked for again.
    let again = look(&model, &record, Some(&closed.deviations), idle() + days(40));
    assert!(again.is_none_or(|again| came(&again).is_empty()));
}

#[test]
fn what_is_over_before_a_step_is_due_is_left_and_begins_anew() {
    let (model, record) = (only_idle(), contacted(deal()));
    let opened = look(&model, &record, None, idle()).expect("an opening");
    let mut spoken = record.clone();
    let later = idle() + days(10);
    spoken.last_contact = Some(Contacted {
        at: later,
        by: None,
    });
    let over = look(&model, &spoken, Some(&opened.deviations), later).expect("it closes");
    assert_eq!(came(&over), []);
    let due = look(&model, &spoken, Some(&over.deviations), idle() + days(14));
    assert!(due.is_none_or(|due| came(&due).is_empty()));
    let idle_again = later + days(21) + SignedDuration::from_millis(1);
    let again = look(&model, &spoken, Some(&over.deviations), idle_again);
    assert_eq!(came(&again.expect("a new opening")), [(1, StepCame::Done)]);
}

#[test]
fn to_observe_tells_nobody_and_to_warn_writes_nothing() {
    let record = contacted(deal());
    for (acts, how, hear) in [
        (Acts::Observe, StepCame::Observed, vec![]),
        (Acts::Warn, StepCame::Warned, vec!["anna", "jonas"]),
    ] {
        let model = acting(acts);
        let opened = look(&model, &record, None, idle()).expect("an opening");
        let step = look(&model, &record, Some(&opened.deviations), idle() + days(14));
        let step = step.expect("a step");
        assert_eq!(came(&step), [(2, how)]);
        assert!(writes(&step).is_empty());
        assert_eq!(told(&step), hear);
        assert!(
            step.draft.outcome.contains("move to lost"),
            "{}",
            step.draft.outcome
        );
    }
}

#[test]
fn a_move_that_the_gate_would_refuse_writes_nothing_and_the_operators_hear_it() {
    let mut model = only_idle();
    for rule in model.deviations.values_mut() {
        rule.steps[1].set.fields.clear();
    }
    let record = contacted(deal());
    let opened = look(&model, &record, None, idle()).expect("an opening");
    let step = look(&model, &record, Some(&opened.deviations), idle() + days(14));
    let step = step.expect("a step");
    assert_eq!(came(&step), [(2, StepCame::Refused)]);
    assert!(writes(&step).is_empty());
    assert_eq!(told(&step), ["olga"]);
    assert!(
        step.draft
            .outcome
            .contains("Please fill in: Closed lost reason")
    );
    assert_eq!(step.deviations.moved, None);
}

#[test]
fn a_deviation_that_was_open_before_it_had_steps_counts_from_when_it_got_them() {
    let record = contacted(deal());
    let mut without = only_idle();
    for rule in without.deviations.values_mut() {
        rule.steps.clear();
    }
    let opened = look(&without, &record, None, idle()).expect("an opening");
    let much_later = idle() + days(60);
    let first = look(&only_idle(), &record, Some(&opened.deviations), much_later);
    let first = first.expect("the first step");
    assert_eq!(came(&first), [(1, StepCame::Done)]);
    assert_eq!(first.deviations.next, Some(much_later + days(14)));
}

#[test]
fn rules_that_work_against_each_other_stop() {
    let (model, record) = (only_idle(), contacted(deal()));
    let opened = look(&model, &record, None, idle()).expect("an opening");
    let now = idle() + days(14);
    let before = DeviationsState {
        acted: (1..=8)
            .map(|hours| now - SignedDuration::from_hours(hours))
            .collect(),
        ..opened.deviations
    };
    let step = look(&model, &record, Some(&before), now).expect("a step");
    assert_eq!(came(&step), [(2, StepCame::Stopped)]);
    assert!(writes(&step).is_empty());
    assert_eq!(told(&step), ["olga"]);
}

#[test]
fn a_record_on_its_way_to_another_stage_is_left_until_it_stands() {
    let model = only_idle();
    let record = contacted(deal());
    let opened = look(&model, &record, None, idle()).expect("an opening");
    // The CRM shows sql, and the gate has not looked.
    let now = idle() + days(14);
    let moving = contacted(deal().stage("sql", now));
    let look = look(&model, &moving, Some(&opened.deviations), now);
    assert!(look.is_none_or(|look| came(&look).is_empty()));
}

/// A step has moved it to lost; a quarter of an hour later the gate would ask for more than there was.
#[test]
fn the_echo_of_a_step_is_not_judged_again_and_a_persons_move_is() {
    let (model, record) = (only_idle(), contacted(deal()));
    let opened = look(&model, &record, None, idle()).expect("an opening");
    let now = idle() + days(14);
    let closed = look(&model, &record, Some(&opened.deviations), now).expect("a step");
    let ours = closed.deviations.moved.expect("a move");
    assert_eq!(
        (ours.from.as_str(), ours.to.as_str()),
        ("discovery", "lost")
    );
    let rules = rules(model);
    let moved_by = |by: Author| {
        let mut moved = contacted(deal().stage("lost", now));
        let change = Change {
            value: Some(Value::Text("lost".to_owned())),
            at: now,
            by,
        };
        moved.history.insert("stage".to_owned(), vec![change]);
        let before = standing_at("discovery");
        let beside = gates::Beside {
            ours: Some(&ours),
            exceptions: None,
            approvals: None,
        };
        let gated = gates::judge_after(&rules, &moved, Some(&before), beside, now);
        gated.expect("a decision")
    };
    // The copy shows no reason for the loss, which the gate asks for.
    let app = moved_by(Author::App("fairlead".to_owned()));
    assert!(
        app.draft.outcome.starts_with("passed"),
        "{}",
        app.draft.outcome
    );
    let person = moved_by(Author::Unknown);
    assert!(
        person.draft.outcome.starts_with("turned back"),
        "{}",
        person.draft.outcome
    );
}

/// A gate that only warns lets the move pass, and what is unmet besides is excused by nothing.
#[test]
fn a_move_that_is_warned_of_uses_no_exception() {
    let mut model = only_idle();
    let journey = model.lifecycles.get_mut("opportunity").expect("a journey");
    journey.gate = model::GateMode::Warn;
    let sql = journey.stage("sql").expect("a stage").enter.clone();
    let mut stages = journey.stages.iter_mut();
    let lost = stages.find(|it| it.name == "lost").expect("a stage");
    lost.enter.extend(sql.into_iter().take(2));
    let record = contacted(deal());
    let opened = look(&model, &record, None, idle()).expect("an opening");
    let now = idle() + days(14);
    let step = |criteria: &[&str]| {
        let exception = Exception {
            by: PersonId::new("carla"),
            owner: None,
            criteria: criteria.iter().map(|it| format!("lost.{it}")).collect(),
            deviations: BTreeSet::new(),
            from: idle(),
            until: now + days(1),
            reason: None,
        };
        let exceptions = ExceptionsState {
            granted: BTreeMap::from([("3f9a2c71".to_owned(), exception)]),
        };
        let standing = Standing {
            exceptions: Some(&exceptions),
            ..Standing::default()
        };
        let (gate, before) = (standing_at("discovery"), Some(&opened.deviations));
        let staffing = staffing(model.clone());
        let step = watch(&staffing, &record, Some(&gate), standing, before, now);
        let emits = step.expect("a step").draft.emits.into_iter();
        let used = emits.filter(|it| matches!(it, EventData::ExceptionUsed { .. }));
        used.count()
    };
    assert_eq!(step(&["budget"]), 0);
    assert_eq!(step(&["budget", "authority"]), 2);
}

#[test]
fn in_a_shadow_month_a_step_is_only_observed_whatever_it_does_after_it() {
    let model = testkit::observing(acting(Acts::Act), "2026-12-31");
    let record = contacted(deal());
    let opened = look(&model, &record, None, idle()).expect("it opens");
    assert_eq!(came(&opened), [(1, StepCame::Observed)]);
    let later = idle() + days(14);
    let lasts = look(&model, &record, Some(&opened.deviations), later).expect("a step");
    assert_eq!(came(&lasts), [(2, StepCame::Observed)]);
    assert_eq!((writes(&lasts).len(), told(&lasts).len()), (0, 0));
}
