use std::collections::{BTreeMap, BTreeSet};

use ::metrics::{Figure, Kept, Trend, in_thousands};
use contracts::{
    ValuesDigest,
    state::{DeviationsState, Exception, ExceptionsState, MetricState, MinutesState, Stood},
};
use crm::{PersonId, RecordId};
use jiff::{Timestamp, civil::Date};
use model::{OperatingModel, Review};

use super::stood::{metrics_of, opening};
use crate::{
    metrics::{covered, form, tally},
    rules::Rules,
    shown::metric_label,
};

/// An action that is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionLine {
    /// By which it is named.
    pub number: u32,
    /// What is to be done.
    pub what: String,
    /// By whom.
    pub owner: PersonId,
    /// By the end of which day of theirs.
    pub due: Date,
    /// Whether that day is over.
    pub late: bool,
}

/// The actions that are not done, those that are late first, then by their due days.
#[must_use]
pub fn actions(rules: &Rules, minutes: &MinutesState, now: Timestamp) -> Vec<ActionLine> {
    let open = minutes.open().map(|(number, it)| {
        let today = now.to_zoned(rules.zone_of(&it.owner).clone()).date();
        ActionLine {
            number,
            what: it.what.clone(),
            owner: it.owner.clone(),
            due: it.due,
            late: it.due < today,
        }
    });
    let mut open: Vec<ActionLine> = open.collect();
    open.sort_by_key(|it| (!it.late, it.due, it.number));
    open
}

/// How a metric stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricLine {
    /// The metric, as people call it.
    pub metric: String,
    /// Who answers for it.
    pub owner: PersonId,
    /// The rate in percent, 0 to 100; none if it is no rate, or there are too few to tell.
    pub percent: Option<u32>,
    /// `38 of 42: 90.5 % (77.9 to 96.2 %), below the floor of 95 %; down from 40 of 42: …`.
    pub said: String,
    /// Whether it is below its floor.
    pub below: bool,
}

/// The metrics that a review looks at: what each comes to, how it stands to its floor and target, and to what it had
/// come to when the pack before went out.
#[must_use]
pub fn metrics(
    rules: &Rules,
    review: &Review,
    kept: &BTreeMap<String, MetricState>,
    before: Option<&Stood>,
    now: Timestamp,
) -> Vec<MetricLine> {
    let named = metrics_of(rules, review).into_iter();
    let lines = named.filter_map(|name| {
        let metric = rules.model.metrics.get(name)?;
        let mut line = MetricLine {
            metric: metric_label(&rules.model, name),
            owner: metric.owner.clone(),
            percent: None,
            said: "nothing has been counted yet".to_owned(),
            below: false,
        };
        let state = kept.get(name);
        let Some(state) = state.filter(|it| form(&metric.measure).as_ref() == Some(&it.form))
        else {
            return Some(line);
        };
        let figure = tally(&state.form, &state.total).figure();
        let mut said = vec![words(&figure)];
        let target = covered(rules, metric, &figure, None, now);
        said.extend(target.map(|it| it.words()));
        if let Some(rate) = figure.rate() {
            line.percent = rate.rate.filter(|_| !rate.too_few).map(percent);
            for (word, limit) in [("floor", metric.floor), ("target", metric.target)] {
                said.extend(limit.map(|limit| Kept::of(rate, limit).words(word, limit)));
            }
            line.below = metric.floor.is_some_and(|it| Kept::of(rate, it).is_below());
        }
        let stood = before.and_then(|before| before.metrics.get(name));
        if let Some(stood) = stood.filter(|it| it.form == state.form) {
            let was = tally(&stood.form, &stood.total).figure();
            let (stands, sure) = Trend::of(&figure, &was).map_or(("beside", ""), Trend::words);
            said.push(format!("{stands} {} the last time{sure}", words(&was)));
        }
        line.said = said.join("; ");
        Some(line)
    });
    lines.collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is from 0 to 1"
)]
fn percent(rate: f64) -> u32 {
    (rate * 100.0).round() as u32
}

