//! Somebody may answer for moves that are held. What is held of a person may be of several journeys, and one answer is
//! for all of it: who answers needs the right of each.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::journeys::journeys,
    problems::problem::ProblemSeverity,
    yaml::{node::Node, span::Span},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "nobody-may-answer",
    about: "Somebody has all the rights that it takes to answer for moves that are held.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let people = reading.trees.get(&ModelFile::People);
    let Some(given) = people.and_then(|root| root.get("decision_rights")) else {
        return;
    };
    let mut asked: BTreeMap<&str, &str> = BTreeMap::new();
    let mut may: Option<BTreeSet<&str>> = None;
    let mut last: Option<Span> = None;
    for journey in journeys(reading.trees) {
        let terms = journey.node.get("when_turned_back");
        let holds = journey.node.text_of("gate") == Some("turn_back")
            && terms.is_some_and(|it| it.get("at_most").is_some() || it.get("rounds").is_some());
        let right = terms.and_then(|it| it.get("right")).filter(|_| holds);
        let Some((right, name)) = right.and_then(|it| Some((it, it.text()?))) else {
            continue;
        };
        // Of a right that is not there another check speaks.
        let Some(has) = given.get(name).and_then(|it| it.get("people")) else {
            return;
        };
        let has: BTreeSet<&str> = has.items().iter().filter_map(Node::text).collect();
        may = Some(match may {
            Some(may) => may.intersection(&has).copied().collect(),
            None => has,
        });
        asked.entry(name).or_insert(journey.name);
        last = Some(right.span);
    }
    let (Some(may), Some(span)) = (may, last) else {
        return;
    };
    if asked.len() < 2 || !may.is_empty() {
        return;
    }
    let what = format!(
        "nobody may answer for moves that are held: an answer is for what is held of {}, and nobody has the rights {}",
        all_of(asked.values()),
        all_of(asked.keys())
    );
    let fix = "name one right at all of these journeys, or give somebody all of these rights in people.yaml";
    problems.at(&CHECK, ModelFile::Processes, span, what, fix.to_owned());
}

fn all_of<'a>(names: impl Iterator<Item = &'a &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(" and ")
}
