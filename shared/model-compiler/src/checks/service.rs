//! A person starts before they leave, and a ramp has a day from which it is counted, never falls, and ends
//! at 100%: after its last month its last entry stays.

use super::check::{Check, Problems, Reading};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "service",
    about: "People start before they leave, and a ramp rises from a first day to 100%.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let people = reading
        .trees
        .get(&ModelFile::People)
        .and_then(|root| root.get("people"));
    for (name, _, person) in people.into_iter().flat_map(Node::entries) {
        let faults = [leaves_first(person), ramp(name, person)];
        for (node, what, fix) in faults.into_iter().flatten() {
            problems.at(&CHECK, ModelFile::People, node.span, what, fix);
        }
    }
}

type Fault<'t> = Option<(&'t Node, String, String)>;

fn leaves_first(person: &Node) -> Fault<'_> {
    let node = person.get("left")?;
    let (starts, left) = (
        person.get("starts").and_then(scalars::date)?,
        scalars::date(node)?,
    );
    (left <= starts).then(|| {
        let what = format!("they would have left on {left}, before or as they start on {starts}");
        (node, what, "write a day after `starts`".to_owned())
    })
}

fn ramp<'t>(name: &str, person: &'t Node) -> Fault<'t> {
    let node = person.get("ramp").filter(|ramp| ramp.is_list())?;
    if person.get("starts").is_none() {
        let what = format!("this ramp has no first day: it does not say when {name} starts");
        let fix = "add for example `starts: \"2026-11-02\"`, or remove `ramp`".to_owned();
        return Some((node, what, fix));
    }
    let parts: Option<Vec<(u32, &Node)>> = node
        .items()
        .iter()
        .map(|item| Some((scalars::percent(item)?, item)))
        .collect();
    let parts = parts?;
    let mut months = parts.iter().zip(parts.iter().skip(1));
    if let Some(((before, _), (after, item))) = months.find(|((it, _), (next, _))| next < it) {
        let what = format!("this ramp falls: {after}% comes after {before}%");
        let fix = "write the months in order, each at least as much as the one before".to_owned();
        return Some((item, what, fix));
    }
    let (last, item) = parts.last()?;
    (*last < 100).then(|| {
        let what = format!("this ramp ends at {last}%, so {name} would never count whole");
        (*item, what, "add `100%` at the end".to_owned())
    })
}
