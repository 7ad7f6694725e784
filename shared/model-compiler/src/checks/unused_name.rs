//! Every list, table, named condition, calendar, queue, response, behaviour and list of pairs is used somewhere. One that nothing uses is
//! left over, or the name of another stands where it was meant.
//!
//! Of pools the check `unreached-pool` speaks, and of segments, territories and stages the proofs.

use std::collections::BTreeSet;

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{
        Keys, Names, Shape,
        conditions::tests,
        phrases::{Meant, meant},
    },
    problems::problem::ProblemSeverity,
};

pub(super) static CHECK: Check = Check {
    name: "unused-name",
    about: "Every list, table, named condition, calendar, queue, response, behaviour and list of pairs is used somewhere.",
    severity: ProblemSeverity::Warning,
    run,
};

/// The families of names that are given to be used, and what uses them.
const FAMILIES: [(Names, &str); 8] = [
    (Names::List, "write `in_list: NAME` in a condition"),
    (Names::Condition, "write `is: NAME` in a condition"),
    (
        Names::Calendar,
        "write `calendar: NAME` at a team, a person or a clock",
    ),
    (Names::Queue, "write `to: queue NAME` in a routing rule"),
    (
        Names::Table,
        "write `to: { table: NAME, by: KIND.FIELD, no_row: next_rule }` in a routing rule",
    ),
    (
        Names::Pairs,
        "write `to: { partner_of: KIND.FIELD, in: NAME, none: next_rule }` in a routing rule",
    ),
    (Names::Response, "write `respond: NAME` at a deviation"),
    (
        Names::Behaviour,
        "write `count: NAME` in a derived field of a lead",
    ),
];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let used = used(reading);
    for (family, use_of) in FAMILIES {
        let Some((file, section)) = family.home() else {
            continue;
        };
        let given = reading.trees.get(&file).and_then(|root| root.get(section));
        let Some(given) = given else { continue };
        for (name, key, _) in given.entries() {
            if used.contains(&(family, name)) {
                continue;
            }
            let word = family.a().trim_start_matches("a ");
            let what = format!("nothing uses the {word} `{name}`");
            let fix = format!("{}, or remove it", use_of.replace("NAME", name));
            problems.at(&CHECK, file, key.span, what, fix);
        }
    }
}

/// Every name that something refers to.
fn used<'t>(reading: &Reading<'t>) -> BTreeSet<(Names, &'t str)> {
    let mut used = BTreeSet::new();
    for site in &reading.sites.values {
        if let (Shape::Phrase(forms), Some(text)) = (site.shape, site.node.text())
            && let Some(Meant::Name(family, name)) = meant(forms, text)
        {
            used.insert((family, name));
        }
    }
    for site in &reading.sites.keys {
        if let (Keys::Known(family), Some(name)) = (site.keys, site.key.text()) {
            used.insert((family, name));
        }
    }
    for site in &reading.sites.tests {
        let lists = tests(site.test).filter(|part| part.word == "in_list");
        used.extend(lists.filter_map(|part| Some((Names::List, part.value.text()?))));
    }
    let named = reading.sites.named.iter();
    used.extend(named.filter_map(|site| Some((Names::Condition, site.name.text()?))));
    used
}
