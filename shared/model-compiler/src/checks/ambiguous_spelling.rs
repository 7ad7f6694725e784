//! A field whose values are written differently in the CRM is mapped in one source. `values` does
//! not say yet which spelling belongs to which source, so of several sources one would be sent
//! spellings of another. A field whose values are called in each source as they are called here
//! needs no spellings, and may be mapped in all.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "ambiguous-spelling",
    about: "A field whose values are written differently in the CRM is mapped in one source.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let technology = reading.trees.get(&ModelFile::Technology);
    let records = technology.and_then(|root| root.get("records"));
    for (kind, _, fields) in records.into_iter().flat_map(Node::entries) {
        let Ok(kind) = kind.parse() else { continue };
        let sources = reading.sources_of(kind);
        for (name, _, field) in fields.entries() {
            let mapped = sources.iter().filter(|source| field.get(source).is_some());
            let mapped: Vec<String> = mapped.map(|source| format!("`{source}`")).collect();
            let values = field.entries().find(|(word, ..)| *word == "values");
            let Some((_, key, values)) = values.filter(|_| mapped.len() > 1) else {
                continue;
            };
            let mut spellings = values.entries();
            if spellings.all(|(spelling, _, ours)| ours.text() == Some(spelling)) {
                continue;
            }
            let what = format!(
                "`{kind}.{name}` has spellings and is mapped in {}: a model cannot say yet which spelling belongs to which source",
                mapped.join(" and ")
            );
            let without = match field.text_of("type") {
                Some("one_of") => "write `values` as a list of them, `[…]`",
                _ => "leave `values` out",
            };
            let fix = format!(
                "use one source for this field; or call its values in each source as they are called here, and {without}"
            );
            problems.at(&CHECK, ModelFile::Technology, key.span, what, fix);
        }
    }
}
