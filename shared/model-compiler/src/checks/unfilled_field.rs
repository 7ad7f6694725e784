//! A field that something needs is filled from every source that has such records. Where it has no
//! property, nothing is ever known of it: a test of it is unknown for every record from there, a
//! stage never changes.

use crm::FieldRef;

use super::{
    asked_fields::asked,
    check::{Check, Problems, Reading},
};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "unfilled-field",
    about: "A field that something needs is filled from every source that has such records.",
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
        // Of a kind that no source has the check `unread-records` speaks.
        let sources = reading.sources_of(kind);
        for (name, key, field) in fields.entries() {
            let Some((file, line)) = asked.get(&FieldRef::new(kind, name)) else {
                continue;
            };
            // An account is found by other means than a property.
            if field.text_of("type") == Some("account") {
                continue;
            }
            for source in sources.iter().filter(|source| field.get(source).is_none()) {
                let what = format!(
                    "nothing of `{source}` fills `{kind}.{name}`, which {}:{line} needs: it has no property there",
                    file.name()
                );
                let fix = format!(
                    "add `{source}: …` with the name of the property that holds it, or take out what needs it"
                );
                problems.at(&CHECK, ModelFile::Technology, key.span, what, fix);
            }
        }
    }
}
