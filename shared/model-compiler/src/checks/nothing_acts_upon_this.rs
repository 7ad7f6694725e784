//! What is said of a kind of record is acted upon for that kind: what is accepted and never done would be found
//! out by nobody.

use super::check::{Check, Problems, Reading};
use crate::{fixes::nearest::listed, problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "nothing-acts-upon-this",
    about: "What is said of a kind of record is acted upon for records of that kind.",
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

const ROUTED: &[&str] = &["lead", "opportunity", "account"];
const JOURNEYS: &[&str] = &["lead", "opportunity"];

const ACTED: [Acted; 6] = [
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
        kinds: ROUTED,
    },
    Acted {
        file: ModelFile::Processes,
        section: "routing",
        keyed: true,
        done: "are routed",
        kinds: ROUTED,
    },
    Acted {
        file: ModelFile::Processes,
        section: "reroute",
        keyed: true,
        done: "are routed",
        kinds: ROUTED,
    },
    Acted {
        file: ModelFile::Processes,
        section: "clocks",
        keyed: false,
        done: "have clocks",
        kinds: JOURNEYS,
    },
    Acted {
        file: ModelFile::Governance,
        section: "deviations",
        keyed: false,
        done: "are watched for deviations",
        kinds: JOURNEYS,
    },
];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
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
