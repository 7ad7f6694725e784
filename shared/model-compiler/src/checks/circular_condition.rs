//! What an account is, what a named condition says, and what a derived field is computed from, is
//! not defined by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::sites::Context,
    problems::problem::ProblemSeverity,
    yaml::{node::Node, span::Span},
};
use model::{Comparison, ModelFile};

pub(super) static CHECK: Check = Check {
    name: "circular-condition",
    about: "No condition is defined by itself.",
    severity: ProblemSeverity::Error,
    run,
};

/// What a definition rests on, and where it says so.
type Rests<'t> = BTreeMap<&'t str, Vec<(&'t str, ModelFile, Span)>>;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let rests = rests(reading);
    let mut reported = BTreeSet::new();
    for owner in unfounded(&rests).into_iter().take(MOST) {
        let Some((next, file, span)) = by_itself(&rests, owner) else {
            continue;
        };
        if reported.is_disjoint(&reachable(&rests, owner)) {
            let what = format!("`{owner}` is defined by itself here, by way of `{next}`");
            problems.at(
                &CHECK,
                file,
                span,
                what,
                "say what is meant by fields of the record".to_owned(),
            );
            reported.insert(owner);
        }
    }
}

fn rests<'t>(reading: &Reading<'t>) -> Rests<'t> {
    let mut rests: Rests<'_> = BTreeMap::new();
    for site in &reading.sites.named {
        if let (Some(owner), Some(name)) = (definition(&site.context), site.name.text()) {
            let at = (name, site.context.file, site.name.span);
            rests.entry(owner).or_default().push(at);
        }
    }
    for site in &reading.sites.tests {
        let Some(field) = site.field.text() else {
            continue;
        };
        if let Some(owner) = definition(&site.context) {
            let at = (defined(field), site.context.file, site.field.span);
            rests.entry(owner).or_default().push(at);
        }
    }
    let technology = reading.trees.get(&ModelFile::Technology);
    let derived = technology.and_then(|root| root.get("derived"));
    for (owner, _, formula) in derived.into_iter().flat_map(Node::entries) {
        for node in sources(formula) {
            if let Some(field) = node.text() {
                let at = (defined(field), ModelFile::Technology, node.span);
                rests.entry(owner).or_default().push(at);
            }
        }
    }
    rests
}

/// The definition that a field stands for: a section, or the field itself if it is derived.
fn defined(field: &str) -> &str {
    match field.split_once('.') {
        Some((_, "segment")) => "segments",
        Some((_, "territory")) => "territories",
        Some((_, "in_icp")) => "icp",
        _ => field,
    }
}

/// The fields that a formula names outside of conditions.
pub(super) fn sources(formula: &Node) -> impl Iterator<Item = &Node> {
    let words = ["domain_of", "compare"]
        .into_iter()
        .chain(Comparison::ALL.map(Comparison::word));
    let lists = ["days_between", "sum", "ratio"].into_iter();
    let lists = lists.filter_map(|word| formula.get(word));
    words
        .filter_map(|word| formula.get(word))
        .chain(lists.flat_map(Node::items))
}

/// The definitions that are left when those which rest on firm ground are taken away one after
/// the other: those in a circle and those that rest on one.
fn unfounded<'t>(rests: &Rests<'t>) -> Vec<&'t str> {
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut firm = Vec::new();
    for (&owner, on) in rests {
        let on: Vec<&str> = on
            .iter()
            .map(|(name, ..)| *name)
            .filter(|name| rests.contains_key(name))
            .collect();
        if on.is_empty() {
            firm.push(owner);
        }
        open.insert(owner, on.len());
        for name in on {
            users.entry(name).or_default().push(owner);
        }
    }
    while let Some(name) = firm.pop() {
        open.remove(name);
        for user in users.get(name).into_iter().flatten() {
            if let Some(left) = open.get_mut(user) {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    firm.push(user);
                }
            }
        }
    }
    open.into_keys().collect()
}

/// So many definitions without ground are looked at; one fixed circle clears many.
const MOST: usize = 100;

/// What a definition rests on first on the way back to itself, if there is one.
fn by_itself<'t>(rests: &Rests<'t>, owner: &'t str) -> Option<(&'t str, ModelFile, Span)> {
    rests
        .get(owner)?
        .iter()
        .copied()
        .find(|(next, ..)| *next == owner || reachable(rests, next).contains(owner))
}

/// The definition that a condition belongs to. A condition cannot be called like a section,
/// nor like a field, in which there is a dot.
fn definition<'t>(context: &Context<'t>) -> Option<&'t str> {
    match context.section {
        "conditions" | "derived" => Some(context.name),
        section @ ("segments" | "territories" | "icp") => Some(section),
        _ => None,
    }
}

/// All that a definition rests on, near and far.
fn reachable<'t>(rests: &Rests<'t>, from: &'t str) -> BTreeSet<&'t str> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for (next, ..) in rests.get(at).into_iter().flatten() {
            if seen.insert(*next) {
                open.push(next);
            }
        }
    }
    seen
}
