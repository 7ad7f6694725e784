//! Whoever leaves is followed by somebody: what was meant for them goes to whom they reported to, a pool has
//! members who stay, and a decision right has people who do.

use jiff::civil::Date;

use super::check::{Check, Problems, Reading};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars, span::Span},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "nobody-follows",
    about: "Whoever leaves is followed by somebody who stays: above them, in their pools, in their rights.",
    severity: ProblemSeverity::Error,
    run,
};

/// The day on which a person leaves, if the model says one.
pub(super) fn leaves_on(root: &Node, person: &str) -> Option<Date> {
    let left = root.get("people")?.get(person)?.get("left")?;
    scalars::date(left)
}

/// Whom a person reports to: whom they name, else the lead of their team.
pub(super) fn above<'t>(root: &'t Node, person: &str) -> Option<&'t str> {
    let known = root.get("people")?.get(person)?;
    known.text_of("reports_to").or_else(|| {
        let team = known.text_of("team")?;
        root.get("teams")?.get(team)?.text_of("lead")
    })
}

/// The next above a person who stays.
pub(super) fn follows<'t>(root: &'t Node, person: &'t str) -> Option<&'t str> {
    let mut passed = vec![person];
    loop {
        let above = above(root, passed.last()?).filter(|it| !passed.contains(it))?;
        if leaves_on(root, above).is_none() {
            return Some(above);
        }
        passed.push(above);
    }
}

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::People) else {
        return;
    };
    let section = |word| root.get(word).into_iter().flat_map(Node::entries);
    for (name, _, person) in section("people") {
        let Some((node, left)) = person.get("left").zip(leaves_on(root, name)) else {
            continue;
        };
        if follows(root, name).is_none() {
            let what = format!("{name} leaves on {left}, and nobody above them stays");
            let fix = format!(
                "let {name} report to somebody who stays (`reports_to`): what was meant for {name} goes to them"
            );
            say(problems, node.span, what, fix);
        }
    }
    for (_, key, pool) in section("pools") {
        let weights = pool.get("weights").filter(|it| it.is_mapping());
        let members = weights.into_iter().flat_map(Node::entries);
        let asks = pool
            .text_of("all_away")
            .is_some_and(|it| it.starts_with("ask "));
        let last = last_day(root, members.map(|(member, ..)| member));
        if let Some(left) = last.filter(|_| !asks) {
            let what = format!(
                "everybody of this pool has left from {left} on, so it gives nothing to anybody"
            );
            let fix =
                "add somebody who stays, or write for example `all_away: ask jonas`".to_owned();
            say(problems, key.span, what, fix);
        }
    }
    for (_, key, right) in section("decision_rights") {
        let people = right.get("people").into_iter().flat_map(Node::items);
        if let Some(left) = last_day(root, people.filter_map(Node::text)) {
            let what = format!(
                "everybody who has this right has left from {left} on, so nobody may decide it"
            );
            say(
                problems,
                key.span,
                what,
                "name somebody who stays".to_owned(),
            );
        }
    }
}

/// The day on which the last of some people leaves, if all of them do.
fn last_day<'t>(root: &Node, people: impl Iterator<Item = &'t str>) -> Option<Date> {
    let days: Option<Vec<Date>> = people.map(|person| leaves_on(root, person)).collect();
    days?.into_iter().max()
}

fn say(problems: &mut Problems<'_>, span: Span, what: String, fix: String) {
    problems.at(&CHECK, ModelFile::People, span, what, fix);
}
