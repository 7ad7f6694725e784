//! What people are told is called as the CRM calls it, unless the model says otherwise.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use contracts::state::LabelsState;
use crm::{FieldRef, Holds, ObjectSetUp, PropertySetUp, RecordKind, SourceName, Value};
use decisions::{
    Rules,
    crm_labels::{add, is_due},
    shown::{label_of, option_label, stage_label, value_label},
};
use jiff::SignedDuration;
use model::Mappings;
use testkit::{at, example_rules};

const NOW: &str = "2026-11-23T10:00:00Z";

fn property(label: &str, options: &[(&str, &str)]) -> PropertySetUp {
    let options = options.iter();
    let options = options.map(|(value, label)| ((*value).to_owned(), (*label).to_owned()));
    let options: BTreeMap<String, String> = options.collect();
    PropertySetUp {
        label: label.to_owned(),
        holds: Holds::Text,
        options: (!options.is_empty()).then_some(options),
        unique: false,
        read_only: false,
    }
}

/// A CRM that calls its deals' properties so.
fn labels(rules: &Rules, properties: &[(&str, PropertySetUp)]) -> LabelsState {
    let properties = properties.iter();
    let set_up = ObjectSetUp {
        properties: properties
            .map(|(name, it)| ((*name).to_owned(), it.clone()))
            .collect(),
        pipelines: Vec::new(),
    };
    let mappings = Mappings::of(&rules.model);
    let source = SourceName::new("hubspot").unwrap();
    let mapping = mappings.get(&source, RecordKind::Opportunity).unwrap();
    let mut labels = LabelsState::default();
    add(&mut labels, mapping, &set_up);
    labels
}

#[test]
fn the_model_s_own_labels_go_first_then_the_crm_s_then_the_name_in_words() {
    let rules = example_rules();
    let labels = labels(
        &rules,
        &[
            ("budget_confirmed", property("Budget?", &[])),
            ("pain_documented", property("Pain is\n written down", &[])),
            ("timeline_agreed", property("timeline_agreed", &[])),
            ("promised_scope", property("", &[])),
        ],
    );
    let called = rules.called(&labels, at(NOW)).unwrap();
    let label = |field: &str| label_of(&called.model, &format!("opportunity.{field}"));
    assert_eq!(
        label("budget_confirmed"),
        "Budget confirmed",
        "as the model says"
    );
    assert_eq!(label("pain_documented"), "Pain is written down");
    assert_eq!(label("timeline_agreed"), "timeline agreed");
    assert_eq!(label("promised_scope"), "promised scope");
    assert_eq!(
        label("decision_maker_met"),
        "decision maker met",
        "not told"
    );
    assert_eq!(called.model.revision, rules.model.revision);
}

#[test]
fn what_two_fields_would_be_called_alike_neither_is_called() {
    let rules = example_rules();
    let labels = labels(
        &rules,
        &[
            ("pain_documented", property("Confirmed", &[])),
            ("timeline_agreed", property("Confirmed", &[])),
            ("decision_maker_met", property("Budget confirmed", &[])),
        ],
    );
    let called = rules.called(&labels, at(NOW)).unwrap();
    let label = |field: &str| label_of(&called.model, &format!("opportunity.{field}"));
    assert_eq!(label("pain_documented"), "pain documented");
    assert_eq!(label("timeline_agreed"), "timeline agreed");
    assert_eq!(
        label("decision_maker_met"),
        "decision maker met",
        "the model's own"
    );
}

#[test]
fn stages_and_options_are_called_as_the_crm_calls_what_is_read_as_them() {
    let rules = example_rules();
    let stages = [
        ("qualifiedtobuy", "Qualified to buy"),
        ("contractsent", "Contract sent"),
        ("closedwon", "Closed won"),
        ("another_pipeline", "Elsewhere"),
    ];
    let reasons = [("no_decision", "Never decided"), ("price", "price")];
    let labels = labels(
        &rules,
        &[
            ("dealstage", property("Deal stage", &stages)),
            (
                "closed_lost_reason",
                property("Closed lost reason", &reasons),
            ),
        ],
    );
    let called = rules.called(&labels, at(NOW)).unwrap();
    let stage = |stage: &str| stage_label(&called.model, RecordKind::Opportunity, stage);
    assert_eq!(stage("negotiation"), "Contract sent");
    assert_eq!(stage("proposal"), "proposal", "not told");
    let reason = FieldRef::new(RecordKind::Opportunity, "loss_reason");
    let value = |text: &str| value_label(&called.model, &reason, &Value::Text(text.to_owned()));
    assert_eq!(value("no_decision"), "Never decided");
    assert_eq!(value("price"), "price");
    assert_eq!(
        option_label(&called.model, &reason, "no_decision"),
        "Never decided"
    );
    assert_eq!(
        option_label(&rules.model, &reason, "no_decision"),
        "no decision"
    );
}

#[test]
fn labels_are_asked_for_once_a_day_and_for_each_model() {
    let rules = example_rules();
    let now = at(NOW);
    let asked = |ago: i64, model: &str| LabelsState {
        asked: Some(now - SignedDuration::from_hours(ago)),
        model: model.to_owned(),
        ..LabelsState::default()
    };
    let hash = &rules.model.revision.hash;
    assert!(is_due(&LabelsState::default(), &rules.model, now));
    assert!(!is_due(&asked(23, hash), &rules.model, now));
    assert!(is_due(&asked(24, hash), &rules.model, now));
    assert!(is_due(&asked(1, "another"), &rules.model, now));
}
