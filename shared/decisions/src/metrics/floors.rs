//! A metric that is below its floor is told to whoever answers for it: once a week, as long as that lasts.

use ::metrics::{Figure, Kept, Rate};
use contracts::{DecisionDraft, EventData, Notice, Reason, state::MetricState};
use jiff::{Timestamp, ToSpan, civil::Date};
use model::Metric;

use super::kept::tally;
use crate::rules::Rules;

/// That the owner of a metric is to be told: the decision, and the Monday of the week in which that was.
#[derive(Debug, Clone, PartialEq)]
pub struct Below {
    /// The decision.
    pub draft: DecisionDraft,
    /// The Monday, where the company is.
    pub week: Date,
}

/// Holds what a metric comes to against its floor; none if nothing is new. Whoever is told of a floor of which there are
/// too few to tell would learn nothing: that is not below.
#[must_use]
pub fn below(rules: &Rules, name: &str, state: &MetricState, now: Timestamp) -> Option<Below> {
    let metric = rules.model.metrics.get(name)?;
    let floor = metric.floor?;
    if super::form(&metric.measure).as_ref() != Some(&state.form) {
        return None;
    }
    let figure = tally(&state.form, &state.total).figure();
    let rate = figure.rate()?;
    let kept = Kept::of(rate, floor);
    let week = monday_of(rules, now);
    let heard = state.told.is_some_and(|told| told >= week);
    if !kept.is_below() || heard {
        return None;
    }
    let draft = told(name, metric, (rate, unknown(&figure)), (kept, floor));
    Some(Below { draft, week })
}

fn told(
    name: &str,
    metric: &Metric,
    (rate, unknown): (&Rate, u64),
    (kept, floor): (Kept, u8),
) -> DecisionDraft {
    let stands = kept.words("floor", floor);
    let counts = format!("{} of {}: {}", rate.count, rate.of, rate.words());
    let mut reasons = vec![Reason::note(
        format!("metrics.{name}"),
        Some(metric.place),
        format!("{counts}; {stands}"),
    )];
    if unknown > 0 {
        let note = format!("of {unknown} it cannot be known; they are in neither number");
        reasons.push(Reason::note(format!("metrics.{name}"), None, note));
    }
    DecisionDraft {
        outcome: format!("{name} is {stands}: {counts}"),
        reasons,
        emits: vec![EventData::NoticeRequested {
            to: metric.owner.clone(),
            notice: Notice::MetricBelowFloor {
                metric: name.to_owned(),
                count: rate.count,
                of: rate.of,
                unknown,
                floor,
            },
        }],
        ..DecisionDraft::default()
    }
}

const fn unknown(figure: &Figure) -> u64 {
    match figure {
        Figure::Portion { unknown, .. } | Figure::Filled { unknown, .. } => *unknown,
        _ => 0,
    }
}

/// The Monday of the week at hand, where the company is.
fn monday_of(rules: &Rules, now: Timestamp) -> Date {
    let day = now.to_zoned(rules.company_zone().clone()).date();
    let since = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(since.days()).unwrap_or(day)
}
