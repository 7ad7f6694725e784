use std::collections::BTreeSet;

use crm::{Decimal, FieldType, RecordKind};

use super::{
    circuit::{Literal, Node},
    encoder::Encoder,
    fields::{Domain, Field, Point},
    needs::{Key, Pattern},
    solver::Solver,
};
use model::Derived;

/// What is true of each field of the record that a solver found. What tells a reader least comes
/// first, to be dropped first.
pub(super) fn facts(encoder: &Encoder<'_>, solver: &impl Solver) -> Vec<Literal> {
    let (mut vague, mut missing, mut telling) = (Vec::new(), Vec::new(), Vec::new());
    for field in encoder.fields.values() {
        if !is_free(encoder, field) {
            continue;
        }
        if solver.value(field.absent) {
            missing.push(field.absent);
            continue;
        }
        match &field.domain {
            Domain::Choice {
                values,
                other,
                free,
                ..
            } => match values.values().find(|value| solver.value(**value)) {
                Some(value) => telling.push(*value),
                None => {
                    let fits = |it: &Literal| if solver.value(*it) { *it } else { !*it };
                    vague.extend(free.values().map(fits));
                    vague.push(*other);
                }
            },
            Domain::YesNo(yes) => telling.push(if solver.value(*yes) { *yes } else { !*yes }),
            Domain::Order(points) => {
                let above = points.iter().flat_map(|it| [it.below, it.up_to]);
                let bound = |it: Literal| if solver.value(it) { it } else { !it };
                // Only the two next to the number matter, and the others follow from them.
                let all: Vec<Literal> = above.map(bound).collect();
                let first = all.iter().position(|it| !it.negated());
                let first = first.unwrap_or(all.len());
                telling.extend(first.checked_sub(1).and_then(|at| all.get(at)));
                telling.extend(all.get(first));
            }
        }
        vague.push(!field.absent);
    }
    vague.retain(|literal| literal.node() != Literal::TRUE.node());
    vague.into_iter().chain(missing).chain(telling).collect()
}

/// The word for a kind of record, with its article.
pub(super) fn a(kind: RecordKind) -> String {
    let article = match kind {
        RecordKind::Account | RecordKind::Opportunity => "an",
        _ => "a",
    };
    format!("{article} {}", kind.word())
}

/// Whether nothing but the record itself says what the field is.
fn is_free(encoder: &Encoder<'_>, field: &Field) -> bool {
    let is_gate = |literal: Literal| {
        let index = usize::try_from(literal.node()).unwrap_or(usize::MAX);
        matches!(encoder.circuit.nodes().get(index), Some(Node::And(_)))
    };
    let made = match &field.domain {
        Domain::Choice { values, other, .. } => {
            *other == Literal::FALSE || values.values().any(|value| is_gate(*value))
        }
        Domain::YesNo(yes) => is_gate(*yes),
        Domain::Order(_) => false,
    };
    !made && !is_gate(field.absent)
}

/// A record with these facts, in words: "a lead with account.country FR and no account.employees".
pub(super) fn words(encoder: &Encoder<'_>, facts: Vec<Literal>) -> String {
    let facts: BTreeSet<Literal> = facts.into_iter().collect();
    let parts = encoder
        .fields
        .iter()
        .filter(|(_, field)| is_free(encoder, field));
    let parts = parts.filter_map(|(key, field)| of_field(encoder, key, field, &facts));
    let mut parts: Vec<String> = parts.collect();
    // What it has is said before what it has not and what hardly matters.
    parts.sort_by_key(|words| {
        let vague = ["no ", "any ", "another "];
        vague
            .iter()
            .position(|word| words.starts_with(word))
            .map_or(0, |at| at + 1)
    });
    let record = a(encoder.kind);
    match parts.split_last() {
        None => format!("{record} of any kind"),
        Some((last, [])) => format!("{record} with {last}"),
        Some((last, before)) => format!("{record} with {} and {last}", before.join(", ")),
    }
}

fn of_field(
    encoder: &Encoder<'_>,
    key: &Key,
    field: &Field,
    facts: &BTreeSet<Literal>,
) -> Option<String> {
    let name = &key.field;
    if let (Some(limit), Domain::YesNo(past)) = (key.past, &field.domain) {
        return if facts.contains(&field.absent) {
            Some(format!("no {limit} that {name} could be past"))
        } else if facts.contains(past) {
            Some(format!("{name} past its {limit}"))
        } else {
            let within = facts.contains(&!*past);
            within.then(|| format!("{name} within its {limit}"))
        };
    }
    if field.absent != Literal::FALSE && facts.contains(&field.absent) {
        return Some(format!("no {name}"));
    }
    let there = facts.contains(&!field.absent);
    match &field.domain {
        Domain::Choice { .. } => of_choice(key, field, facts),
        Domain::YesNo(yes) if facts.contains(yes) => Some(format!("{name} yes")),
        Domain::YesNo(yes) if facts.contains(&!*yes) => Some(format!("{name} no")),
        Domain::YesNo(_) => there.then(|| format!("{name} yes or no")),
        Domain::Order(points) => {
            let low = points.iter().rev().find_map(|it| lower(it, facts));
            let high = points.iter().find_map(|it| upper(it, facts));
            let limited = there || low.is_some() || high.is_some();
            let found = between(low, high, step(encoder, key));
            limited.then(|| {
                let number = number(encoder, key, found);
                format!("{name} {number}{}", computed(encoder, key))
            })
        }
    }
}

