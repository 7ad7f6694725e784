//! How people are told of an approval.

use contracts::{Finding, Found, state::ApprovalStatus};
use crm::{FieldRef, PersonId, Record, Value};
use model::{ApprovalRule, OperatingModel};

use super::who::asked_of;
use crate::{
    approved::{counting, rule_of},
    condition::evaluate,
    facts::Facts,
    shown::{label_of, name_of, one_line, value_label},
};

/// A value that is to be approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// What people call the field.
    pub label: String,
    /// What it holds, in words; none if it is empty.
    pub value: Option<String>,
    /// Whether it is personal: then it is not shown, and the CRM has it.
    pub personal: bool,
}

/// The values that an approval is for.
#[must_use]
pub fn bound_values(model: &OperatingModel, record: &Record, rule: &ApprovalRule) -> Vec<Bound> {
    let kind = record.id.kind;
    let declared = model.records.get(&kind);
    let bound = rule.binds.iter().map(|name| {
        let field = declared.and_then(|fields| fields.get(name));
        let personal = field.is_some_and(|field| field.personal);
        let value = record.fields.get(name).filter(|_| !personal);
        let of = FieldRef::new(kind, name.as_str());
        Bound {
            label: label_of(model, &of.to_string()),
            value: value.map(|value| value_label(model, &of, value)),
            personal,
        }
    });
    bound.collect()
}

/// A value as people read it.
#[must_use]
pub fn said_value(model: &OperatingModel, value: &Value) -> String {
    match value.person() {
        Some(person) => name_of(model, person),
        None => one_line(&value.to_string()),
    }
}

/// What an approval lacks that a test asks for, in words; none if the test asks for something else.
pub(crate) fn missing(facts: &Facts<'_>, finding: &Finding) -> Option<String> {
    let (_, name) = finding.field.split_once('.')?;
    let name = name.strip_prefix("approval.")?;
    let rule = rule_of(facts, name)?;
    if let Found::Value(found) = &finding.found
        && found == ApprovalStatus::Given.word()
    {
        return Some("it was approved, and must not be".to_owned());
    }
    let needs = evaluate(&rule.when, facts);
    if needs.verdict == contracts::Verdict::Unknown {
        let unknown = needs
            .findings
            .iter()
            .filter(|it| it.found == Found::NoValue);
        let unknown: Vec<String> = unknown
            .map(|it| label_of(facts.model(), &it.field))
            .collect();
        return Some(format!(
            "whether it must be approved cannot be told, please fill in {}",
            unknown.join(", ")
        ));
    }
    let counting = counting(facts, name, rule);
    if let Some(asked) = counting.filter(|it| it.status == ApprovalStatus::Refused) {
        let by = asked.by.as_ref();
        let by = by.map_or_else(|| "somebody".to_owned(), |it| name_of(facts.model(), it));
        let why = asked.reason.iter().map(|why| format!(": {why}"));
        return Some(format!("{by} has refused it{}", why.collect::<String>()));
    }
    let people = asked_of(rule, facts)
        .map(|it| it.people)
        .unwrap_or_default();
    let mut people: Vec<PersonId> = people.into_iter().collect();
    people.extend(counting.and_then(|it| it.last.clone()));
    let names = people.iter().map(|it| name_of(facts.model(), it));
    let names: Vec<String> = names.collect();
    let join = if rule.all { " and " } else { " or " };
    Some(match names.as_slice() {
        [] => "it must be approved, and nobody is left who may".to_owned(),
        names => format!("it must be approved by {}, who is asked", names.join(join)),
    })
}
