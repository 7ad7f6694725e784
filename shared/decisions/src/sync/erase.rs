use std::collections::BTreeSet;

use contracts::{Erasure, Reason, state::RecordState};
use crm::{AccountFacts, Record, RecordKind};
use jiff::Timestamp;
use model::OperatingModel;

use super::{ARCHIVED, Synced, synced};

/// Forgets the person that a record is about, upon a word that was given at `at`: every field that the model calls
/// personal loses its value, its past ones too, and gets none again. The record, what was decided of it, and why stay.
/// Whether the record is `gone` with it is said apart: of one that was merged with an erased one nothing is known.
///
/// None if it was forgotten before, and nothing personal has come since.
#[must_use]
pub fn erase(
    before: &RecordState,
    model: &OperatingModel,
    (erasure, gone): (&Erasure, bool),
    at: Timestamp,
) -> Option<Synced> {
    let mut record = without_personal(before.record.clone(), model);
    record.erased = record.erased.or(Some(at));
    if gone {
        record.archived = true;
        record.modified = record.modified.max(at);
    }
    if record == before.record {
        return None;
    }
    let was = &before.record;
    let mut changed: BTreeSet<String> = personal(model, was.id.kind)
        .filter(|name| was.fields.contains_key(*name))
        .map(str::to_owned)
        .collect();
    let counted = was.behaviour.iter().flat_map(|it| it.counts.keys());
    let counted: Vec<String> = counted.cloned().collect();
    let emptied = match changed.len() {
        0 => "no personal field had a value".to_owned(),
        _ => {
            let names: Vec<&str> = changed.iter().map(String::as_str).collect();
            format!("emptied: {}", names.join(", "))
        }
    };
    changed.extend(counted);
    changed.extend(was.latest.keys().cloned());
    if record.archived != was.archived {
        changed.insert(ARCHIVED.to_owned());
    }
    let mut synced = synced(Some(before), record, changed);
    if let Some(draft) = &mut synced.draft {
        let by = match erasure {
            Erasure::Crm => "the CRM has erased the person for privacy".to_owned(),
            Erasure::Asked(by) => format!("{by} asked that the person be forgotten"),
            Erasure::Merged(with) => {
                format!(
                    "it is merged with {}, whose person is forgotten",
                    with.name()
                )
            }
        };
        draft.outcome = format!("the person is forgotten; {emptied}");
        draft.reasons.push(Reason::note("erasure", None, by));
    }
    Some(synced)
}

/// A record without the values of the fields that the model calls personal, and without what they held before.
#[must_use]
pub fn without_personal(mut record: Record, model: &OperatingModel) -> Record {
    for name in personal(model, record.id.kind) {
        record.fields.remove(name);
        record.history.remove(name);
    }
    record.behaviour = None;
    record.latest.clear();
    record
}

/// The same of what is kept of an account beside its records.
pub fn without_personal_facts(facts: &mut AccountFacts, model: &OperatingModel) {
    for name in personal(model, facts.id.kind) {
        facts.fields.remove(name);
    }
}

fn personal(model: &OperatingModel, kind: RecordKind) -> impl Iterator<Item = &str> {
    let fields = model.records.get(&kind).into_iter().flatten();
    let personal = fields.filter(|(_, field)| field.personal);
    personal.map(|(name, _)| name.as_str())
}
