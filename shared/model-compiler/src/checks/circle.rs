//! Nobody reports to themselves, not even by way of others: an escalation would never end.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "circle",
    about: "Nobody reports to themselves, not even by way of others.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let people = reading
        .trees
        .get(&ModelFile::People)
        .and_then(|root| root.get("people"));
    let managers: BTreeMap<&str, (&str, &Node)> = people
        .into_iter()
        .flat_map(Node::entries)
        .filter_map(|(name, _, person)| {
            let to = person.get("reports_to")?;
            Some((name, (to.text()?, to)))
        })
        .collect();
    let mut done = BTreeSet::new();
    for &name in managers.keys() {
        let Some(circle) = circle(&managers, name, &mut done) else {
            continue;
        };
        let Some((first, (_, node))) = circle
            .first()
            .and_then(|first| managers.get_key_value(first))
        else {
            continue;
        };
        let what = format!(
            "this is a circle: {first} → {}",
            circle
                .iter()
                .skip(1)
                .chain([first])
                .copied()
                .collect::<Vec<_>>()
                .join(" → ")
        );
        problems.at(
            &CHECK,
            ModelFile::People,
            node.span,
            what,
            "let one of them report to somebody outside it, or to nobody".to_owned(),
        );
    }
}

/// Goes up from `name` until somebody who was passed before. If that was on this very way, it is a
/// circle, and is returned from its first name on.
fn circle<'t>(
    managers: &BTreeMap<&'t str, (&'t str, &Node)>,
    name: &'t str,
    done: &mut BTreeSet<&'t str>,
) -> Option<Vec<&'t str>> {
    let mut way: Vec<&str> = Vec::new();
    let mut at = name;
    while done.insert(at) {
        way.push(at);
        at = managers.get(at)?.0;
    }
    let from = way.iter().position(|passed| *passed == at)?;
    Some(way.split_off(from))
}
