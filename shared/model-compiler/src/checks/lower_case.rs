//! The domain of a mail address is kept in lower case and without an `@`. A value that is written
//! otherwise is never the same as one.

use std::collections::BTreeSet;

use crm::FieldRef;

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::conditions::{EQUALS, tests},
    problems::problem::ProblemSeverity,
    yaml::{node::Node, span::Span},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "lower-case",
    about: "What the domain of a mail address is compared with is written as domains are kept.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let root = reading.trees.get(&ModelFile::Technology);
    let derived = root.and_then(|root| root.get("derived"));
    let domains: BTreeSet<FieldRef> = derived
        .into_iter()
        .flat_map(Node::entries)
        .filter(|(_, _, formula)| formula.get("domain_of").is_some())
        .filter_map(|(name, ..)| name.parse().ok())
        .collect();
    let lists = reading
        .trees
        .get(&ModelFile::Strategy)
        .and_then(|root| root.get("lists"));
    // A list that is asked for twice is spoken of once.
    let mut reported: BTreeSet<(ModelFile, Span)> = BTreeSet::new();
    for site in &reading.sites.tests {
        if !reading.field(site).is_some_and(|it| domains.contains(&it)) {
            continue;
        }
        for part in tests(site.test) {
            let (file, values) = match part.word {
                EQUALS | "none_of" => (site.context.file, Some(part.value)),
                "in_list" => {
                    let name = part.value.text();
                    let list = name.and_then(|name| lists?.get(name));
                    (ModelFile::Strategy, list)
                }
                _ => continue,
            };
            for node in values.into_iter().flat_map(each) {
                let Some(text) = node.text() else { continue };
                let Some(kept) = kept(text).filter(|_| reported.insert((file, node.span))) else {
                    continue;
                };
                let field = site.field.text().unwrap_or_default();
                let what = format!(
                    "`{field}` is never `{text}`: domains are kept in lower case and without an @"
                );
                problems.at(&CHECK, file, node.span, what, format!("write `{kept}`"));
            }
        }
    }
}

/// One value, or those of a list.
fn each(node: &Node) -> impl Iterator<Item = &Node> {
    let one = (!node.is_list()).then_some(node);
    one.into_iter().chain(node.items())
}

/// How the domain of such an address is kept, if that is not how it is written.
fn kept(text: &str) -> Option<String> {
    let domain = text.rsplit_once('@').map_or(text, |(_, domain)| domain);
    let kept = domain.trim().to_lowercase();
    (kept != text).then_some(kept)
}
