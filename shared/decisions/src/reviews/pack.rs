use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    ValuesDigest,
    state::{DeviationsState, Exception, ExceptionsState, MetricState, MinutesState, Stood},
};
use crm::{PersonId, RecordId};
use jiff::{Timestamp, civil::Date};
use model::{OperatingModel, Review};

use super::stood::{metrics_of, opening};
use crate::{
    metrics::{MetricLine, line},
    rules::Rules,
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
        let stood = before.and_then(|before| before.metrics.get(name));
        let stood = stood.map(|it| (it.form.as_str(), &it.total));
        line(rules, name, kept.get(name), (stood, "the last time"), now)
    });
    lines.collect()
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
