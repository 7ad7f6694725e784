use std::collections::BTreeSet;

use crm::PersonId;
use model::{ApprovalRule, Place};

use crate::{
    approved::{level, whose},
    facts::Facts,
    people::manager,
    rights::{is_there, may_for_others},
};

/// Who may approve a record as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The right that it takes.
    pub right: &'a str,
    /// Where the model names it.
    pub place: Place,
    /// Who has it, is there, and does not own the record. Nobody, if nobody of any level is left.
    pub people: BTreeSet<PersonId>,
}

/// Who is asked: whoever has the right of the first level whose limit is not exceeded. Where nobody of it is left, as
/// it is all their own record or they are gone, those of the next level.
#[must_use]
pub fn asked_of<'a>(rule: &'a ApprovalRule, facts: &Facts<'_>) -> Option<Asked<'a>> {
    let owner = whose(facts.record, rule);
    let mut last = None;
    for level in rule.by.iter().skip(level(facts, rule)) {
        let right = facts.rules.model.decision_rights.get(&level.right);
        let people = right.into_iter().flat_map(|right| &right.people);
        let may = |person: &&PersonId| {
            may_for_others(facts.rules, &level.right, person, owner, facts.now).is_ok()
        };
        let asked = Asked {
            right: &level.right,
            place: level.place,
            people: people.filter(may).cloned().collect(),
        };
        if !asked.people.is_empty() {
            return Some(asked);
        }
        last = Some(asked);
    }
    last
}

/// Who is asked besides once the time is up: whom the model names, or whom they report to if it is their own record.
/// Nobody, if they are not there.
pub(super) fn last_of(rule: &ApprovalRule, facts: &Facts<'_>) -> Option<PersonId> {
    let (_, named) = rule.within.as_ref()?;
    let last = match whose(facts.record, rule) == Some(named) {
        true => manager(facts.model(), named).filter(|it| *it != named),
        false => Some(named),
    };
    let there = |it: &&PersonId| is_there(facts.rules, it, facts.now).is_ok();
    last.filter(there).cloned()
}
