//! Each night every record is judged again, and what the metrics come to is compared with what the records count for.

use contracts::{
    DecisionDraft, EventData, Notice, Reason, SHARDS,
    state::{CountedState, MetricState, MetricsRecountState},
};
use crm::RecordId;
use jiff::{Timestamp, civil::Date};

use super::{
    counting::folded,
    periods::{RECOUNTED_FROM, begin},
    targets::target_of,
};
use crate::{digests::operators, quiet::is_just_now, rules::Rules};

/// How many records are judged again in one go.
pub const AT_ONCE: usize = 100;

/// Where the recount goes on, or begins: once a day from three in the morning on, where the company is, and from midnight
/// on where a period of a target begins: of another period are other records. None if nothing is to be done.
#[must_use]
pub fn due(
    rules: &Rules,
    before: &MetricsRecountState,
    now: Timestamp,
) -> Option<MetricsRecountState> {
    if rules.model.metrics.is_empty() {
        return None;
    }
    if before.shard.is_some() || !before.left.is_empty() {
        return Some(before.clone());
    }
    let local = now.to_zoned(rules.company_zone().clone());
    // Not "before today": a tick that was ahead by months must not stop the nights until then.
    let is_time = local.time() >= RECOUNTED_FROM || period_begins(rules, local.date());
    let begins = before.day != Some(local.date()) && is_time;
    begins.then(|| MetricsRecountState {
        day: Some(local.date()),
        shard: Some(0),
        after: None,
        left: rules.model.metrics.keys().cloned().collect(),
    })
}

/// Whether a period begins on this day by which a sum is held against a target.
fn period_begins(rules: &Rules, day: Date) -> bool {
    let metrics = rules.model.metrics.values();
    let mut targets = metrics.filter_map(|it| target_of(rules, it));
    targets.any(|it| begin(it.every, day) == Some(day))
}

/// The recount behind these records of its shard, the last of which is `last`; `over` says that they were all.
#[must_use]
pub fn gone_through(
    mut recount: MetricsRecountState,
    last: Option<RecordId>,
    over: bool,
) -> MetricsRecountState {
    if over {
        let next = recount.shard.map(|it| it + 1);
        recount.shard = next.filter(|it| *it < SHARDS);
        recount.after = None;
    } else {
        recount.after = last;
    }
    recount
}

/// What came of comparing a metric with its records.
#[derive(Debug, Clone, PartialEq)]
pub enum Compared {
    /// It is what they come to.
    Right,
    /// Something has changed just now: to be compared another night.
    NotYet,
    /// They come to something else: the decision, and what is right.
    Wrong(Box<DecisionDraft>, Box<MetricState>),
}

/// Compares what a metric comes to with what all records count for in it.
#[must_use]
pub fn compare<'a>(
    rules: &Rules,
    (name, state): (&str, &MetricState),
    records: impl IntoIterator<Item = &'a CountedState>,
    now: Timestamp,
) -> Compared {
    let right = folded(state, name, records);
    if right == *state {
        return Compared::Right;
    }
    if is_just_now(state.changed, now) {
        return Compared::NotYet;
    }
    let differ = differences(state, &right);
    let outcome = format!(
        "{name} was counted wrongly and is corrected: {}",
        differ.join("; ")
    );
    let place = rules.model.metrics.get(name).map(|it| it.place);
    let note = "counted again: what each record counts for comes to something else";
    let tell = |to| EventData::NoticeRequested {
        to,
        notice: Notice::MetricCorrected {
            metric: name.to_owned(),
            differ: differ.clone(),
        },
    };
    let draft = DecisionDraft {
        outcome,
        reasons: vec![Reason::note(format!("metrics.{name}"), place, note)],
        emits: operators(rules).into_iter().map(tell).collect(),
        ..DecisionDraft::default()
    };
    let right = MetricState {
        changed: state.changed.max(now),
        ..right
    };
    Compared::Wrong(Box::new(draft), Box::new(right))
}

/// The most groups of which it is said that they differ.
const SAID: usize = 5;

fn differences(is: &MetricState, right: &MetricState) -> Vec<String> {
    let mut differ = Vec::new();
    if is.total != right.total || is.unsure != right.unsure {
        differ.push("all together".to_owned());
    }
    let names = is.by.keys().chain(right.by.keys());
    let names: std::collections::BTreeSet<&String> = names.collect();
    for by in names {
        let groups = |state: &MetricState| state.by.get(by).cloned().unwrap_or_default();
        let (is, right) = (groups(is), groups(right));
        let all: std::collections::BTreeSet<&String> = is.keys().chain(right.keys()).collect();
        let others = all.into_iter().filter(|it| is.get(*it) != right.get(*it));
        differ.extend(others.map(|it| format!("{by} {}", if it.is_empty() { "none" } else { it })));
    }
    if differ.len() > SAID {
        let more = differ.len() - SAID;
        differ.truncate(SAID);
        differ.push(format!("and {more} more"));
    }
    differ
}
