//! Sums held against what is to be sold in the period at hand.

use ::metrics::{Covered, Figure};
use contracts::Verdict;
use crm::{FieldRef, Value};
use jiff::{Timestamp, civil::Date};
use model::{By, Metric, Period, Target};

use super::{
    measured::of_number,
    periods::{begin, name, next},
};
use crate::{
    facts::{Facts, FieldValue},
    rules::Rules,
};

/// The target that a metric is held against, if it is.
#[must_use]
pub fn target_of<'r>(rules: &'r Rules, metric: &Metric) -> Option<&'r Target> {
    rules.model.targets.get(metric.against.as_ref()?)
}

/// Whether a record belongs to the period at hand, by the day that the target goes by. Not known of one without it.
#[must_use]
pub fn falls_due(every: Period, on: &FieldRef, facts: &Facts<'_>) -> Verdict {
    let zone = facts.rules.company_zone();
    let day = match facts.look(on) {
        FieldValue::Value(value) => match *value {
            Value::Date(day) => Some(day),
            Value::Timestamp(at) => Some(at.to_zoned(zone.clone()).date()),
            _ => None,
        },
        _ => None,
    };
    let Some(day) = day else {
        return Verdict::Unknown;
    };
    let today = facts.now.to_zoned(zone.clone()).date();
    match begin(every, day) == begin(every, today) {
        true => Verdict::Held,
        false => Verdict::NotHeld,
    }
}

/// The first day of the period at hand, and the first behind it.
#[must_use]
pub fn period_at(rules: &Rules, every: Period, now: Timestamp) -> Option<[Date; 2]> {
    let today = now.to_zoned(rules.company_zone().clone()).date();
    let first = begin(every, today)?;
    Some([first, next(every, first)?])
}

/// Holds a figure against the target of a metric; a group's only where the target has parts by the same. None if the
/// metric has none.
#[must_use]
pub fn covered(
    rules: &Rules,
    metric: &Metric,
    figure: &Figure,
    group: Option<(&By, &str)>,
    now: Timestamp,
) -> Option<Covered> {
    let target = target_of(rules, metric)?;
    let Figure::Sum { sum, .. } = figure else {
        return None;
    };
    let today = now.to_zoned(rules.company_zone().clone()).date();
    let period = name(target.every, begin(target.every, today)?);
    let amount = target.amounts.get(&period);
    let amount = match group {
        None => amount.map(model::TargetAmount::whole),
        Some((by, _)) if target.by.as_ref() != Some(by) => return None,
        Some((_, group)) => amount.and_then(|it| it.part(group)),
    };
    let target = amount.and_then(of_number);
    Some(Covered::of(period, *sum, target))
}
