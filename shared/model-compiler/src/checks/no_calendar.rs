//! Everybody has a calendar, their own or their team's: whoever has none would never be at work,
//! or always.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "no-calendar",
    about: "Everybody has a calendar, their own or their team's.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let people = reading
        .trees
        .get(&ModelFile::People)
        .and_then(|root| root.get("people"));
    for (name, key, person) in people.into_iter().flat_map(Node::entries) {
        let has = |word| person.entries().any(|(key, ..)| key == word);
        if person.is_mapping() && !has("calendar") && !has("team") {
            let what = format!("{name} has neither a team nor a calendar");
            problems.at(
                &CHECK,
                ModelFile::People,
                key.span,
                what,
                "add `team: …` or `calendar: …`".to_owned(),
            );
        }
    }
}
