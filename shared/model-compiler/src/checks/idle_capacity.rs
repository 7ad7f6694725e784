//! A pool that asks for `under_capacity` has a member with a capacity, and a capacity belongs to a member of
//! such a pool. Otherwise nobody is ever full, or nothing follows when they are.

use std::collections::BTreeSet;

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "idle-capacity",
    about: "A capacity is asked for by a pool, and a pool that asks for it has a member with one.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::People) else {
        return;
    };
    let people = root.get("people");
    let has_one = |person: &str| {
        let person = people.and_then(|people| people.get(person));
        person.is_some_and(|person| person.get("capacity").is_some())
    };
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    for (name, _, pool) in root.get("pools").into_iter().flat_map(Node::entries) {
        let mut eligible = pool.get("eligible").into_iter().flat_map(Node::items);
        let Some(asks) = eligible.find(|node| node.text() == Some("under_capacity")) else {
            continue;
        };
        let members = pool.get("weights").into_iter().flat_map(Node::entries);
        let members: Vec<&str> = members.map(|(member, ..)| member).collect();
        if !members.iter().any(|member| has_one(member)) {
            let what =
                format!("no member of pool {name} has a capacity, so nobody of it is ever full");
            let fix =
                "write for example `capacity: { open_leads: 25 }` at a member, or leave this out";
            problems.at(&CHECK, ModelFile::People, asks.span, what, fix.to_owned());
        }
        asked.extend(members);
    }
    for (name, _, person) in people.into_iter().flat_map(Node::entries) {
        let Some(capacity) = person.get("capacity").filter(|_| !asked.contains(name)) else {
            continue;
        };
        let what = format!(
            "no pool of which {name} is a member asks for `under_capacity`, so nothing follows"
        );
        let fix = "add `under_capacity` to `eligible` of one of their pools, or remove `capacity`";
        problems.at(
            &CHECK,
            ModelFile::People,
            capacity.span,
            what,
            fix.to_owned(),
        );
    }
}
