//! Fields that are computed from other fields.

use std::{borrow::Cow, cmp::Ordering};

use contracts::Verdict;
use crm::{Counted, Decimal, FieldRef, Value};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::{Comparison, Count, Derived, Moment, Score, Sum, Whose};

use crate::{
    behaviour::behaviour_of,
    condition::{first_match, verdict},
    facts::{Facts, FieldValue},
    latest,
    look::look,
    others,
};

/// What a derived field holds. What is computed from a field without a value has none itself.
pub(crate) fn computed<'a>(
    field: &FieldRef,
    derived: &'a Derived,
    facts: &Facts<'a>,
) -> FieldValue<'a> {
    let value = match derived {
        Derived::DomainOf(field) => domain_of(field, facts),
        Derived::Count(count) => {
            counted(field, count, facts).map(|count| Value::Number(Decimal::from(count)))
        }
        Derived::Behaviour(_) => behaved(field, facts).map(|count| Value::Number(count.into())),
        Derived::Latest(of) => latest::person(field, of, facts).map(Value::Person),
        Derived::Score(of) => score(of, facts),
        Derived::Sum(of) => sum(of, facts),
        Derived::Ratio(one, other) => ratio(one, other, facts),
        Derived::DaysBetween(from, to) => {
            days_between(from, to, facts).map(|days| Value::Number(Decimal::from(days)))
        }
        Derived::Compare { field, is, than } => compare(field, *is, than, facts),
        Derived::FirstMatch(list) => {
            first_match(list, facts).map(|matched| Value::Text(matched.name.to_owned()))
        }
    };
    value.map_or(FieldValue::Nothing, |value| {
        FieldValue::Value(Cow::Owned(value))
    })
}

/// How many other records count, as far as that was read. Of those with the same account the record itself
/// does not count.
fn counted(field: &FieldRef, count: &Count, facts: &Facts<'_>) -> Option<u32> {
    let record = facts.record;
    let name = field.to_string();
    // What is kept with the record itself is said of it alone, as in a scenario.
    let own_count = record.others.as_ref().and_then(|it| it.counts.get(&name));
    if let (Some(said), true) = (own_count, record.id.kind == field.kind) {
        return others::now(said, count.lately.as_ref(), facts);
    }
    if count.whose == Whose::Own && record.id.kind == field.kind {
        return None;
    }
    let all = others::now(of_account(&name, facts)?, count.lately.as_ref(), facts)?;
    // Where the CRM does not associate the record with the account, it is not among those that were counted.
    let among = record.matched.is_none();
    if count.whose == Whose::Own || count.kind != record.id.kind || !among {
        return Some(all);
    }
    match others::counts_now(count, facts) {
        Verdict::Held => Some(all.saturating_sub(1)),
        Verdict::NotHeld => Some(all),
        Verdict::Unknown => None,
    }
}

/// What is counted for a field of the records that have the account.
fn of_account<'a>(name: &str, facts: &Facts<'a>) -> Option<&'a Counted> {
    let others = facts.record.account.as_ref()?.others.as_ref()?;
    others.counts.get(name)
}

/// How often the person of the record, or those of its account, have done what a field counts, where it is known who
/// that is.
fn behaved(field: &FieldRef, facts: &Facts<'_>) -> Option<u32> {
    let behaviour = behaviour_of(facts.record, field.kind)?;
    behaviour.counts.get(&field.name).copied()
}

/// When a count that goes by days comes out otherwise though nothing happens.
pub(crate) fn count_changes(
    field: &FieldRef,
    count: &Count,
    facts: &Facts<'_>,
) -> Option<Timestamp> {
    let lately = count.lately.as_ref()?;
    let name = field.to_string();
    let own = facts.record.others.as_ref();
    let own = own.and_then(|it| it.counts.get(&name));
    let counted = own.or_else(|| of_account(&name, facts))?;
    others::next_change(counted, lately, facts)
}

fn domain_of(field: &FieldRef, facts: &Facts<'_>) -> Option<Value> {
    domain_in(value(field, facts)?.as_ref()).map(Value::Text)
}

