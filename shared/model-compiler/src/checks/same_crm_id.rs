//! An id in the CRM belongs to one person, and a mail address too: otherwise one would get the
//! other's work.

use std::collections::BTreeMap;

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "same-crm-id",
    about: "An id in the CRM, or a mail address, belongs to one person.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let people = reading
        .trees
        .get(&ModelFile::People)
        .and_then(|root| root.get("people"));
    let mut seen: BTreeMap<(String, String), &str> = BTreeMap::new();
    for (name, _, person) in people.into_iter().flat_map(Node::entries) {
        let ids = person
            .get("crm")
            .into_iter()
            .flat_map(Node::entries)
            .map(|(source, _, id)| (source, id));
        for (what, node) in ids.chain(person.get("email").map(|email| ("email", email))) {
            let Some(text) = node.text() else { continue };
            let Some(first) = seen.insert((what.to_owned(), text.to_lowercase()), name) else {
                continue;
            };
            if first != name {
                let sort = if what == "email" { "address" } else { "id" };
                let what = format!("{name} and {first} have the same {sort} `{text}`");
                problems.at(
                    &CHECK,
                    ModelFile::People,
                    node.span,
                    what,
                    format!("give each of them their own {sort}"),
                );
            }
        }
    }
}
