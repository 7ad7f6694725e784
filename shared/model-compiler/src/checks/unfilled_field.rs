//! A field that something needs is filled from the CRM. Of one that has no property there nothing is
//! ever known: a test of it is unknown for every record, a stage never changes.

use crm::{FieldRef, RecordKind};

use super::{
    asked_fields::asked,
    check::{Check, Problems, Reading},
    unread_records::is_read,
};
use crate::{fixes::nearest::listed, problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "unfilled-field",
    about: "A field that something needs is filled from the CRM.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::Technology) else {
        return;
    };
    let asked = asked(reading);
    for (kind, _, fields) in root.get("records").into_iter().flat_map(Node::entries) {
        let Ok(kind) = kind.parse() else { continue };
        // Of a kind that is not read at all the check `unread-records` speaks.
        if !is_read(root, kind) {
            continue;
        }
        for (name, key, field) in fields.entries() {
            // An account is found by other means than a property.
            let filled = sources_of(root, kind)
                .iter()
                .any(|source| field.get(source).is_some())
                || field.text_of("type") == Some("account");
            let Some((file, line)) = asked.get(&FieldRef::new(kind, name)) else {
                continue;
            };
            if filled {
                continue;
            }
            let what = format!(
                "nothing fills `{kind}.{name}`, which {}:{line} needs: it has no property of {}",
                file.name(),
                listed(sources_of(root, kind).into_iter())
            );
            let source = sources_of(root, kind).first().copied().unwrap_or_default();
            let fix = format!(
                "add `{source}: …` with the name of the property that holds it, or take out what needs it"
            );
            problems.at(&CHECK, ModelFile::Technology, key.span, what, fix);
        }
    }
}

/// The sources that have records of a kind.
fn sources_of(root: &Node, kind: RecordKind) -> Vec<&str> {
    let sources = root.get("sources").into_iter().flat_map(Node::entries);
    sources
        .filter(move |(_, _, source)| {
            let records = source.get("records");
            records.is_some_and(|records| records.get(kind.word()).is_some())
        })
        .map(|(name, ..)| name)
        .collect()
}
