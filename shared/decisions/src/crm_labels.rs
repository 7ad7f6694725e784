//! How people call in a CRM what the model maps: its labels of properties, stages and options, laid below those of the
//! model itself. Only words that people read follow them; nothing is decided by one.

use std::collections::BTreeMap;

use contracts::state::LabelsState;
use crm::{FieldRef, FieldType, ObjectMapping, ObjectSetUp, RecordKind};
use jiff::{SignedDuration, Timestamp};
use model::{Field, OperatingModel, Stage};

use crate::{
    rules::{Rules, RulesError},
    shown::one_line,
};

/// How long the labels of a CRM are believed.
const BELIEVED: SignedDuration = SignedDuration::from_hours(24);

/// Whether the CRMs are to be asked for their labels, by a machine's clock that shows `now`: never asked, a day ago, or
/// for another model.
#[must_use]
pub fn is_due(known: &LabelsState, model: &OperatingModel, now: Timestamp) -> bool {
    let believed = known.asked.map(|at| now.duration_since(at) < BELIEVED);
    believed != Some(true) || known.model != model.revision.hash
}

/// Adds how a CRM calls what a mapping maps. What an earlier source calls otherwise stays as it is.
pub fn add(labels: &mut LabelsState, mapping: &ObjectMapping, set_up: &ObjectSetUp) {
    for field in &mapping.fields {
        let Some(property) = set_up.properties.get(&field.property) else {
            continue;
        };
        let name = FieldRef::new(mapping.kind, field.field.as_str()).to_string();
        if let Some(label) = said(&property.label, &field.property) {
            labels.fields.entry(name.clone()).or_insert(label);
        }
        let listed = property.options.iter().flatten();
        let ours = listed.filter_map(|(value, label)| {
            let ours = field.in_our_words(value)?;
            Some((ours.to_owned(), said(label, value)?))
        });
        let ours = alike(ours);
        match field.holds {
            FieldType::OneOf if !ours.is_empty() => drop(labels.values.entry(name).or_insert(ours)),
            FieldType::Stage => {
                for (stage, label) in ours {
                    let stage = format!("{}.{stage}", mapping.kind);
                    labels.stages.entry(stage).or_insert(label);
                }
            }
            _ => {}
        }
    }
}

/// A label on one line; none of what only repeats the name, which says less than our own name in words.
fn said(label: &str, name: &str) -> Option<String> {
    let label = one_line(label);
    (!label.is_empty() && label != name).then_some(label)
}

/// What is called the same in each of its spellings: two labels for one value of ours are none.
fn alike(all: impl Iterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let mut labels: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (ours, label) in all {
        let known = labels.entry(ours).or_insert_with(|| Some(label.clone()));
        if known.as_ref() != Some(&label) {
            *known = None;
        }
    }
    labels
        .into_iter()
        .filter_map(|(ours, label)| Some((ours, label?)))
        .collect()
}

impl Rules {
    /// The same where people are told the labels of the CRM of whatever the model gives none. What two things of a kind
    /// would be called alike by, neither is called by.
    ///
    /// # Errors
    /// As [`Rules::prepare`], which has taken the same model before.
    pub fn called(&self, labels: &LabelsState, around: Timestamp) -> Result<Self, RulesError> {
        let mut model = self.model.clone();
        for (kind, fields) in &mut model.records {
            call_fields(*kind, fields, labels);
        }
        for lifecycle in model.lifecycles.values_mut() {
            call_stages(lifecycle.record, &mut lifecycle.stages, labels);
        }
        self.with_model(model, around)
    }
}

fn call_fields(kind: RecordKind, fields: &mut BTreeMap<String, Field>, labels: &LabelsState) {
    let own = fields.values().filter_map(|it| it.label.clone());
    let mut taken: BTreeMap<String, usize> = own.map(|label| (label, 2)).collect();
    let of = |name: &str| labels.fields.get(&format!("{kind}.{name}"));
    for label in fields.keys().filter_map(|name| of(name)) {
        *taken.entry(label.clone()).or_default() += 1;
    }
    for (name, field) in fields.iter_mut() {
        let label = of(name).filter(|label| taken.get(*label) == Some(&1));
        if field.label.is_none() {
            field.label = label.cloned();
        }
        if let Some(values) = labels.values.get(&format!("{kind}.{name}")) {
            field.called = values.clone();
        }
    }
}

fn call_stages(kind: RecordKind, stages: &mut [Stage], labels: &LabelsState) {
    let of = |stage: &Stage| {
        let alone = stage.name.rsplit('.').next().unwrap_or_default();
        let spelled = [stage.name.as_str(), alone].into_iter();
        let mut found = spelled.filter_map(|name| labels.stages.get(&format!("{kind}.{name}")));
        found.next().cloned()
    };
    let own = stages.iter().filter_map(|it| it.label.clone());
    let mut taken: BTreeMap<String, usize> = own.map(|label| (label, 2)).collect();
    for label in stages.iter().filter_map(&of) {
        *taken.entry(label).or_default() += 1;
    }
    for stage in stages.iter_mut().filter(|it| it.label.is_none()) {
        stage.label = of(stage).filter(|label| taken.get(label) == Some(&1));
    }
}
