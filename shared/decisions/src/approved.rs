//! Whether a record has an approval: given or refused for the values that it holds now.

use contracts::{
    ValuesDigest, Verdict,
    state::{Approval, ApprovalStatus},
};
use crm::{PersonId, Record};
use model::{ApprovalRule, Approver};

use crate::{
    condition::verdict,
    facts::{Facts, FieldValue},
    look::look,
};

/// The rule of this name, if it is of such records.
pub(crate) fn rule_of<'a>(facts: &Facts<'a>, name: &str) -> Option<&'a ApprovalRule> {
    let rule = facts.model().approvals.get(name)?;
    (rule.record == facts.record.id.kind).then_some(rule)
}

/// Whether an approval is given or refused. What needs none has it; what is not answered, or was answered for other
/// values, is not known.
pub(crate) fn approval(facts: &Facts<'_>, name: &str) -> Option<&'static str> {
    let rule = rule_of(facts, name)?;
    match verdict(&rule.when, facts) {
        Verdict::NotHeld => Some(ApprovalStatus::Given.word()),
        Verdict::Unknown => None,
        Verdict::Held => match counting(facts, name, rule)?.status {
            status @ (ApprovalStatus::Given | ApprovalStatus::Refused) => Some(status.word()),
            ApprovalStatus::Pending | ApprovalStatus::Lapsed => None,
        },
    }
}

/// The asking that is for the values that the record holds now, whatever came of it.
pub(crate) fn counting<'a>(
    facts: &Facts<'a>,
    name: &str,
    rule: &ApprovalRule,
) -> Option<&'a Approval> {
    let asked = facts.approvals?.asked.get(name)?;
    let counts = asked.status != ApprovalStatus::Lapsed
        && asked.values == values(facts, name, rule)
        && !is_their_own(facts, rule, asked);
    counts.then_some(asked)
}

/// Whose it is, who never approves it: who owns the record; of a change of whose it is, who has it by that.
pub(crate) fn whose<'r>(record: &'r Record, rule: &ApprovalRule) -> Option<&'r PersonId> {
    let changed = rule.of_change.as_ref();
    let changed = changed.and_then(|field| record.fields.get(field)?.person());
    changed.or_else(|| record.owner())
}

/// Whether nobody has given it but whose it is by now: nobody approves their own.
pub(crate) fn is_their_own(facts: &Facts<'_>, rule: &ApprovalRule, asked: &Approval) -> bool {
    let owner = whose(facts.record, rule);
    let given = asked.status == ApprovalStatus::Given && owner.is_some();
    given && asked.by.as_ref() == owner && asked.given.keys().all(|it| Some(it) == owner)
}

/// Who answers, by their place in the list: the first whose limit is not exceeded. A value that is not there exceeds
/// every limit.
pub(crate) fn level(facts: &Facts<'_>, rule: &ApprovalRule) -> usize {
    let may = |approver: &Approver| match &approver.up_to {
        None => true,
        Some((limit, field)) => match look(facts, field) {
            FieldValue::Value(value) => value.number().is_some_and(|value| value <= *limit),
            FieldValue::Since(_) | FieldValue::Nothing => false,
        },
    };
    let first = rule.by.iter().position(may);
    first.unwrap_or_else(|| rule.by.len().saturating_sub(1))
}

/// What the values come to that are to be approved. Who has to answer is part of it: what grows beyond somebody's
/// limit is another question.
pub(crate) fn values(facts: &Facts<'_>, name: &str, rule: &ApprovalRule) -> ValuesDigest {
    let record = facts.record.id.to_string();
    let level = rule.by.get(level(facts, rule));
    let mut parts = vec![name.to_owned(), record];
    parts.extend(level.map(|it| it.right.clone()));
    for field in &rule.binds {
        let value = facts.record.fields.get(field);
        parts.push(field.clone());
        parts.push(value.map_or_else(|| "-".to_owned(), |value| format!("={value}")));
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    ValuesDigest::of(&parts)
}
