//! What all records come to in a metric: each is counted once, and taken back before it counts for something else.

use std::collections::BTreeMap;

use ::metrics::{Answer, FieldAnswer, Observation, Passed, Quantity};
use contracts::state::{Contribution, CountedState, Counting, MetricState, Tallied};
use jiff::{Timestamp, civil::Date};

use super::kept::{tallied, tally};

/// What a record counted for in a metric, and what it counts for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed<'a> {
    /// What it counted for.
    pub before: Option<&'a Contribution>,
    /// What it counts for.
    pub after: Option<&'a Contribution>,
}

/// The metric with these changes, by the model of a deployment; none if it comes to the same.
///
/// What counts for another form than the metric has is not in it. A later deployment's model may give it another form:
/// it begins anew then, and every record counts again as it is judged again.
#[must_use]
pub fn counted(
    state: Option<&MetricState>,
    changes: &[Changed<'_>],
    revision: u64,
    (day, now): (Date, Timestamp),
) -> Option<MetricState> {
    let begun = changes.iter().find_map(|it| it.after).map(|it| &it.form);
    let mut after = match (state, begun) {
        (Some(state), Some(form)) if state.form != *form && revision > state.revision => {
            // What was open is over when its signal is looked at next.
            MetricState {
                signals: state.signals.clone(),
                ..nothing(form, revision, day, now)
            }
        }
        (Some(state), _) => state.clone(),
        (None, Some(form)) => nothing(form, revision, day, now),
        (None, None) => return None,
    };
    for change in changes {
        let same = |it: &&Contribution| it.form == after.form;
        let (before, more) = (change.before.filter(same), change.after.filter(same));
        if before == more {
            continue;
        }
        if let Some(before) = before {
            apply(&mut after, before, true);
        }
        if let Some(more) = more {
            apply(&mut after, more, false);
        }
    }
    if state == Some(&after) {
        return None;
    }
    // A day that is over does not come again, whatever the order in which events come.
    after.day = after.day.max(day);
    after.changed = after.changed.max(now);
    Some(after)
}

/// The metric as these records say that it is, with all else as it is kept.
#[must_use]
pub fn folded<'a>(
    state: &MetricState,
    name: &str,
    records: impl IntoIterator<Item = &'a CountedState>,
) -> MetricState {
    let mut after = MetricState {
        total: Tallied::default(),
        unsure: 0,
        by: BTreeMap::new(),
        ..state.clone()
    };
    // As it is kept where nothing is left of it.
    after.total = tallied(&tally(&after.form, &after.total));
    let records = records.into_iter().filter_map(|it| it.metrics.get(name));
    for contribution in records.filter(|it| it.form == state.form) {
        apply(&mut after, contribution, false);
    }
    after
}

fn nothing(form: &str, revision: u64, day: Date, now: Timestamp) -> MetricState {
    MetricState {
        form: form.to_owned(),
        revision,
        day,
        changed: now,
        total: tallied(&tally(form, &Tallied::default())),
        unsure: 0,
        by: BTreeMap::new(),
        told: None,
        signals: BTreeMap::new(),
    }
}

fn apply(state: &mut MetricState, contribution: &Contribution, taken: bool) {
    if contribution.counts == Counting::Unsure {
        state.unsure = if taken {
            state.unsure.saturating_sub(1)
        } else {
            state.unsure + 1
        };
        return;
    }
    state.total = with(&state.form, &state.total, &contribution.counts, taken);
    for (by, group) in &contribution.groups {
        let groups = state.by.entry(by.clone()).or_default();
        let before = groups.remove(group).unwrap_or_default();
        let after = with(&state.form, &before, &contribution.counts, taken);
        let tally = tally(&state.form, &after);
        if tally != tally.emptied() {
            groups.insert(group.clone(), after);
        }
        if groups.is_empty() {
            state.by.remove(by);
        }
    }
}

fn with(form: &str, kept: &Tallied, counts: &Counting, taken: bool) -> Tallied {
    let mut tally = tally(form, kept);
    observed(counts, |it| {
        if taken {
            tally.take(it);
        } else {
            tally.add(it);
        }
    });
    tallied(&tally)
}

fn observed(counts: &Counting, mut count: impl FnMut(&Observation<'_>)) {
    let quantity = |millionths: i64| Quantity::millionths(millionths.into());
    match counts {
        Counting::Unsure => {}
        Counting::Answer(letter) => count(&Observation::Answer(answer(*letter))),
        Counting::Fields(letters) => {
            let answers: Vec<FieldAnswer> = letters.chars().map(of_field).collect();
            count(&Observation::Fields(&answers));
        }
        Counting::There => count(&Observation::There),
        Counting::Value(value) => count(&Observation::Value(value.map(quantity))),
        Counting::Took(Some(seconds)) => {
            let took = Passed::Took(Quantity::whole(*seconds));
            count(&Observation::Passed(took));
        }
        Counting::Took(None) => count(&Observation::Passed(Passed::Underway)),
        Counting::Pair(pair) => {
            let pair = pair.map(|(one, other)| (quantity(one), quantity(other)));
            count(&Observation::Pair(pair));
        }
    }
}

const fn of_field(letter: char) -> FieldAnswer {
    match letter {
        'y' => FieldAnswer::Filled,
        's' => FieldAnswer::Stale,
        'o' => FieldAnswer::Undated,
        'n' => FieldAnswer::Empty,
        _ => FieldAnswer::Unknown,
    }
}

const fn answer(letter: char) -> Answer {
    match letter {
        'y' => Answer::Yes,
        'n' => Answer::No,
        _ => Answer::Unknown,
    }
}
