//! The record that follows a stage.

use std::collections::BTreeMap;

use contracts::{CrmWrite, Reason};
use crm::Value;
use model::{CreatedWith, Creates, FieldToCreate, PIPELINE, SetTo, Which};

use super::step::Gated;
use crate::{
    facts::{Facts, FieldValue},
    shadow,
};

/// Adds to a decision that the record that follows is created. It is told from every other by the record that it
/// follows and its journey, so that it is there once, however often this stage is entered.
pub(super) fn create(facts: &Facts<'_>, (path, creates): (&str, &Creates), gated: &mut Gated) {
    let record = facts.record;
    let mut with = BTreeMap::new();
    let mut empty = Vec::new();
    if let Some(journey) = facts.model().lifecycles.get(&creates.journey) {
        if let Some(first) = journey.stages.first() {
            with.insert("stage".to_owned(), Value::Text(first.name.clone()));
        }
        if let Which::Pipeline(pipeline) = &journey.which {
            with.insert(PIPELINE.to_owned(), Value::Text(pipeline.clone()));
        }
    }
    let fields = facts.model().records.get(&creates.record);
    let of_account = |name: &String| {
        let field = fields.and_then(|fields| fields.get(name));
        field.is_some_and(|field| field.holds == crm::FieldType::Account)
    };
    let mut account = None;
    for name in &creates.copy {
        if of_account(name) {
            account = record.account.as_ref().map(|account| account.id.clone());
            continue;
        }
        match record.fields.get(name) {
            Some(value) => drop(with.insert(name.clone(), value.clone())),
            None => empty.push(name.clone()),
        }
    }
    for FieldToCreate { name, from } in &creates.set {
        match given(facts, from) {
            Some(value) => drop(with.insert(name.clone(), value)),
            None => empty.push(name.clone()),
        }
    }
    let said = format!("{} created on {}", creates.record, creates.journey);
    let said = shadow::said(facts.rules, said, facts.now);
    let each = with.iter().map(|(field, value)| format!("{field} {value}"));
    let mut note = format!(
        "{said}, unless it is there: {}",
        each.collect::<Vec<_>>().join(", ")
    );
    if !empty.is_empty() {
        note = format!("{note}; without a value to give: {}", empty.join(", "));
    }
    let draft = &mut gated.draft;
    draft.outcome = format!("{}; {said}", draft.outcome);
    draft.reasons.push(Reason::note(
        format!("{path}.creates"),
        Some(creates.place),
        note,
    ));
    let create = CrmWrite::Create {
        kind: creates.record,
        journey: creates.journey.clone(),
        by: creates.by.clone(),
        key: format!("{}-{}-{}", record.id.kind, record.id.id, creates.journey),
        with,
        account,
    };
    draft
        .emits
        .push(shadow::write(facts.rules, create, facts.now));
}

fn given(facts: &Facts<'_>, from: &CreatedWith) -> Option<Value> {
    match from {
        CreatedWith::Field(field) => match facts.look(field) {
            FieldValue::Value(value) => Some(value.into_owned()),
            FieldValue::Since(_) | FieldValue::Nothing => None,
        },
        CreatedWith::This(SetTo::Value(value)) => Some(value.clone()),
        CreatedWith::This(SetTo::Today) => {
            let zone = facts.rules.company_zone().clone();
            Some(Value::Date(facts.now.to_zoned(zone).date()))
        }
    }
}
