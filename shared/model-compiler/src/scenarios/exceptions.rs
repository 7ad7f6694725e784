use std::collections::BTreeSet;

use crm::{PersonId, Record, RecordKind};
use jiff::{Timestamp, tz::TimeZone};
use model::{DecisionRight, OperatingModel};

use super::reader::Reader;
use crate::yaml::node::Node;

/// Whether somebody who has the right is there at that time, and may use it on that record.
fn grants(
    model: &OperatingModel,
    right: &DecisionRight,
    person: &PersonId,
    (record, at): (&Record, Timestamp),
) -> bool {
    let calendar = model.calendar_of(person);
    let zone = calendar.and_then(|it| TimeZone::get(&it.spec.time_zone).ok());
    let zone = zone.unwrap_or(TimeZone::UTC);
    let today = at.to_zoned(zone).date();
    let own = right.never_own_records && record.owner() == Some(person);
    let known = model.people.get(person).filter(|_| !own);
    known.is_some_and(|it| {
        it.left.is_none_or(|left| today < left) && it.starts.is_none_or(|starts| starts <= today)
    })
}

/// The criteria, each with its stage, and the deviations from which the record is excepted; none if something of
/// it cannot be read.
pub(super) fn exceptions(
    reader: &mut Reader<'_, '_>,
    kind: RecordKind,
    node: &Node,
    given: Option<(&Record, Timestamp)>,
) -> Option<BTreeSet<String>> {
    let Some((_, key, list)) = node.entries().find(|(word, ..)| *word == "exceptions") else {
        return Some(BTreeSet::new());
    };
    let model = reader.model;
    let Some(terms) = &model.exceptions else {
        let what = "the model grants no exceptions".to_owned();
        let fix = "add `exceptions: { right: …, at_most: 14d, reason: required }` to governance.yaml, or leave this out";
        reader.problem(key.span, what, fix);
        return None;
    };
    let right = model.decision_rights.get(&terms.right);
    if let (Some(right), Some(given)) = (right, given)
        && !right
            .people
            .iter()
            .any(|it| grants(model, right, it, given))
    {
        let what = format!(
            "nobody may grant exceptions of this record then: it takes the right {} ({})",
            terms.right, right.place
        );
        let fix =
            "give somebody else the right, let the record be somebody else's, or leave this out";
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
