//! All rules of a kind route into the same field, one of the record's own that the CRM has; the field `owner`
//! need not be named. A record has one history of who had it, so it can be given into one field only.

use crm::{FieldRef, OWNER};

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "into",
    about: "All rules of a kind route into the same field of the record.",
    severity: ProblemSeverity::Error,
    run,
};

const FILE: ModelFile = ModelFile::Processes;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let root = reading.trees.get(&FILE);
    let kinds = root.and_then(|root| root.get("routing"));
    for (kind, _, rules) in kinds.into_iter().flat_map(Node::entries) {
        let mut named = rules.items().iter().filter_map(|rule| rule.get("into"));
        let Some(first) = named.next() else { continue };
        for rule in rules.items() {
            let into = rule.get("into");
            if into.and_then(Node::text) == first.text() || !rule.is_mapping() {
                continue;
            }
            let at = into.map_or(rule.span, |into| into.span);
            let wanted = first.text().unwrap_or_default();
            let what = format!(
                "this rule routes into another field than the one in line {}, which names `{wanted}`",
                first.span.line
            );
            let fix = format!("write `into: {wanted}` in each rule of {kind} records, or in none");
            problems.at(&CHECK, FILE, at, what, fix);
        }
        of_the_record(problems, kind, first);
    }
}

fn of_the_record(problems: &mut Problems<'_>, kind: &str, node: &Node) {
    let Some(Ok(field)) = node.text().map(str::parse::<FieldRef>) else {
        return;
    };
    if field.kind.word() != kind {
        let what = format!("`{field}` is no field of {kind} records, and only these are written");
        let fix = format!("name a field of the {kind} that holds a person");
        problems.at(&CHECK, FILE, node.span, what, fix);
    } else if field.name == OWNER {
        let what = "whose it is stands in `owner` already where nothing is said".to_owned();
        problems.at(&CHECK, FILE, node.span, what, "leave `into` out".to_owned());
    }
}