/// A number that is computed is not seen through: it is taken to be any within its range.
fn computed(encoder: &Encoder<'_>, key: &Key) -> String {
    match encoder.model.derived.get(&key.field).map(Derived::range) {
        None => String::new(),
        Some(None) => " (if it can come out so)".to_owned(),
        Some(Some((least, most))) => {
            format!(" (if it can come out so; it lies between {least} and {most})")
        }
    }
}

fn of_choice(key: &Key, field: &Field, facts: &BTreeSet<Literal>) -> Option<String> {
    let Domain::Choice {
        values,
        other,
        free,
        ..
    } = &field.domain
    else {
        return None;
    };
    let name = &key.field;
    if let Some((value, _)) = values.iter().find(|(_, it)| facts.contains(it)) {
        return Some(format!("{name} {value}"));
    }
    let fitting = free.iter().filter_map(|(pattern, literal)| {
        let fits = facts.contains(literal);
        (fits || facts.contains(&!*literal)).then(|| spoken(pattern, fits))
    });
    let fitting: Vec<String> = fitting.collect();
    if !fitting.is_empty() {
        return Some(format!("{name} that {}", fitting.join(" and ")));
    }
    if facts.contains(other) && *other != !field.absent {
        return Some(format!("another {name} than those named"));
    }
    let any = facts.contains(&!field.absent) || facts.contains(other);
    any.then(|| format!("any {name}"))
}

fn lower(point: &Point, facts: &BTreeSet<Literal>) -> Option<(Decimal, bool)> {
    if facts.contains(&!point.up_to) {
        return Some((point.at, false));
    }
    facts.contains(&!point.below).then_some((point.at, true))
}

fn upper(point: &Point, facts: &BTreeSet<Literal>) -> Option<(Decimal, bool)> {
    if facts.contains(&point.below) {
        return Some((point.at, false));
    }
    facts.contains(&point.up_to).then_some((point.at, true))
}

/// A number between two ends, a plain one if there is one. Each end may be included.
fn between(low: Option<(Decimal, bool)>, high: Option<(Decimal, bool)>, step: Decimal) -> Decimal {
    let fits = |it: &Decimal| {
        low.is_none_or(|(at, included)| *it > at || included && *it == at)
            && high.is_none_or(|(at, included)| *it < at || included && *it == at)
    };
    let (from, steps) = match (low, high) {
        (Some((at, _)), _) => (at, [step, Decimal::ONE]),
        (None, Some((at, _))) => (at, [-step, -Decimal::ONE]),
        (None, None) => return step,
    };
    let steps = steps
        .into_iter()
        .filter_map(|by| from.floor().checked_add(by));
    if let Some(found) = [from].into_iter().chain(steps).find(fits) {
        return found;
    }
    let to = high.map_or(from, |(at, _)| at);
    let half = to.checked_sub(from).unwrap_or_default() / Decimal::TWO;
    from.checked_add(half).unwrap_or(from)
}

/// What is counted in a field as one: a day where it is seconds since a time.
fn step(encoder: &Encoder<'_>, key: &Key) -> Decimal {
    let declared = encoder.model.records.get(&key.field.kind);
    let declared = declared.and_then(|fields| fields.get(&key.field.name));
    match declared.map(|field| field.holds) {
        Some(FieldType::Number | FieldType::Integer | FieldType::Money) => Decimal::ONE,
        None if encoder.model.derived.contains_key(&key.field)
            || key.field.name.ends_with("_moves") =>
        {
            Decimal::ONE
        }
        _ => Decimal::from(86_400),
    }
}

/// The number in the words of the field: a time is said by how long ago it was.
fn number(encoder: &Encoder<'_>, key: &Key, number: Decimal) -> String {
    if step(encoder, key) == Decimal::ONE {
        return number.normalize().to_string();
    }
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let unit = units
        .iter()
        .find(|(size, _)| (number % Decimal::from(*size)).is_zero());
    let amount = match unit {
        Some((size, unit)) => format!("{}{unit}", (number / Decimal::from(*size)).normalize()),
        None => format!("{} seconds", number.normalize()),
    };
    match key.field.name.as_str() {
        "age" | "time_in_stage" => amount,
        _ => format!("{amount} ago"),
    }
}

fn spoken(pattern: &Pattern, fits: bool) -> String {
    let (does, text) = match (pattern, fits) {
        (Pattern::Contains(text), true) => ("contains", text),
        (Pattern::Contains(text), false) => ("does not contain", text),
        (Pattern::StartsWith(text), true) => ("starts with", text),
        (Pattern::StartsWith(text), false) => ("does not start with", text),
        (Pattern::EndsWith(text), true) => ("ends with", text),
        (Pattern::EndsWith(text), false) => ("does not end with", text),
        (Pattern::Matches(text), true) => ("matches", text),
        (Pattern::Matches(text), false) => ("does not match", text),
    };
    format!("{does} `{text}`")
}
