//! Several journeys of one kind, records on none, and the record that follows.

use contracts::{
    CrmWrite, EventData, Notice, Verdict,
    state::{GateState, UnjudgedState},
};
use crm::{FieldRef, Record, RecordKind, Value};
use decisions::{
    Facts, FieldValue, Rules, Standing, Stands, deviations,
    gates::{Gated, judge, say_once},
};
use model::OperatingModel;
use model_compiler::{Texts, check};
use testkit::{
    Growing, at, broken_models::changed_model, everybody, example_rules, opportunity, rules,
};

use super::monday;

fn model() -> OperatingModel {
    let texts: Texts = changed_model("journeys").into_iter().collect();
    let checked = check(&texts);
    assert_eq!(checked.problems, []);
    checked.model.expect("a model")
}

fn deal(pipeline: &str, stage: &str) -> Growing {
    opportunity("7", at("2026-11-20T09:00:00Z"))
        .owner("anna")
        .text("pipeline", pipeline)
        .stage(stage, monday())
}

fn stands_at(stage: &str) -> GateState {
    GateState {
        stage: stage.to_owned(),
        since: at("2026-11-20T09:00:00Z"),
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    }
}

fn judged(rules: &Rules, record: &Record, before: &str) -> Gated {
    judge(rules, record, Some(&stands_at(before)), monday()).expect("a decision")
}

/// Both pipelines spell it alike, so that its text alone says nothing.
#[test]
fn a_stage_is_read_by_the_journey_of_its_record() {
    let rules = rules(model());
    for (pipeline, stage) in [("new_business", "won"), ("renewals", "renewal.won")] {
        let record = deal(pipeline, "won").build();
        let facts = Facts::of(&rules, &record, monday());
        assert_eq!(facts.stage(), Some(stage));
        let found = facts.look(&FieldRef::new(RecordKind::Opportunity, "stage"));
        let FieldValue::Value(value) = found else {
            panic!("{pipeline}: no stage");
        };
        assert_eq!(value.text(), Some(stage));
        assert!(!facts.is_open());
    }
}

#[test]
fn a_deal_that_is_put_into_another_pipeline_begins_another_journey() {
    let rules = rules(model());
    let gated = judged(&rules, &deal("renewals", "due").build(), "proposal");
    let names: Vec<&str> = gated.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(names, ["stage.left", "stage.entered"]);
    assert_eq!(gated.gate.stage, "renewal.due");
    // At a later stage it is asked for what that needs, and nothing about the way there.
    let gated = judged(&rules, &deal("renewals", "talks").build(), "proposal");
    let unmet = |event: &EventData| match event {
        EventData::GateTurnedBack { from, unmet, .. } => Some((from.clone(), unmet.clone())),
        _ => None,
    };
    let unmet: Vec<_> = gated.draft.emits.iter().filter_map(unmet).collect();
    assert_eq!(unmet, [("renewal.due".to_owned(), vec!["date".to_owned()])]);
}

#[test]
fn what_is_on_no_journey_is_not_judged_and_said_once() {
    let rules = rules(model());
    let record = deal("partners", "anything").build();
    let facts = Facts::of(&rules, &record, monday());
    assert_eq!(facts.stands(), Stands::Outside);
    assert_eq!(facts.known_open(), None);
    let gated = judge(&rules, &record, None, monday()).expect("a decision");
    assert!(gated.gate.unknown);
    assert_eq!(gated.draft.emits, []);
    let unjudged = gated.unjudged.expect("something that is new");
    let known = UnjudgedState::default();
    let (emits, told) = say_once(&rules, &unjudged, &known, monday()).expect("it is said");
    let what = "pipeline partners".to_owned();
    let says = |event: &EventData| matches!(event, EventData::NoticeRequested { notice: Notice::NotJudged { what: it }, .. } if *it == what);
    assert!(!emits.is_empty() && emits.iter().all(says), "{emits:?}");
    // The next deal of that pipeline says it no more, and the same deal is decided about no more.
    assert_eq!(say_once(&rules, &unjudged, &told, monday()), None);
    assert_eq!(judge(&rules, &record, Some(&gated.gate), monday()), None);
}

