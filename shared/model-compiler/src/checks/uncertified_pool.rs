//! A pool that asks its members for a certification has a member who has it. Otherwise nobody of it could
//! ever get a record.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "uncertified-pool",
    about: "A pool that asks for certifications has a member who has them all.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::People) else {
        return;
    };
    let people = root.get("people");
    let given = |person: &str, certified: &str| {
        let person = people.and_then(|people| people.get(person));
        let has = person.and_then(|person| person.get("certified"));
        let mut has = has.into_iter().flat_map(Node::items);
        has.any(|it| it.text() == Some(certified))
    };
    let by_anybody = |certified: &str| {
        let mut all = people.into_iter().flat_map(Node::entries);
        all.any(|(person, ..)| given(person, certified))
    };
    for (_, _, pool) in root.get("pools").into_iter().flat_map(Node::entries) {
        let asked = pool.get("eligible").into_iter().flat_map(Node::items);
        let asked: Vec<&Node> = asked.filter_map(|it| it.get("certified")).collect();
        let names: Vec<&str> = asked.iter().filter_map(|it| it.text()).collect();
        // What nobody at all has is an unknown reference.
        let (Some(node), true) = (asked.last(), names.iter().all(|it| by_anybody(it))) else {
            continue;
        };
        let members = pool.get("weights").into_iter().flat_map(Node::entries);
        let members: Vec<&str> = members.map(|(member, ..)| member).collect();
        let all = |member: &&str| names.iter().all(|name| given(member, name));
        if members.is_empty() || members.iter().any(all) {
            continue;
        }
        let asked = names.join("` and `");
        let what =
            format!("no member of this pool is certified for `{asked}`, so nobody gets a record");
        let first = members.first().copied().unwrap_or_default();
        let fix = format!(
            "write `certified: [{}]` at a member such as {first}, or leave this out",
            names.join(", ")
        );
        problems.at(&CHECK, ModelFile::People, node.span, what, fix);
    }
}
