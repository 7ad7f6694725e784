//! What a record of the CRM holds where the model says something else: a property that was renamed, holds something
//! else now, or has a value that the model does not know. It is told once, with the rules that find no value because
//! of it.

use std::collections::BTreeSet;

use contracts::{
    DecisionDraft, EventData, Notice,
    state::{Drift, DriftState},
};
use crm::{FieldRef, RecordId};
use jiff::Timestamp;

use crate::{Rules, digests::operators, set_up::read_by};

/// The most that is kept. A model has fewer fields.
const MOST: usize = 300;

/// A field of a record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Odd {
    /// The field's name.
    pub field: String,
    /// The CRM's name of its property.
    pub property: String,
    /// Why, in a word.
    pub why: &'static str,
    /// Why and what can be done, in a sentence that repeats no value.
    pub said: String,
    /// What the value looked like.
    pub shape: String,
}

impl Odd {
    /// What it is called among what was found.
    fn name(&self, record: &RecordId) -> String {
        let (source, kind) = (&record.source, record.kind);
        format!("{source}:{kind}.{}: {}", self.field, self.why)
    }
}

/// Why a record is put aside until it can be read.
#[must_use]
pub fn reason(rules: &Rules, record: &RecordId, odd: &[Odd]) -> String {
    let fields: BTreeSet<&str> = odd.iter().map(|it| it.field.as_str()).collect();
    let said: Vec<&str> = odd.iter().map(|it| it.said.as_str()).collect();
    let follows: Vec<String> = fields
        .into_iter()
        .map(|field| read_by(&rules.model, &FieldRef::new(record.kind, field)))
        .collect();
    format!("{} ({})", said.join("; "), follows.join("; "))
}

/// What is kept and told of what was not known to differ from this model; none if all of it was.
#[must_use]
pub fn found(
    rules: &Rules,
    record: &RecordId,
    odd: &[Odd],
    known: &DriftState,
    now: Timestamp,
) -> Option<(DriftState, DecisionDraft)> {
    let model = &rules.model.revision.hash;
    let mut after = known.clone();
    // What was found by a model before this one is told anew if it is still so.
    after.found.retain(|_, drift| drift.model == *model);
    let mut draft = DecisionDraft::default();
    let mut new = Vec::new();
    for it in odd {
        let name = it.name(record);
        if after.found.contains_key(&name) || after.found.len() >= MOST {
            continue;
        }
        let field = FieldRef::new(record.kind, it.field.as_str());
        let follows = read_by(&rules.model, &field);
        let drift = Drift {
            property: it.property.clone(),
            said: it.said.clone(),
            shape: it.shape.clone(),
            follows: follows.clone(),
            record: record.clone(),
            at: now,
            model: model.clone(),
        };
        after.found.insert(name, drift);
        let tell = |to| EventData::NoticeRequested {
            to,
            notice: Notice::Drifted {
                field: field.to_string(),
                said: it.said.clone(),
                shape: it.shape.clone(),
                follows: follows.clone(),
            },
        };
        draft.emits.extend(operators(rules).into_iter().map(tell));
        draft.facts.insert(it.property.clone(), it.shape.clone());
        new.push(field.to_string());
    }
    if new.is_empty() {
        return None;
    }
    draft.outcome = format!(
        "the CRM holds in {} what the model does not expect there",
        new.join(", ")
    );
    Some((after, draft))
}
