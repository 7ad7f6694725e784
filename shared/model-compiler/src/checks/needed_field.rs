//! A kind of record has the fields that its processes need: `stage` if it has a lifecycle, `owner`
//! if it is routed.

use super::check::{Check, Problems, Reading};
use std::collections::BTreeSet;

use crate::{
    grammar::{catalogue::field_type, journeys::journeys},
    problems::problem::ProblemSeverity,
    yaml::node::Node,
};
use crm::{FieldType, RecordKind};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "needed-field",
    about: "A kind of record has the fields that its processes need.",
    severity: ProblemSeverity::Error,
    run,
};

/// The kinds of record of which a section says something, and where.
fn kinds<'t>(reading: &Reading<'t>, section: &str) -> Vec<(RecordKind, &'t Node)> {
    if section == "lifecycles" {
        let journeys = journeys(reading.trees);
        return journeys.filter_map(|it| Some((it.kind?, it.key))).collect();
    }
    let root = reading.trees.get(&ModelFile::Processes);
    let kinds = root.and_then(|root| root.get(section)).into_iter();
    let kinds = kinds.flat_map(Node::entries);
    kinds
        .filter_map(|(name, key, _)| Some((name.parse().ok()?, key)))
        .collect()
}

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let technology = reading.trees.get(&ModelFile::Technology);
    let records = technology.and_then(|root| root.get("records"));
    // If the fields could not be read, nothing can be said of them.
    let Some(records) = records.filter(|records| records.is_mapping()) else {
        return;
    };
    for (section, field, holds) in [
        ("lifecycles", "stage", FieldType::Stage),
        ("routing", "owner", FieldType::Person),
    ] {
        let mut seen = BTreeSet::new();
        for (kind, key) in kinds(reading, section) {
            if !seen.insert(kind) {
                continue;
            }
            let declared = records
                .get(kind.word())
                .and_then(|fields| fields.get(field));
            let found = declared.map(|node| node.text_of("type").and_then(field_type));
            // A type that cannot be read is reported as that.
            if !matches!(found, Some(None)) && found != Some(Some(holds)) {
                let what = format!(
                    "{kind} records stand under `{section}`, which needs their field `{field}` of type {holds}"
                );
                let sources = reading.sources_of(kind).into_iter();
                let properties: String = sources.map(|it| format!(", {it}: …")).collect();
                let fix = format!(
                    "declare `{field}: {{ type: {holds}{properties} }}` for {kind} in technology.yaml"
                );
                problems.at(&CHECK, ModelFile::Processes, key.span, what, fix);
            }
        }
    }
}
