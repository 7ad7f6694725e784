//! Whoever is given records has an id in each CRM into which owners are written. Of one who has
//! none, the CRM takes no record as theirs: the next of the pool gets it, or it waits in view.

use std::collections::BTreeSet;

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{
        Keys, Names, Shape,
        phrases::{Meant, meant},
    },
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars::yes_no},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "owner-without-id",
    about: "Whoever is given records has an id in the CRM into which owners are written.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let people = reading
        .trees
        .get(&ModelFile::People)
        .and_then(|root| root.get("people"));
    let owners = owners(reading);
    for source in written_into(reading) {
        for (name, key, person) in people.into_iter().flat_map(Node::entries) {
            let has_id = person.get("crm").and_then(|crm| crm.get(source)).is_some();
            if has_id || !owners.contains(name) {
                continue;
            }
            let what = format!(
                "{name} is given records and has no id in {source}, so they cannot own them there: the next of the pool gets each, or it waits"
            );
            let fix = format!(
                "add `crm: {{ {source}: \"…\" }}` with the id of their user in {source}, or take {name} out of the pools and routing rules"
            );
            problems.at(&CHECK, ModelFile::People, key.span, what, fix);
        }
    }
}

/// The sources into which owners are written.
fn written_into<'t>(reading: &Reading<'t>) -> impl Iterator<Item = &'t str> {
    let sources = reading
        .trees
        .get(&ModelFile::Technology)
        .and_then(|root| root.get("sources"));
    let writes = |source: &Node| source.get("write")?.get("owner").and_then(yes_no);
    sources
        .into_iter()
        .flat_map(Node::entries)
        .filter(move |(_, _, source)| writes(source) == Some(true))
        .map(|(name, ..)| name)
}

/// Everyone who takes turns in a pool or stands in for one, whom a routing rule names, or who gets
/// what was reassigned often enough.
fn owners<'t>(reading: &Reading<'t>) -> BTreeSet<&'t str> {
    let mut owners = BTreeSet::new();
    for site in &reading.sites.keys {
        if let (Keys::Known(Names::Person), Some(name)) = (site.keys, site.key.text())
            && site.context.section == "pools"
        {
            owners.insert(name);
        }
    }
    for site in &reading.sites.values {
        if let (Shape::Phrase(forms), Some(text)) = (site.shape, site.node.text())
            && matches!(site.context.section, "pools" | "routing")
            && let Some(Meant::Name(Names::Person, name)) = meant(forms, text)
        {
            owners.insert(name);
        }
    }
    let clocks = reading
        .trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("clocks"));
    let clocks = clocks.into_iter().flat_map(Node::entries);
    let steps = clocks.flat_map(|(_, _, clock)| clock.get("when_late").into_iter());
    let last = steps
        .flat_map(Node::items)
        .filter_map(|step| step.text_of("finally")?.strip_prefix("ask "));
    owners.extend(last.map(str::trim));
    owners
}