fn words(figure: &Figure) -> String {
    let unknown = |count: u64, what: &str| match count {
        0 => String::new(),
        count => format!(", {count} {what}"),
    };
    match figure {
        Figure::Portion {
            rate, unknown: not, ..
        }
        | Figure::Filled {
            rate, unknown: not, ..
        } => format!(
            "{} of {}: {}{}",
            rate.count,
            rate.of,
            rate.words(),
            unknown(*not, "unknown")
        ),
        Figure::Count { count } => count.to_string(),
        Figure::Sum {
            sum,
            of,
            unknown: not,
        } => {
            format!(
                "{} of {of}{}",
                in_thousands(&sum.to_string()),
                unknown(*not, "without a value")
            )
        }
        Figure::Ratio {
            ratio,
            of,
            unknown: not,
        } => {
            let ratio = ratio.map_or_else(|| "none".to_owned(), |it| format!("{it:.3}"));
            format!("{ratio} of {of}{}", unknown(*not, "lack one of the two"))
        }
        Figure::Quantile { .. } | Figure::Conversion(_) | Figure::Passage { .. } => {
            "told by exports".to_owned()
        }
    }
}

/// What has become of deviations since the pack before. What opened and closed in between is in neither list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deviations {
    /// How many are open.
    pub open: usize,
    /// Those that were not open then, with their records; none if it is not known what was.
    pub opened: Vec<(RecordId, String)>,
    /// Those that were open then and are not any more.
    pub resolved: Vec<(RecordId, String)>,
    /// How many of each are open now, the most first.
    pub by_name: Vec<(String, u32)>,
}

/// What is open, and what has changed since then.
#[must_use]
pub fn deviations(
    open: &BTreeMap<RecordId, (PersonId, DeviationsState)>,
    before: Option<&Stood>,
) -> Deviations {
    let mut found = Deviations::default();
    let mut by_name: BTreeMap<&str, u32> = BTreeMap::new();
    let mut now: BTreeSet<(&RecordId, String)> = BTreeSet::new();
    for (record, (_, state)) in open {
        for (name, it) in &state.open {
            found.open = found.open.saturating_add(1);
            let count = by_name.entry(name).or_default();
            *count = count.saturating_add(1);
            let key = opening(name, it.since);
            if let Some(before) = before {
                let told = before.told.things.get(record);
                let known = told.is_some_and(|it| it.contains(&key));
                // Of a list that was cut, what is not on it may be old all the same.
                if !known && (!before.told.is_full() || it.since >= before.told.at) {
                    found.opened.push((record.clone(), name.clone()));
                }
            }
            now.insert((record, key));
        }
    }
    for (record, keys) in before.into_iter().flat_map(|it| &it.told.things) {
        for key in keys
            .iter()
            .filter(|key| !now.contains(&(record, (*key).clone())))
        {
            let name = key.rsplit_once(' ').map_or(key.as_str(), |(name, _)| name);
            found.resolved.push((record.clone(), name.to_owned()));
        }
    }
    found.by_name = by_name
        .into_iter()
        .map(|(name, count)| (name.to_owned(), count))
        .collect();
    found.by_name.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    found
}

/// The exceptions that were granted since then and count still; all that count, if there was no pack before.
#[must_use]
pub fn exceptions(
    all: &[(RecordId, ExceptionsState)],
    since: Option<Timestamp>,
    now: Timestamp,
) -> Vec<(&RecordId, &Exception)> {
    let each = all.iter();
    let granted =
        each.flat_map(|(record, state)| state.granted.values().map(move |it| (record, it)));
    let counting = granted.filter(|(_, it)| it.counts(now));
    counting
        .filter(|(_, it)| since.is_none_or(|since| since <= it.from))
        .collect()
}

/// What the model defines otherwise than when the pack before went out: `metrics.sql_integrity: changed`. None if that
/// is not known.
#[must_use]
pub fn changes(model: &OperatingModel, before: Option<&Stood>) -> Option<Vec<String>> {
    let before = &before.filter(|it| !it.definitions.is_empty())?.definitions;
    let now = model.definitions();
    let mut found = Vec::new();
    for (name, text) in &now {
        match before.get(name) {
            None => found.push(format!("{name}: new")),
            Some(was) if *was != ValuesDigest::of(&[text]) => {
                found.push(format!("{name}: changed"))
            }
            Some(_) => {}
        }
    }
    let gone = before.keys().filter(|name| !now.contains_key(*name));
    found.extend(gone.map(|name| format!("{name}: gone")));
    Some(found)
}
