//! Sums held against what is to be sold in the period at hand.

use ::metrics::{Covered, Figure};
use contracts::Verdict;
use crm::{FieldRef, Record, Value};
use jiff::{Timestamp, civil::Date};
use model::{By, Metric, Period, Target};

use super::{
    measured::of_number,
    periods::{RECOUNTED_FROM, begin, name, next},
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
    match periods(every, on, facts) {
        None => Verdict::Unknown,
        Some((due, at_hand)) if due == at_hand => Verdict::Held,
        Some(_) => Verdict::NotHeld,
    }
}

/// Whether a record belongs to a later period of a target that a metric is held against: that period begins without any
/// event of the record.
#[must_use]
pub fn falls_due_later(rules: &Rules, record: &Record, now: Timestamp) -> bool {
    let metrics = rules.model.metrics.values();
    let targets = metrics.filter_map(|it| target_of(rules, it));
    let mut targets = targets.filter(|it| it.record == record.id.kind);
    let facts = Facts::of(rules, record, now);
    targets.any(|it| {
        let periods = periods(it.every, &it.on, &facts);
        periods.is_some_and(|(due, at_hand)| due > at_hand)
    })
}

/// When the period begins to which a record belongs, and that at hand; none of a record without the day.
fn periods(every: Period, on: &FieldRef, facts: &Facts<'_>) -> Option<(Date, Date)> {
    let zone = facts.rules.company_zone();
    let FieldValue::Value(value) = facts.look(on) else {
        return None;
    };
    let day = match *value {
        Value::Date(day) => day,
        Value::Timestamp(at) => at.to_zoned(zone.clone()).date(),
        _ => return None,
    };
    let today = facts.now.to_zoned(zone.clone()).date();
    begin(every, day).zip(begin(every, today))
}

/// The first day of the period at hand, and the first behind it.
#[must_use]
pub fn period_at(rules: &Rules, every: Period, now: Timestamp) -> Option<[Date; 2]> {
    let today = now.to_zoned(rules.company_zone().clone()).date();
    let first = begin(every, today)?;
    Some([first, next(every, first)?])
}

/// As of when a sum that is counted live, and last changed at `changed`, is held against its target: the records of a new
/// period are counted in the night in which it begins, and until then the sum is of the period before.
#[must_use]
pub fn held_as_of(rules: &Rules, metric: &Metric, changed: Timestamp, now: Timestamp) -> Timestamp {
    let period = target_of(rules, metric).and_then(|it| period_at(rules, it.every, now));
    let Some([first, _]) = period else {
        return now;
    };
    let zone = rules.company_zone();
    let of_before = |at: Timestamp| at.to_zoned(zone.clone()).date() < first;
    let local = now.to_zoned(zone.clone());
    match local.date() == first && local.time() < RECOUNTED_FROM && of_before(changed) {
        true => changed,
        false => now,
    }
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
