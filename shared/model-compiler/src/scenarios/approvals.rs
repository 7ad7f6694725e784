use std::collections::{BTreeMap, BTreeSet};

use crm::{PersonId, RecordKind};
use model::{APPROVAL_STATUS, ApprovalRule};

use super::reader::{Reader, a};
use crate::yaml::node::Node;

/// The approvals that a kind of record may need.
fn names_of(reader: &Reader<'_, '_>, kind: RecordKind) -> Vec<String> {
    let own = |(_, rule): &(&String, &ApprovalRule)| rule.record == kind;
    let all = reader.model.approvals.iter().filter(own);
    all.map(|(name, _)| name.clone()).collect()
}

/// What somebody has answered by then, of the values as they are then: whether it was given.
pub(super) fn approvals(
    reader: &mut Reader<'_, '_>,
    kind: RecordKind,
    node: &Node,
) -> Option<BTreeMap<String, bool>> {
    let Some((_, key, node)) = node.entries().find(|(word, ..)| *word == "approvals") else {
        return Some(BTreeMap::new());
    };
    let names = names_of(reader, kind);
    if names.is_empty() {
        let what = format!("the model has no approvals of {}", a(kind));
        let fix = "leave it out, or add it to `approvals` of governance.yaml";
        reader.problem(key.span, what, fix);
        return None;
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    reader.words(node, &names);
    let entries = node.entries().filter(|(name, ..)| names.contains(name));
    let answered = entries.map(|(name, _, value)| {
        let word = reader.name(value, "an answer", APPROVAL_STATUS.into_iter())?;
        Some((name.to_owned(), word == "given"))
    });
    answered.collect()
}

/// Who is to be asked for which approval, all of them.
pub(super) fn asks(
    reader: &mut Reader<'_, '_>,
    kind: RecordKind,
    node: &Node,
) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let names = names_of(reader, kind);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    reader.words(node, &names);
    let model = reader.model;
    let entries = node.entries().filter(|(name, ..)| names.contains(name));
    let asked = entries.map(|(name, _, value)| {
        let people = model.people.keys().map(PersonId::as_str);
        Some((name.to_owned(), reader.names(value, "a person", people)?))
    });
    asked.collect()
}