/// The part of a mail address after the `@`, in the one form of domains.
pub(crate) fn domain_in(address: &Value) -> Option<String> {
    let (_, domain) = address.text()?.rsplit_once('@')?;
    crm::domain(domain)
}

fn score(score: &Score, facts: &Facts<'_>) -> Option<Value> {
    let mut sum = Decimal::ZERO;
    for line in &score.lines {
        match verdict(&line.when, facts) {
            Verdict::Held => sum = sum.saturating_add(line.points),
            Verdict::Unknown if !score.skips => return None,
            Verdict::NotHeld | Verdict::Unknown => {}
        }
    }
    Some(capped(sum, score.most))
}

fn sum(sum: &Sum, facts: &Facts<'_>) -> Option<Value> {
    let mut all = None;
    for field in &sum.of {
        match number(field, facts) {
            Some(number) => all = Some(all.unwrap_or(Decimal::ZERO).saturating_add(number)),
            None if sum.skips => {}
            None => return None,
        }
    }
    all.map(|all| capped(all, sum.most))
}

fn capped(sum: Decimal, most: Option<Decimal>) -> Value {
    Value::Number(most.map_or(sum, |most| sum.min(most)).normalize())
}

/// How many decimal places a ratio has.
const PLACES: u32 = 6;

fn ratio(one: &FieldRef, other: &FieldRef, facts: &Facts<'_>) -> Option<Value> {
    let ratio = number(one, facts)?.checked_div(number(other, facts)?)?;
    Some(Value::Number(ratio.round_dp(PLACES).normalize()))
}

fn number(field: &FieldRef, facts: &Facts<'_>) -> Option<Decimal> {
    value(field, facts)?.number()
}

/// How many days lie from one date to the other, by the calendar of the company's time zone.
pub(crate) fn days_between(from: &Moment, to: &Moment, facts: &Facts<'_>) -> Option<i64> {
    let days = day(from, facts)?.until(day(to, facts)?).ok()?.get_days();
    Some(days.into())
}

fn day(moment: &Moment, facts: &Facts<'_>) -> Option<Date> {
    let zone = || -> TimeZone { facts.rules.company_zone().clone() };
    match moment {
        Moment::Today => Some(facts.now.to_zoned(zone()).date()),
        Moment::Field(field) => match value(field, facts)?.as_ref() {
            Value::Date(date) => Some(*date),
            Value::Timestamp(at) => Some(at.to_zoned(zone()).date()),
            _ => None,
        },
    }
}

fn compare(field: &FieldRef, is: Comparison, than: &FieldRef, facts: &Facts<'_>) -> Option<Value> {
    let (one, other) = (value(field, facts)?, value(than, facts)?);
    let model = &facts.rules.model;
    let domains = model.is_domain(field) || model.is_domain(than);
    // The checker compares only fields of the same type.
    let order = match (one.as_ref(), other.as_ref()) {
        // What is compared with a domain is meant as one, an address of a page too.
        (Value::Text(one), Value::Text(other)) if domains => {
            crm::domain(one)?.cmp(&crm::domain(other)?)
        }
        (Value::Text(one), Value::Text(other)) => one.to_lowercase().cmp(&other.to_lowercase()),
        (one, other) => one.cmp(other),
    };
    Some(Value::Boolean(match is {
        Comparison::Equals => order == Ordering::Equal,
        Comparison::AtLeast => order != Ordering::Less,
        Comparison::AtMost => order != Ordering::Greater,
        Comparison::MoreThan => order == Ordering::Greater,
        Comparison::LessThan => order == Ordering::Less,
    }))
}

fn value<'a>(field: &FieldRef, facts: &Facts<'a>) -> Option<Cow<'a, Value>> {
    match look(facts, field) {
        FieldValue::Value(value) => Some(value),
        FieldValue::Since(at) => Some(Cow::Owned(Value::Timestamp(at))),
        FieldValue::Nothing => None,
    }
}
