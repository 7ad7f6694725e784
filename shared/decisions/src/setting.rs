//! What the model sets in a record by itself.

use contracts::FieldChange;
use crm::{Record, Value};
use model::{FieldsToSet, SetTo};

use crate::facts::Facts;

/// What is to be written: fields that are empty, or hold something else where that may be replaced. The day is
/// the company's.
pub(crate) fn changes(facts: &Facts<'_>, set: &FieldsToSet) -> Vec<FieldChange> {
    let changes = set.fields.iter().filter_map(|field| {
        let to = match &field.to {
            SetTo::Value(value) => value.clone(),
            SetTo::Today => {
                let zone = facts.rules.company_zone().clone();
                Value::Date(facts.now.to_zoned(zone).date())
            }
        };
        let held = facts.record.fields.get(&field.name);
        let left = match held {
            Some(held) => !set.over || *held == to,
            None => false,
        };
        (!left).then(|| FieldChange {
            field: field.name.clone(),
            to: Some(to),
            only_if: held.cloned(),
        })
    });
    changes.collect()
}

/// The record as it will be.
pub(crate) fn with(record: &Record, changes: &[FieldChange]) -> Record {
    let mut record = record.clone();
    for change in changes {
        match &change.to {
            Some(to) => record.fields.insert(change.field.clone(), to.clone()),
            None => record.fields.remove(&change.field),
        };
    }
    record
}

/// Changes in words: `loss_reason to no_decision`.
pub(crate) fn words(changes: &[FieldChange]) -> String {
    let each = changes
        .iter()
        .map(|change| format!("{} to {}", change.field, change.word()));
    each.collect::<Vec<_>>().join(", ")
}
