//! What is said of a kind of record is acted upon for that kind, and a decision right is needed for something: what
//! is accepted and never done would be found out by nobody.

use std::collections::BTreeSet;

use super::check::{Check, Problems, Reading};
use crate::{fixes::nearest::listed, problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "nothing-acts-upon-this",
    about: "What is said of a kind of record is acted upon for records of that kind, and a decision right is needed for \
            something.",
    severity: ProblemSeverity::Error,
    run,
};

/// Where kinds of record stand, and of which ones something acts upon what is said there.
struct Acted {
    file: ModelFile,
    section: &'static str,
    /// Whether the kind is the section's key; else it stands under `record`.
    keyed: bool,
    /// What is done with these kinds.
    done: &'static str,
    kinds: &'static [&'static str],
}

/// Those that may have an owner.
const OWNED: &[&str] = &["lead", "opportunity", "account"];
const JOURNEYS: &[&str] = &["lead", "opportunity"];

const ACTED: [Acted; 7] = [
    Acted {
        file: ModelFile::Processes,
        section: "lifecycles",
        keyed: true,
        done: "are judged at gates",
        kinds: JOURNEYS,
    },
    Acted {
        file: ModelFile::Processes,
        section: "before_routing",
        keyed: true,
        done: "are routed",
        kinds: OWNED,
    },
    Acted {
        file: ModelFile::Processes,
        section: "routing",
        keyed: true,
        done: "are routed",
        kinds: OWNED,
    },
    Acted {
        file: ModelFile::Processes,
        section: "reroute",
        keyed: true,
        done: "are routed",
        kinds: OWNED,
    },
    Acted {
        file: ModelFile::Processes,
        section: "clocks",
        keyed: false,
        done: "have clocks",
        kinds: OWNED,
    },
    Acted {
        file: ModelFile::Governance,
        section: "deviations",
        keyed: false,
        done: "are watched for deviations",
        kinds: OWNED,
    },
    Acted {
        file: ModelFile::Governance,
        section: "approvals",
        keyed: false,
        done: "are approved",
        kinds: OWNED,
    },
];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    rights(reading, problems);
    for acted in &ACTED {
        let root = reading.trees.get(&acted.file);
        let section = root.and_then(|root| root.get(acted.section));
        for (word, key, node) in section.into_iter().flat_map(Node::entries) {
            let kind = match acted.keyed {
                true => Some((node.text_of("of").unwrap_or(word), key)),
                false => node.get("record").and_then(|it| Some((it.text()?, it))),
            };
            let Some((kind, named)) = kind else { continue };
            // Of a kind that does not exist another check speaks.
            if kind.parse::<crm::RecordKind>().is_err() || acted.kinds.contains(&kind) {
                continue;
            }
            let what = format!("nothing acts upon this: no {kind} records {}", acted.done);
            let kinds = listed(acted.kinds.iter().copied());
            let fix = format!("write {kinds}, or remove this");
            problems.at(&CHECK, acted.file, named.span, what, fix);
        }
    }
}

fn section<'t>(reading: &Reading<'t>, file: ModelFile, name: &str) -> Option<&'t Node> {
    reading.trees.get(&file).and_then(|root| root.get(name))
}

/// A right that nothing needs decides nothing, whoever has it.
fn rights(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let exceptions = section(reading, ModelFile::Governance, "exceptions");
    let mut needed = for_answers(reading, problems);
    needed.extend(exceptions.and_then(|it| it.text_of("right")));
    let approvals = section(reading, ModelFile::Governance, "approvals");
    let levels = approvals.into_iter().flat_map(Node::entries);
    let levels = levels.filter_map(|(_, _, node)| node.get("by"));
    needed.extend(
        levels
            .flat_map(Node::items)
            .filter_map(|it| it.text_of("right")),
    );
    let reviews = section(reading, ModelFile::Governance, "reviews");
    let reviews = reviews.into_iter().flat_map(Node::entries);
    let decides = reviews.filter_map(|(_, _, node)| node.get("decides"));
    needed.extend(decides.flat_map(Node::items).filter_map(Node::text));
    let Some(rights) = section(reading, ModelFile::People, "decision_rights") else {
        return;
    };
    let files = [ModelFile::Governance, ModelFile::Processes];
    let given: BTreeSet<&str> = rights.entries().map(|(right, ..)| right).collect();
    // What is misspelt, or in a file that is not there, is said by another check, and may be the one.
    if files.iter().any(|file| !reading.trees.contains_key(file)) || !needed.is_subset(&given) {
        return;
    }
    for (right, key, _) in rights.entries() {
        if needed.contains(right) {
            continue;
        }
        let what =
            format!("nothing acts upon this: nothing that people decide needs the right {right}");
        let fix = "name it where it is needed, as in `exceptions: { right: … }`, in `by` of an approval, `decides` of a review or `when_turned_back: { right: … }`, or \
                   remove it: who may change the model itself, the repository says";
        problems.at(&CHECK, ModelFile::People, key.span, what, fix.to_owned());
    }
}

/// The rights that it takes to answer for what is held. Only a gate that turns back holds, and only beyond so many.
fn for_answers<'t>(reading: &Reading<'t>, problems: &mut Problems<'_>) -> BTreeSet<&'t str> {
    let mut needed = BTreeSet::new();
    let lifecycles = section(reading, ModelFile::Processes, "lifecycles").into_iter();
    for (_, _, journey) in lifecycles.flat_map(Node::entries) {
        let terms = journey.get("when_turned_back");
        let turns_back = journey
            .text_of("gate")
            .is_none_or(|gate| gate == "turn_back");
        let rounds = terms.and_then(|it| it.entries().find(|(word, ..)| *word == "rounds"));
        if let Some((_, key, _)) = rounds.filter(|_| !turns_back) {
            let what = "nothing acts upon this: this gate turns nothing back, so no move is turned back again"
                .to_owned();
            let fix = "write `gate: turn_back`, or remove this";
            problems.at(&CHECK, ModelFile::Processes, key.span, what, fix.to_owned());
        }
        let right = terms.and_then(|it| it.entries().find(|(word, ..)| *word == "right"));
        let (Some(terms), Some((_, key, right))) = (terms, right) else {
            continue;
        };
        needed.extend(right.text());
        let (why, fix) = if !turns_back {
            (
                "this gate turns nothing back, so",
                "write `gate: turn_back`, or remove this",
            )
        } else if terms.get("at_most").is_none() && terms.get("rounds").is_none() {
            (
                "without `at_most` and `rounds`",
                "add for example `at_most: 20 per person in 10m` or `rounds: 3`, or remove this",
            )
        } else {
            continue;
        };
        let what = format!(
            "nothing acts upon this: {why} nothing is held, and there is nothing to answer for"
        );
        problems.at(&CHECK, ModelFile::Processes, key.span, what, fix.to_owned());
    }
    needed
}
