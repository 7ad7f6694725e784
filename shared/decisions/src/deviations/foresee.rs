use crm::{Decimal, FieldRef, Value};
use jiff::{SignedDuration, Span, Timestamp};
use model::{Condition, Derived, Moment, Operator, Test, When};

use crate::{
    condition::{begin_of, instant_of, limit_reached, wall},
    derived::{count_changes, days_between},
    facts::{Facts, FieldValue},
    latest,
};

/// [`changes_after`], for whoever else looks again by then.
pub(crate) fn next_change(condition: &Condition, facts: &Facts<'_>) -> Option<Timestamp> {
    changes_after(condition, facts)
}

/// The next instant, after now, at which a test of time in this condition comes out differently
/// though nothing on the record changes; none if there is none.
pub(super) fn changes_after(condition: &Condition, facts: &Facts<'_>) -> Option<Timestamp> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
            let changes = parts.iter().filter_map(|part| changes_after(part, facts));
            changes.min()
        }
        Condition::Is(name, _) => changes_after(facts.rules.model.conditions.get(name)?, facts),
        Condition::Test(test) => test_changes(test, facts),
    }
}

fn test_changes(test: &Test, facts: &Facts<'_>) -> Option<Timestamp> {
    let held = |when: &When| match when {
        When::Holds(condition) => changes_after(condition, facts),
        When::Unknown | When::Otherwise => None,
    };
    match facts.rules.model.derived.get(&test.field) {
        Some(Derived::Score(_)) => return changes_by_itself(&test.field, facts),
        Some(Derived::FirstMatch(list)) => {
            return list.entries.iter().filter_map(|it| held(&it.when)).min();
        }
        Some(Derived::DaysBetween(from, to)) => {
            let days = days_between(from, to, facts)?;
            return day_changes(&test.operator, days, *to == Moment::Today, facts);
        }
        // At which value it comes out otherwise is not worked out: it is looked at whenever it may be another.
        Some(
            Derived::Sum(_)
            | Derived::Ratio(..)
            | Derived::Compare { .. }
            | Derived::Count(_)
            | Derived::Latest(_),
        ) => {
            return changes_by_itself(&test.field, facts);
        }
        _ => {}
    }
    // A test of "longer than" turns a moment after the limit, which belongs to the shorter side.
    let just_after = SignedDuration::from_millis(1);
    let candidates = match (facts.look(&test.field), &test.operator) {
        (FieldValue::Value(value), Operator::OlderThan(amount)) => {
            let limit = wall(*amount)?.checked_add(just_after)?;
            vec![instant_of(&value, facts)?.checked_add(limit).ok()?]
        }
        (FieldValue::Value(value), Operator::InTheLast { length, .. }) => {
            let limit = wall(*length)?.checked_add(just_after)?;
            let over = instant_of(&value, facts)?.checked_add(limit).ok()?;
            vec![begin_of(&value, facts)?, over]
        }
        (FieldValue::Value(value), Operator::InTheNext { length, .. }) => {
            let begins = begin_of(&value, facts)?;
            let over = instant_of(&value, facts)?;
            let comes = begins.checked_sub(wall(*length)?).ok()?;
            vec![comes, over, over.checked_add(just_after).ok()?]
        }
        (FieldValue::Since(since), Operator::LongerThan(amount)) => {
            let limit = wall(*amount)?.checked_add(just_after)?;
            vec![since.checked_add(limit).ok()?]
        }
        (FieldValue::Since(since), Operator::Past(limit)) => {
            let reached = limit_reached(*limit, since, facts)?;
            vec![reached.checked_add(just_after).ok()?]
        }
        _ => Vec::new(),
    };
    candidates.into_iter().filter(|at| *at > facts.now).min()
}

/// When what a field holds may change next though nothing on the record does.
fn changes_by_itself(field: &FieldRef, facts: &Facts<'_>) -> Option<Timestamp> {
    let changes = |field: &FieldRef| changes_by_itself(field, facts);
    match facts.rules.model.derived.get(field)? {
        Derived::DaysBetween(from, to) => {
            let today = [from, to].contains(&&Moment::Today);
            today.then(|| tomorrow(facts)).flatten()
        }
        Derived::Sum(sum) => sum.of.iter().filter_map(changes).min(),
        Derived::Ratio(one, other) => [one, other].into_iter().filter_map(changes).min(),
        Derived::Compare { field, than, .. } => [field, than].into_iter().filter_map(changes).min(),
        Derived::Score(score) => {
            let lines = score.lines.iter();
            lines.filter_map(|it| changes_after(&it.when, facts)).min()
        }
        Derived::Count(count) => count_changes(field, count, facts),
        Derived::Latest(of) => latest::over(field, of, facts),
        // crm-sync tells when it counts no longer, by a new copy.
        Derived::Behaviour(_) | Derived::DomainOf(_) | Derived::FirstMatch(_) => None,
    }
}

/// When the next day begins, by the company's time zone.
fn tomorrow(facts: &Facts<'_>) -> Option<Timestamp> {
    let today = facts.now.to_zoned(facts.rules.company_zone().clone());
    let next = today.date().tomorrow().ok()?;
    Some(next.to_zoned(today.time_zone().clone()).ok()?.timestamp())
}

/// The beginning of the next day, by the company's time zone, on which a number of days comes to
/// one that the test tells apart, or past it. It grows or falls by one with each day.
fn day_changes(
    operator: &Operator,
    days: i64,
    grows: bool,
    facts: &Facts<'_>,
) -> Option<Timestamp> {
    let numbers: Vec<Decimal> = match operator {
        Operator::AtLeast(it)
        | Operator::AtMost(it)
        | Operator::MoreThan(it)
        | Operator::LessThan(it) => vec![*it],
        Operator::Between(low, high) => vec![*low, *high],
        Operator::OneOf(values) | Operator::NoneOf(values) => {
            values.iter().filter_map(Value::number).collect()
        }
        Operator::InList(list) => {
            let list = facts.rules.model.lists.get(list)?;
            list.iter().filter_map(Value::number).collect()
        }
        _ => return None,
    };
    let away = numbers.into_iter().flat_map(|number| {
        let number = i64::try_from(number.floor()).unwrap_or(i64::MAX);
        let near = [-1, 0, 1].map(|by| number.saturating_add(by));
        near.map(|to| {
            if grows {
                to.saturating_sub(days)
            } else {
                days.saturating_sub(to)
            }
        })
    });
    let soonest = away.filter(|days| *days > 0).min()?;
    let zone = facts.rules.company_zone().clone();
    let today = facts.now.to_zoned(zone.clone()).date();
    let day = today
        .checked_add(Span::new().try_days(soonest).ok()?)
        .ok()?;
    Some(day.to_zoned(zone).ok()?.timestamp())
}
