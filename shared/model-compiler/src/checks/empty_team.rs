//! A team that gets a digest or answers a deviation has somebody in it. Otherwise nobody gets the
//! mail, and nobody notices. Of teams that a late clock tells the check `escalation` speaks.

use std::collections::BTreeSet;

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{
        Names, Shape,
        phrases::{Meant, meant},
    },
    problems::problem::ProblemSeverity,
    yaml::node::Node,
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "empty-team",
    about: "A team that gets a digest or answers a deviation has somebody in it.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let people = reading
        .trees
        .get(&ModelFile::People)
        .and_then(|root| root.get("people"));
    let people = people.into_iter().flat_map(Node::entries);
    let teams: BTreeSet<&str> = people
        .filter_map(|(_, _, person)| person.text_of("team"))
        .collect();
    for site in &reading.sites.values {
        let (Shape::Phrase(forms), Some(text)) = (site.shape, site.node.text()) else {
            continue;
        };
        let (ModelFile::Governance, Some(Meant::Name(Names::Team, team))) =
            (site.context.file, meant(forms, text))
        else {
            continue;
        };
        if !teams.contains(team) {
            let what = format!("the team `{team}` has no members, so nobody hears of it");
            let fix = format!("write `team: {team}` at one of the people, or name a person");
            problems.at(&CHECK, ModelFile::Governance, site.node.span, what, fix);
        }
    }
}
