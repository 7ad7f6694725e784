use std::collections::BTreeMap;

use contracts::Reason;
use crm::{FieldRef, PersonId, Value};
use model::{Destination, RoutingRule};

use super::reasons::{Notes, record_reasons};
use crate::{
    facts::{Facts, FieldValue},
    index::Asking,
    people::{gone, said_gone},
};

/// The rule that decides about a record, and how it came to that.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The rule's name; `none` if no rule names anybody.
    pub rule: String,
    /// Whom it names.
    pub chosen: Chosen,
    /// The stage it moves the record to.
    pub move_to: Option<String>,
    /// The rules that were weighed, in order; of a long list only those that matter.
    pub reasons: Vec<Reason>,
    /// The facts that were looked at.
    pub facts: BTreeMap<String, String>,
}

/// Whom a rule names.
#[derive(Debug, Clone, PartialEq)]
pub enum Chosen {
    /// This person.
    Person(PersonId),
    /// The next of this pool.
    Pool(String),
    /// Whoever takes it from this queue.
    Queue(String),
    /// Nobody, on purpose.
    Nobody,
    /// No rule names anybody who is there.
    NoRule,
}

/// Asks the routing rules of the record's kind, in order.
///
/// A rule whose condition is unknown is passed over. So is a rule that names someone who is not
/// there (an account's owner whom the model does not know), since a lead must not be lost to it.
#[must_use]
pub fn choose(facts: &Facts<'_>) -> Choice {
    let list = facts.rules.model.routing.get(&facts.record.id.kind);
    let list = list.map_or(&[][..], Vec::as_slice);
    let mut asking = Asking::of(*facts);
    let standing = asking.routing(facts.record.id.kind);
    let mut passed = BTreeMap::new();
    let found = standing.as_ref().and_then(|standing| {
        standing.first_held(|number| {
            let rule = list.get(number)?;
            match destination(&rule.to, facts) {
                Ok(chosen) => Some((number, rule, chosen)),
                Err(why) => {
                    passed.insert(number, why);
                    None
                }
            }
        })
    });
    let weighed = found.as_ref().map_or(list.len(), |(number, ..)| number + 1);
    let how = found
        .as_ref()
        .and_then(|(number, rule, chosen)| Some((*number, looked_up(&rule.to, chosen)?)));
    let recorded = record_reasons(
        facts,
        list,
        standing.as_ref(),
        weighed,
        &Notes { passed, how },
    );
    let (rule, chosen, move_to) = match found {
        Some((_, rule, chosen)) => (rule.rule.clone(), chosen, rule.move_to.clone()),
        None => ("none".to_owned(), Chosen::NoRule, None),
    };
    Choice {
        rule,
        chosen,
        move_to,
        reasons: recorded.reasons,
        facts: recorded.facts,
    }
}

/// The rule that decides about a record, without the reasons.
#[must_use]
pub fn deciding_rule<'a>(facts: &Facts<'a>) -> Option<&'a RoutingRule> {
    let list = facts.rules.model.routing.get(&facts.record.id.kind)?;
    list.get(deciding_number(facts)?)
}

/// Its place in the list.
pub(super) fn deciding_number(facts: &Facts<'_>) -> Option<usize> {
    let list = facts.rules.model.routing.get(&facts.record.id.kind)?;
    let mut asking = Asking::of(*facts);
    let standing = asking.routing(facts.record.id.kind)?;
    standing.first_held(|number| {
        let rule = list.get(number)?;
        is_there(&rule.to, facts).then_some(number)
    })
}

/// Whether whom a rule names is there.
fn is_there(to: &Destination, facts: &Facts<'_>) -> bool {
    match to {
        Destination::Person(_)
        | Destination::Pool(_)
        | Destination::Queue(_)
        | Destination::Nobody => true,
        Destination::Field(_) | Destination::Table { .. } | Destination::PartnerOf { .. } => {
            destination(to, facts).is_ok()
        }
    }
}

/// To whom a rule leads. Somebody whom it looks up and who has left is not there; of somebody whom it names,
/// others have it in their place.
pub(super) fn destination(to: &Destination, facts: &Facts<'_>) -> Result<Chosen, String> {
    let there = |person: &PersonId, what: &dyn std::fmt::Display| match gone(
        facts.rules,
        person,
        facts.now,
    ) {
        None => Ok(Chosen::Person(person.clone())),
        Some(left) => Err(format!(
            "{what} is {person}, and {}",
            said_gone(facts.rules, person, left)
        )),
    };
    match to {
        Destination::Person(person) => Ok(Chosen::Person(person.clone())),
        Destination::Pool(pool) => Ok(Chosen::Pool(pool.clone())),
        Destination::Queue(queue) => Ok(Chosen::Queue(queue.clone())),
        Destination::Nobody => Ok(Chosen::Nobody),
        Destination::Field(field) => {
            let people = &facts.rules.model.people;
            match value_of(facts, field)?.person() {
                Some(person) if people.contains_key(person) => there(person, field),
                _ => Err(format!("{field} is nobody whom people.yaml knows")),
            }
        }
        Destination::Table { table, by } => {
            let value = value_of(facts, by)?;
            let rows = facts.rules.model.tables.get(table).map(|it| &it.rows);
            let row = rows
                .zip(value.text())
                .and_then(|(rows, text)| rows.get(text));
            match row {
                Some(person) => there(person, &format!("the row of table {table}")),
                None => Err(format!("table {table} has no row for {by}")),
            }
        }
        Destination::PartnerOf { person, pairs } => {
            let value = value_of(facts, person)?;
            let partners = facts.rules.model.pairs.get(pairs).map(|it| &it.partners);
            let partner = partners
                .zip(value.person())
                .and_then(|(all, one)| all.get(one));
            match partner {
                Some(partner) => there(partner, &format!("the partner in the pairs {pairs}")),
                None => Err(format!(
                    "nobody is paired with the person in {person}, in the pairs {pairs}"
                )),
            }
        }
    }
}

/// How it was found who gets the record, where the rule does not name them itself.
fn looked_up(to: &Destination, chosen: &Chosen) -> Option<String> {
    let Chosen::Person(found) = chosen else {
        return None;
    };
    match to {
        Destination::Table { table, by } => Some(format!("table {table} says {found} for {by}")),
        Destination::PartnerOf { person, pairs } => Some(format!(
            "{found} is the partner of the person in {person}, in the pairs {pairs}"
        )),
        _ => None,
    }
}

fn value_of(facts: &Facts<'_>, field: &FieldRef) -> Result<Value, String> {
    match facts.look(field) {
        FieldValue::Value(value) => Ok(value.into_owned()),
        _ => Err(format!("{field} has no value")),
    }
}
