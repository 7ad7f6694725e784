//! What a scenario says of approvals, and who is asked for one.

use std::collections::{BTreeMap, BTreeSet};

use contracts::state::{Approval, ApprovalStatus, ApprovalsState};
use crm::PersonId;

use crate::{
    approvals::asked_of,
    approved::{rule_of, values},
    facts::Facts,
};

/// Approvals that somebody has answered for the values as they are: by the first who may.
pub(super) fn answered(
    facts: &Facts<'_>,
    before: &ApprovalsState,
    answers: &BTreeMap<String, bool>,
) -> ApprovalsState {
    let mut approvals = before.clone();
    for (name, given) in answers {
        let Some(rule) = rule_of(facts, name) else {
            continue;
        };
        let asked = asked_of(rule, facts);
        let people = asked.as_ref().map(|it| it.people.clone());
        let people = people.unwrap_or_default();
        let by = people.first().cloned();
        let run = approvals.asked.get(name).map_or(1, |it| it.run);
        let status = match given {
            true => ApprovalStatus::Given,
            false => ApprovalStatus::Refused,
        };
        let approval = Approval {
            run,
            values: values(facts, name, rule),
            since: facts.now,
            right: asked.map(|it| it.right.to_owned()).unwrap_or_default(),
            of: people,
            last: None,
            due: None,
            given: BTreeMap::new(),
            status,
            by,
            at: Some(facts.now),
            reason: None,
        };
        approvals.asked.insert(name.clone(), approval);
    }
    approvals
}

/// Who is asked of what, of what is not answered.
pub(super) fn waiting(approvals: &ApprovalsState) -> BTreeMap<String, BTreeSet<String>> {
    let pending = approvals.asked.iter().filter(|(_, it)| it.is_pending());
    let waiting = pending.map(|(name, it)| {
        let people = it.of.iter().chain(&it.last).map(PersonId::to_string);
        (name.clone(), people.collect())
    });
    waiting.collect()
}

/// The same in words.
pub(super) fn spoken(waiting: &BTreeMap<String, BTreeSet<String>>) -> String {
    let each = waiting.iter().map(|(name, people)| {
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        format!("{name} of {}", people.join(" and "))
    });
    let each: Vec<String> = each.collect();
    match each.is_empty() {
        true => "nobody".to_owned(),
        false => each.join(", "),
    }
}
