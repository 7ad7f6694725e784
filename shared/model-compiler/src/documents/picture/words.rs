use std::collections::BTreeMap;

use business_time::BusinessAmount;
use crm::PersonId;
use serde::Serialize;
use serde_json::Value;

use model::{Condition, Criterion, Destination, When, wording::needed};

/// What a condition asks, one part a line.
pub(super) fn condition(condition: &Condition) -> String {
    match condition {
        Condition::All(parts) => lines(parts, ""),
        one => part(one),
    }
}

/// What an entry of a first-match list asks.
pub(super) fn when(when: &When) -> String {
    match when {
        When::Holds(asked) => condition(asked),
        When::Unknown => "a value needed above is missing".to_owned(),
        When::Otherwise => "otherwise".to_owned(),
    }
}

/// Criteria, one a line, each with what it asks.
pub(super) fn criteria(criteria: &[Criterion]) -> String {
    let lines = criteria
        .iter()
        .map(|it| format!("{}: {}", it.name, inline(&it.when)));
    lines.collect::<Vec<String>>().join("\n")
}

fn lines(parts: &[Condition], between: &str) -> String {
    let parts: Vec<String> = parts.iter().map(part).collect();
    parts.join(&format!("{between}\n"))
}

fn part(condition: &Condition) -> String {
    match condition {
        Condition::All(parts) => format!("all of ({})", joined(parts)),
        Condition::Any(parts) => format!("any of ({})", joined(parts)),
        Condition::None(parts) => format!("none of ({})", joined(parts)),
        Condition::Is(name, _) => name.clone(),
        Condition::Test(test) => format!("{}: {}", test.field, needed(&test.operator)),
    }
}

/// What a condition asks, in one line.
pub(super) fn inline(condition: &Condition) -> String {
    match condition {
        Condition::All(parts) => joined(parts),
        one => part(one),
    }
}

fn joined(parts: &[Condition]) -> String {
    let parts: Vec<String> = parts.iter().map(part).collect();
    parts.join("; ")
}

/// Who gets a record.
pub(super) fn destination(to: &Destination) -> String {
    match to {
        Destination::Person(person) => person.to_string(),
        Destination::Pool(pool) => format!("pool {pool}"),
        Destination::Queue(queue) => format!("queue {queue}"),
        Destination::Field(field) => format!("the person in {field}"),
        Destination::Nobody => "nobody".to_owned(),
        Destination::Table { table, by } => format!("the person in table {table} for {by}"),
        Destination::PartnerOf { person, pairs } => {
            format!("the partner of {person} in pairs {pairs}")
        }
    }
}

/// A choice of the model as it is written in the artefact, in words: `next to start`, `ask tom`.
/// Whoever it names stands for themselves.
pub(super) fn choice(choice: &impl Serialize) -> String {
    match serde_json::to_value(choice) {
        Ok(value) => spoken(&value),
        Err(_) => String::new(),
    }
}

fn spoken(value: &Value) -> String {
    match value {
        Value::String(word) => word.replace('_', " "),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(named).collect();
            items.join(", ")
        }
        Value::Object(parts) => {
            let part = |(word, value): (&String, &Value)| match word.as_str() {
                "person" | "people" | "named" => named(value),
                _ => format!("{} {}", word.replace('_', " "), named(value)),
            };
            let parts: Vec<String> = parts.iter().map(part).collect();
            parts.join(", ")
        }
        other => other.to_string(),
    }
}

/// A name as it is.
fn named(value: &Value) -> String {
    match value {
        Value::String(name) => name.clone(),
        other => spoken(other),
    }
}

/// Several choices.
pub(super) fn choices<T: Serialize>(choices: &[T]) -> String {
    let words: Vec<String> = choices.iter().map(choice).collect();
    words.join(", ")
}

/// An amount for each of several names, one a line.
pub(super) fn amounts(amounts: &BTreeMap<String, BusinessAmount>) -> String {
    let lines = amounts
        .iter()
        .map(|(name, amount)| format!("{name}: {amount}"));
    lines.collect::<Vec<String>>().join("\n")
}

/// Members and their share of the work: `anna: 2 of 4`.
pub(super) fn members(weights: &BTreeMap<PersonId, u32>) -> String {
    let all: u64 = weights.values().map(|weight| u64::from(*weight)).sum();
    let lines = weights
        .iter()
        .map(|(person, weight)| format!("{person}: {weight} of {all}"));
    lines.collect::<Vec<String>>().join("\n")
}
