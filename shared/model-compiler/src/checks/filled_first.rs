//! What must be filled in before routing says where a record is until then, and the other way round; it names fields
//! that somebody can fill in, of the record or its account. What is waited for says up to when. A record would else be
//! nowhere, or wait for what nobody can write.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "filled-first",
    about: "What must be filled in before routing can be filled in by somebody, and says where the record is until then.",
    severity: ProblemSeverity::Error,
    run,
};

/// Each word with the one that it needs, and how that is written.
const PAIRS: [(&str, &str, &str); 4] = [
    ("wait_for", "up_to", "up_to: 10m"),
    ("up_to", "wait_for", "wait_for: [KIND.FIELD]"),
    ("must_be_filled", "until_then", "until_then: queue NAME"),
    (
        "until_then",
        "must_be_filled",
        "must_be_filled: [KIND.FIELD]",
    ),
];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::Processes) else {
        return;
    };
    let before = root.get("before_routing").into_iter();
    for (kind, key, node) in before.flat_map(Node::entries) {
        let mut says_something = false;
        for (word, other, written) in PAIRS {
            let Some(there) = node.get(word) else {
                continue;
            };
            says_something = true;
            if node.get(other).is_none() {
                let what = format!("`{word}` stands without `{other}`");
                let fix = format!("add `{written}`, or remove `{word}`");
                problems.at(&CHECK, ModelFile::Processes, there.span, what, fix);
            }
        }
        if node.is_mapping() && !says_something {
            let what = format!("nothing is said of what comes before {kind} records are routed");
            let fix = "write `wait_for` with `up_to`, or `must_be_filled` with `until_then`; or remove this";
            problems.at(&CHECK, ModelFile::Processes, key.span, what, fix.to_owned());
        }
        for field in node.get("must_be_filled").into_iter().flat_map(Node::items) {
            fillable(reading, problems, field);
        }
    }
}

/// Whether somebody can fill in a field.
fn fillable(reading: &Reading<'_>, problems: &mut Problems<'_>, field: &Node) {
    let Some(text) = field.text() else { return };
    let Some((kind, name)) = text.split_once('.') else {
        return;
    };
    let technology = reading.trees.get(&ModelFile::Technology);
    let records = technology.and_then(|root| root.get("records"));
    let declared = records.and_then(|records| records.get(kind)?.get(name));
    let known = reading.catalogue.field(text);
    let known = known.is_some_and(|field| reading.catalogue.get(&field).is_some());
    if known && declared.is_none() {
        let what = format!("`{text}` is worked out from other fields, and nobody fills it in");
        let fix = "write the fields from which it is worked out".to_owned();
        problems.at(&CHECK, ModelFile::Processes, field.span, what, fix);
    }
}
