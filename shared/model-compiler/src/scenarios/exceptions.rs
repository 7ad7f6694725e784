use std::collections::BTreeSet;

use crm::RecordKind;

use super::reader::Reader;
use crate::yaml::node::Node;

/// The criteria, each with its stage, and the deviations from which the record is excepted; none if something of
/// it cannot be read.
pub(super) fn exceptions(
    reader: &mut Reader<'_, '_>,
    kind: RecordKind,
    node: &Node,
) -> Option<BTreeSet<String>> {
    let Some((_, key, list)) = node.entries().find(|(word, ..)| *word == "exceptions") else {
        return Some(BTreeSet::new());
    };
    let model = reader.model;
    if model.exceptions.is_none() {
        let what = "the model grants no exceptions".to_owned();
        let fix = "add `exceptions: { right: …, at_most: 14d, reason: required }` to governance.yaml, or leave this out";
        reader.problem(key.span, what, fix);
        return None;
    }
    let stages = model.stages(kind);
    let criteria = stages.flat_map(|stage| {
        let all = stage.enter.iter().chain(&stage.leave.criteria);
        all.map(|criterion| format!("{}.{}", stage.name, criterion.name))
    });
    let deviations = model.deviations.iter();
    let deviations = deviations.filter(|(_, rule)| rule.record == kind);
    let known: BTreeSet<String> = criteria
        .chain(deviations.map(|(name, _)| name.clone()))
        .collect();
    let known = known.iter().map(String::as_str);
    let what = "a criterion with its stage, such as `sql.budget`, or a deviation";
    reader.names(list, what, known)
}
