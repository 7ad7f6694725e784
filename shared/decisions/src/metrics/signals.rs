//! A metric that has surely become worse than some weeks before is told to whoever answers for it: once when that begins,
//! and once when it is over.

use ::metrics::{Estimate, Quantity, Shift};
use contracts::{DecisionDraft, EventData, Notice, Reason, SignalMoved, state::MetricState};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use model::{Metric, Signal, Worse, weeks_before, wording::length};

use super::kept::tally;
use crate::rules::Rules;

/// A signal that opens or is over: the decision, and the metric as it is then.
#[derive(Debug, Clone, PartialEq)]
pub struct Signalled {
    /// The signal.
    pub signal: String,
    /// The decision.
    pub draft: DecisionDraft,
    /// Since when it is open; none where it is over.
    pub since: Option<Timestamp>,
}

impl Signalled {
    /// The metric with this signal as it is now, and all else as it is kept.
    #[must_use]
    pub fn kept(&self, state: &MetricState) -> MetricState {
        let mut after = state.clone();
        match self.since {
            Some(since) => after.signals.insert(self.signal.clone(), since),
            None => after.signals.remove(&self.signal),
        };
        after
    }
}

/// Whether there is anything to be compared: a signal watches the metric, or one did and is open.
#[must_use]
pub fn needs_look(rules: &Rules, name: &str, state: &MetricState) -> bool {
    !state.signals.is_empty() || rules.model.signals.values().any(|it| it.metric == name)
}

/// The day at the end of which the metric is looked at for a comparison, where the company is.
#[must_use]
pub fn compared_with(rules: &Rules, weeks: u8, now: Timestamp) -> Date {
    let today = now.to_zoned(rules.company_zone().clone()).date();
    let back = i64::from(weeks).weeks();
    today.checked_sub(back).unwrap_or(today)
}

/// The next signal of a metric that opens or is over; none if nothing is new. `on` gives what the metric had come to at
/// the end of a day, if that is kept.
///
/// Where it cannot be told, now or then, what is open stays open and nothing opens.
pub fn signalled<'a>(
    rules: &Rules,
    name: &str,
    state: &MetricState,
    on: impl Fn(Date) -> Option<&'a MetricState>,
    now: Timestamp,
) -> Option<Signalled> {
    let metric = rules.model.metrics.get(name)?;
    let removed = |it: &&String| {
        let signal = rules.model.signals.get(*it);
        signal.is_none_or(|it| it.metric != name)
    };
    if let Some(gone) = state.signals.keys().find(removed) {
        return Some(removed_from_model(gone, name));
    }
    let mut signals = rules.model.signals.iter().filter(|it| it.1.metric == name);
    signals.find_map(|(signal, it)| {
        let was_open = state.signals.contains_key(signal);
        let day = compared_with(rules, it.weeks_before, now);
        let (is, was) = (estimate(metric, state)?, estimate(metric, on(day)?)?);
        let shift = Shift::of(&is, &was);
        let open = is_worse(shift, it.worse)?;
        (open != was_open).then(|| Signalled {
            signal: signal.clone(),
            draft: told((signal, it), metric, (&is, &was), (shift, open)),
            since: open.then_some(now),
        })
    })
}

/// Whether a number has surely become worse; none where there are too few to tell.
#[must_use]
pub const fn is_worse(shift: Shift, worse: Worse) -> Option<bool> {
    match (shift, worse) {
        (Shift::TooFew, _) => None,
        (Shift::Rose, Worse::Rises) | (Shift::Fell, Worse::Falls) => Some(true),
        (Shift::Rose | Shift::Fell | Shift::MayBeChance, _) => Some(false),
    }
}

/// What the metric comes to, if it is what it measures by now and has an interval.
fn estimate(metric: &Metric, state: &MetricState) -> Option<Estimate> {
    let same = super::form(&metric.measure).as_ref() == Some(&state.form);
    let figure = tally(&state.form, &state.total).figure();
    same.then(|| Estimate::of(&figure)).flatten()
}

fn told(
    (name, signal): (&str, &Signal),
    metric: &Metric,
    (is, was): (&Estimate, &Estimate),
    (shift, open): (Shift, bool),
) -> DecisionDraft {
    let (is, was) = (estimate_words(is), estimate_words(was));
    let then = weeks_before(signal.weeks_before);
    let stands = match (open, shift) {
        (true, _) => format!("is open: {} is worse than {then}", signal.metric),
        (false, _) => format!("is over: {} is no longer worse than {then}", signal.metric),
    };
    let compared = format!("now {is}; {then} {was}: {}", shift.words());
    let direction = format!("{} gets worse as it {}", signal.metric, signal.worse.word());
    DecisionDraft {
        outcome: format!("{name} {stands}"),
        reasons: vec![
            Reason::note(format!("signals.{name}"), Some(signal.place), compared),
            Reason::note(
                format!("metrics.{}", signal.metric),
                Some(metric.place),
                direction,
            ),
        ],
        emits: vec![EventData::NoticeRequested {
            to: metric.owner.clone(),
            notice: Notice::SignalMoved(SignalMoved {
                signal: name.to_owned(),
                metric: signal.metric.clone(),
                open,
                now: is,
                before: was,
                weeks: signal.weeks_before,
            }),
        }],
        ..DecisionDraft::default()
    }
}

/// A number with its interval, in words.
#[must_use]
pub fn estimate_words(estimate: &Estimate) -> String {
    estimate.words(|it| length(SignedDuration::from_secs(it.small() / Quantity::ONE)))
}

/// Nobody is told of what somebody took out of the model.
fn removed_from_model(signal: &str, metric: &str) -> Signalled {
    let note = format!("the model has no such signal of {metric} by now");
    Signalled {
        signal: signal.to_owned(),
        draft: DecisionDraft {
            outcome: format!("{signal} is over: it is watched no more"),
            reasons: vec![Reason::note(format!("signals.{signal}"), None, note)],
            ..DecisionDraft::default()
        },
        since: None,
    }
}