#[test]
fn a_deal_that_leaves_all_journeys_leaves_its_stage_and_comes_back_to_it() {
    let rules = rules(model());
    let out = judged(&rules, &deal("partners", "proposal").build(), "proposal");
    let names: Vec<&str> = out.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(names, ["stage.left"]);
    let back = deal("new_business", "proposal").build();
    let back = judge(&rules, &back, Some(&out.gate), monday()).expect("a decision");
    let names: Vec<&str> = back.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(names, ["stage.entered"]);
    assert_eq!(back.gate.stage, "proposal");
}

/// What stood outside has no stage of this journey to which it could go back.
#[test]
fn a_deal_from_outside_is_turned_back_to_where_its_new_journey_begins() {
    let rules = rules(model());
    let out = judge(
        &rules,
        &deal("partners", "anything").build(),
        None,
        monday(),
    );
    let out = out.expect("a decision").gate;
    assert!(out.outside);
    let later = monday() + jiff::SignedDuration::from_hours(1);
    let come = deal("renewals", "talks").stage("talks", later).build();
    let gated = judge(&rules, &come, Some(&out), later).expect("a decision");
    let to = gated.draft.emits.iter().find_map(|event| match event {
        EventData::CrmWriteRequested {
            write: CrmWrite::Stage { to, .. },
        } => Some(to.as_str()),
        _ => None,
    });
    assert_eq!(to, Some("renewal.due"));
    let shown = deal("renewals", "due").stage("due", later + jiff::SignedDuration::from_secs(9));
    let stands = judge(&rules, &shown.build(), Some(&gated.gate), later).expect("a decision");
    assert_eq!(stands.gate.stage, "renewal.due");
    assert!(!stands.gate.outside && !stands.gate.unknown);
}

/// A stage that the model does not know counted as open, and as behind every gate.
#[test]
fn at_an_unknown_stage_nothing_opens_and_nothing_is_known() {
    let rules = example_rules();
    let record = opportunity("7", at("2026-01-20T09:00:00Z"))
        .owner("anna")
        .stage("decisionmakerboughtin", at("2026-02-01T09:00:00Z"))
        .value(
            "close_date",
            Value::Date("2026-06-01".parse().expect("a date")),
        )
        .build();
    let watched = deviations::watch(
        &everybody(&rules),
        &record,
        None,
        Standing::default(),
        None,
        monday(),
    );
    assert_eq!(watched, None);
    let model = &rules.model;
    let unmet = &model.deviations["criteria_not_met"].when;
    let facts = Facts::of(&rules, &record, monday());
    assert_eq!(decisions::verdict(unmet, &facts), Verdict::Unknown);
    for name in ["open", "stage", "stage_criteria"] {
        let found = facts.look(&FieldRef::new(RecordKind::Opportunity, name));
        assert_eq!(found, FieldValue::Nothing, "{name}");
    }
}

#[test]
fn the_record_that_follows_is_told_by_what_it_follows() {
    let rules = rules(model());
    let record = deal("renewals", "won")
        .account("DE", "software", 300)
        .value("amount", Value::Number(50_000.into()))
        .build();
    let gated = judged(&rules, &record, "renewal.talks");
    let created: Vec<&CrmWrite> = gated
        .draft
        .emits
        .iter()
        .filter_map(|event| match event {
            EventData::CrmWriteRequested { write } => Some(write),
            _ => None,
        })
        .collect();
    let [
        CrmWrite::Create {
            by,
            key,
            with,
            account,
            ..
        },
    ] = created.as_slice()
    else {
        panic!("{created:?}");
    };
    assert_eq!(
        (by.as_str(), key.as_str()),
        ("follows", "opportunity-7-renewal")
    );
    assert_eq!(
        with.get("stage"),
        Some(&Value::Text("renewal.due".to_owned()))
    );
    assert!(
        !with.contains_key("close_date"),
        "nobody knows when the contract ends"
    );
    assert!(account.is_some());
    let reasons = gated.draft.reasons.iter();
    let said = reasons.filter_map(|it| it.note.as_deref());
    assert!(
        said.into_iter()
            .any(|note| note.ends_with("without a value to give: close_date"))
    );
}
