//! A kind of record has the fields that its processes need: `stage` if it has a lifecycle, `owner`
//! if it is routed.

use super::check::{Check, Problems, Reading};
use crate::{grammar::catalogue::field_type, problems::problem::ProblemSeverity, yaml::node::Node};
use crm::FieldType;
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "needed-field",
    about: "A kind of record has the fields that its processes need.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let technology = reading.trees.get(&ModelFile::Technology);
    let records = technology.and_then(|root| root.get("records"));
    let sources = technology.and_then(|root| root.get("sources"));
    let source = sources.into_iter().flat_map(|sources| sources.entries());
    let source = source.map(|(name, ..)| name).next().unwrap_or("crm");
    // If the fields could not be read, nothing can be said of them.
    let Some(records) = records.filter(|records| records.is_mapping()) else {
        return;
    };
    for (section, field, holds) in [
        ("lifecycles", "stage", FieldType::Stage),
        ("routing", "owner", FieldType::Person),
    ] {
        let kinds = reading
            .trees
            .get(&ModelFile::Processes)
            .and_then(|root| root.get(section));
        for (kind, key, _) in kinds.into_iter().flat_map(Node::entries) {
            let declared = records.get(kind).and_then(|fields| fields.get(field));
            let found = declared.map(|node| node.text_of("type").and_then(field_type));
            // A type that cannot be read is reported as that.
            if kind.parse::<crm::RecordKind>().is_ok()
                && !matches!(found, Some(None))
                && found != Some(Some(holds))
            {
                let what = format!(
                    "{kind} records stand under `{section}`, which needs their field `{field}` of type {holds}"
                );
                let fix = format!(
                    "declare `{field}: {{ type: {holds}, {source}: … }}` for {kind} in technology.yaml"
                );
                problems.at(&CHECK, ModelFile::Processes, key.span, what, fix);
            }
        }
    }
}
