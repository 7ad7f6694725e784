//! What must be filled in before any rule decides: until then the record is in the queue of whoever sees to it.

use std::collections::BTreeMap;

use contracts::{
    Reason,
    state::{NOT_FILLED, RoutingState, RoutingStatus},
};
use crm::FieldRef;
use model::{BeforeRouting, Filled};

use super::choice::{Choice, Chosen, choose};
use crate::{
    condition::length,
    facts::{Facts, FieldValue},
};

/// The rule that decides, or the queue of what must be filled in first. A trial shows where it would go.
pub(super) fn or_rules(facts: &Facts<'_>) -> Choice {
    match lacking(facts).filter(|_| !facts.record.is_trial()) {
        Some(lacking) => lacking.choice(facts),
        None => choose(facts),
    }
}

/// What a record lacks.
struct Lacking<'a> {
    before: &'a BeforeRouting,
    filled: &'a Filled,
    fields: Vec<&'a FieldRef>,
}

/// None if all is filled in, or nothing must be.
fn lacking<'a>(facts: &Facts<'a>) -> Option<Lacking<'a>> {
    let before = terms(facts)?;
    let filled = before.filled.as_ref()?;
    let fields = filled.fields.iter();
    let fields: Vec<&FieldRef> = fields
        .filter(|field| facts.look(field) == FieldValue::Nothing)
        .collect();
    (!fields.is_empty()).then_some(Lacking {
        before,
        filled,
        fields,
    })
}

fn terms<'a>(facts: &Facts<'a>) -> Option<&'a BeforeRouting> {
    let rules: &'a crate::rules::Rules = facts.rules;
    rules.model.before_routing.get(&facts.record.id.kind)
}

impl Lacking<'_> {
    fn choice(&self, facts: &Facts<'_>) -> Choice {
        let none = (self.fields.iter()).map(|field| (field.to_string(), "no value".to_owned()));
        Choice {
            rule: NOT_FILLED.to_owned(),
            chosen: Chosen::Queue(self.filled.queue.clone()),
            move_to: None,
            reasons: vec![Reason::note(
                rule(facts),
                Some(self.before.place),
                format!(
                    "{} must be filled in before any rule decides: until then it is in the queue {}",
                    named(&self.fields),
                    self.filled.queue
                ),
            )],
            facts: none.collect::<BTreeMap<_, _>>(),
        }
    }
}

/// That all is filled in now, of what waited for that.
pub(super) fn is_filled(facts: &Facts<'_>, before: &RoutingState) -> Option<Reason> {
    let waited = before.rule == NOT_FILLED && before.status == RoutingStatus::Waiting;
    if !waited || lacking(facts).is_some() {
        return None;
    }
    let terms = terms(facts)?;
    let all: Vec<&FieldRef> = terms.filled.iter().flat_map(|it| &it.fields).collect();
    let long = length(facts.now.duration_since(before.at));
    let note = match all.as_slice() {
        [] => format!("after {long} the model asks for nothing to be filled in any more"),
        all => format!(
            "{}: filled in after {long}, so the rules decide",
            named(all)
        ),
    };
    Some(Reason::note(rule(facts), Some(terms.place), note))
}

fn rule(facts: &Facts<'_>) -> String {
    format!("before_routing.{}", facts.record.id.kind)
}

/// Fields in words: `lead.role and account.employees`.
fn named(fields: &[&FieldRef]) -> String {
    let names: Vec<String> = fields.iter().map(ToString::to_string).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}
