//! Whoever leaves is named nowhere where somebody else would have it in their place, and the model says what
//! becomes of their open records. All of it works, and is hardly meant for long.

use jiff::civil::Date;

use super::{
    check::{Check, Problems, Reading},
    nobody_follows::{follows, leaves_on},
};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::{node::Node, span::Span},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "still-named",
    about: "Whoever leaves is named nowhere else, and the model says what becomes of their records.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::People) else {
        return;
    };
    let processes = reading.trees.get(&ModelFile::Processes);
    let routing = processes.and_then(|root| root.get("routing"));
    unsaid(problems, root, routing);
    let of_teams =
        section(root, "teams").filter_map(|(_, _, it)| Some((it.get("lead")?, "leads this team")));
    let of_people = section(root, "people")
        .filter(|(name, ..)| leaves_on(root, name).is_none())
        .filter_map(|(_, _, it)| Some((it.get("reports_to")?, "is who they report to")));
    let of_pools = section(root, "pools").flat_map(|(_, _, pool)| {
        let words = ["nobody_working", "all_away", "all_full"];
        words
            .into_iter()
            .filter_map(|word| Some((pool.get(word)?, "is asked here")))
    });
    let of_queues = section(root, "queues")
        .filter_map(|(_, _, it)| Some((it.get("finally")?, "is asked here")));
    for (node, does) in of_teams.chain(of_people).chain(of_pools).chain(of_queues) {
        named(problems, root, (ModelFile::People, node), does);
    }
    let lists = routing.into_iter().flat_map(Node::entries);
    for (_, _, rules) in lists {
        for to in rules.items().iter().filter_map(|rule| rule.get("to")) {
            named(
                problems,
                root,
                (ModelFile::Processes, to),
                "is whom this rule names",
            );
        }
    }
}

fn section<'t>(root: &'t Node, word: &str) -> impl Iterator<Item = (&'t str, &'t Node, &'t Node)> {
    root.get(word).into_iter().flat_map(Node::entries)
}

/// A person who leaves and is named, as `nina` or as `ask nina`.
fn named(problems: &mut Problems<'_>, root: &Node, (file, node): (ModelFile, &Node), does: &str) {
    let Some(text) = node.text() else {
        return;
    };
    let person = text.strip_prefix("ask ").unwrap_or(text).trim();
    let Some((left, instead)) = leaves_on(root, person).zip(follows(root, person)) else {
        return;
    };
    let what = format!(
        "{person} {does}, and leaves on {left}: from then on it is {instead} in their place"
    );
    let fix = format!("name {instead} if that is meant, or somebody else");
    problems.at(&CHECK, file, node.span, what, fix);
}

/// Of which kinds that are routed it is not said what becomes of a leaver's records.
fn unsaid(problems: &mut Problems<'_>, root: &Node, routing: Option<&Node>) {
    let leaving: Vec<(&str, Span, Date)> = section(root, "people")
        .filter_map(|(name, _, it)| Some((name, it.get("left")?.span, leaves_on(root, name)?)))
        .collect();
    let said = root.get("leavers");
    let kinds = routing.into_iter().flat_map(Node::entries);
    let unsaid: Vec<&str> = kinds
        .map(|(kind, ..)| kind)
        .filter(|kind| said.is_none_or(|said| said.get(kind).is_none()))
        .collect();
    let Some(first) = unsaid.first() else {
        return;
    };
    for (name, span, left) in leaving {
        let what = format!(
            "{name} leaves on {left}, and their open records stay theirs: {}",
            unsaid.join(", ")
        );
        let fix =
            format!("say what becomes of them, for example `leavers: {{ {first}: reroute }}`");
        problems.at(&CHECK, ModelFile::People, span, what, fix);
    }
}
