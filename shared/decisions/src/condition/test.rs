//! One test of what a field holds.

use business_time::BusinessAmount;
use contracts::{Found, Verdict};
use crm::Value;
use jiff::{SignedDuration, Timestamp};
use model::{Operator, Test, wording::length};

use crate::{
    facts::{Facts, FieldValue},
    verdict::held_if,
};

/// Puts what a field holds to a test. The limits of a lifecycle are not known here.
pub(super) fn judge(
    operator: &Operator,
    value_found: &FieldValue<'_>,
    facts: &Facts<'_>,
) -> Verdict {
    match (operator, value_found) {
        (Operator::Present(wanted), value_found) => {
            held_if((*value_found != FieldValue::Nothing) == *wanted)
        }
        (_, FieldValue::Nothing) => Verdict::Unknown,
        (Operator::LongerThan(amount), FieldValue::Since(since)) => {
            longer_than(wall(*amount), *since, facts)
        }
        (_, FieldValue::Since(_)) => Verdict::Unknown,
        (operator, FieldValue::Value(value)) => judge_value(operator, value, facts),
    }
}

/// What is told of what a field holds.
pub(super) fn found(test: &Test, value_found: &FieldValue<'_>, facts: &Facts<'_>) -> Found {
    match value_found {
        FieldValue::Nothing => Found::NoValue,
        _ if facts.is_personal(&test.field) => Found::Personal,
        FieldValue::Since(since) => Found::Value(length(facts.ago(*since))),
        FieldValue::Value(value) => match value.as_ref() {
            Value::Timestamp(at) => Found::Value(at.strftime("%Y-%m-%d %H:%M UTC").to_string()),
            other => Found::Value(other.to_string()),
        },
    }
}

fn judge_value(operator: &Operator, value: &Value, facts: &Facts<'_>) -> Verdict {
    let number = |test: &dyn Fn(crm::Decimal) -> bool| match value.number() {
        Some(number) => held_if(test(number)),
        None => Verdict::Unknown,
    };
    let text = |test: &dyn Fn(&str) -> bool| match value.text() {
        Some(text) => held_if(test(text)),
        None => Verdict::Unknown,
    };
    let patterns = &facts.rules.patterns;
    match operator {
        Operator::OneOf(values) => held_if(values.contains(value)),
        Operator::NoneOf(values) => held_if(!values.contains(value)),
        Operator::InList(list) => {
            let list = facts.rules.model.lists.get(list);
            list.map_or(Verdict::Unknown, |list| held_if(list.contains(value)))
        }
        Operator::AtLeast(limit) => number(&|it| it >= *limit),
        Operator::AtMost(limit) => number(&|it| it <= *limit),
        Operator::MoreThan(limit) => number(&|it| it > *limit),
        Operator::LessThan(limit) => number(&|it| it < *limit),
        Operator::Between(low, high) => number(&|it| *low <= it && it <= *high),
        Operator::Contains(part) => text(&|it| it.to_lowercase().contains(&*patterns.lower(part))),
        Operator::StartsWith(part) => {
            text(&|it| it.to_lowercase().starts_with(&*patterns.lower(part)))
        }
        Operator::EndsWith(part) => text(&|it| it.to_lowercase().ends_with(&*patterns.lower(part))),
        Operator::Matches(pattern) => {
            let found = value.text().and_then(|it| patterns.is_match(pattern, it));
            found.map_or(Verdict::Unknown, held_if)
        }
        Operator::InTheLast { length, days } => {
            near(value, facts, |begins, over| {
                // What is longer ago than that is what `older_than` says.
                let limit = wall(*length)?;
                let begun = facts.ago(if *days { begins } else { over }) >= SignedDuration::ZERO;
                Some(begun && facts.ago(over) <= limit)
            })
        }
        Operator::InTheNext { length, days } => near(value, facts, |begins, over| {
            let limit = wall(*length)?;
            let left = -facts.ago(over);
            let comes = if *days {
                left > SignedDuration::ZERO
            } else {
                left >= SignedDuration::ZERO
            };
            Some(comes && -facts.ago(begins) <= limit)
        }),
        Operator::OlderThan(amount) => match (instant_of(value, facts), wall(*amount)) {
            (Some(at), Some(limit)) => held_if(facts.ago(at) > limit),
            _ => Verdict::Unknown,
        },
        Operator::Present(_)
        | Operator::LongerThan(_)
        | Operator::Past(_)
        | Operator::CriteriaMet(_) => Verdict::Unknown,
    }
}

/// Judges when a date or an instant begins and is over; an instant does both at once.
fn near(
    value: &Value,
    facts: &Facts<'_>,
    judged: impl Fn(Timestamp, Timestamp) -> Option<bool>,
) -> Verdict {
    let both = begin_of(value, facts).zip(instant_of(value, facts));
    let judged = both.and_then(|(begins, over)| judged(begins, over));
    judged.map_or(Verdict::Unknown, held_if)
}

/// The instant at which a date or timestamp begins, in the company's time zone.
pub(crate) fn begin_of(value: &Value, facts: &Facts<'_>) -> Option<Timestamp> {
    match value {
        Value::Timestamp(at) => Some(*at),
        Value::Date(date) => {
            let zone = facts.rules.company_zone().clone();
            Some(date.to_zoned(zone).ok()?.timestamp())
        }
        _ => None,
    }
}

/// Puts a length of time that grows to a limit, if there is one.
pub(super) fn longer_than(
    limit: Option<SignedDuration>,
    since: Timestamp,
    facts: &Facts<'_>,
) -> Verdict {
    limit.map_or(Verdict::Unknown, |limit| held_if(facts.ago(since) > limit))
}

/// The instant at which a date or timestamp begins to count as past. A date is over when its day
/// is, in the company's time zone.
pub(crate) fn instant_of(value: &Value, facts: &Facts<'_>) -> Option<Timestamp> {
    match value {
        Value::Timestamp(at) => Some(*at),
        Value::Date(date) => {
            let next = date.tomorrow().ok()?;
            let zone = facts.rules.company_zone().clone();
            Some(next.to_zoned(zone).ok()?.timestamp())
        }
        _ => None,
    }
}

/// An amount of wall-clock time. The checker lets conditions use no other.
pub(crate) fn wall(amount: BusinessAmount) -> Option<SignedDuration> {
    match amount {
        BusinessAmount::Wall(seconds) => Some(SignedDuration::from_secs(seconds)),
        _ => None,
    }
}
