use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    ValuesDigest,
    state::{DeviationsState, MetricState, MinutesState, Stood, StoodMetric, Told},
};
use crm::{PersonId, RecordId};
use jiff::Timestamp;
use model::{AgendaItem, Review};

use crate::{metrics::form, rules::Rules};

/// What is open and known when a pack goes out.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// The open deviations of everybody's records, and whose they are.
    pub deviations: &'a BTreeMap<RecordId, (PersonId, DeviationsState)>,
    /// What the metrics come to.
    pub metrics: &'a BTreeMap<String, MetricState>,
    /// What was decided in the review, and what is to be done.
    pub minutes: &'a MinutesState,
}

/// The metrics that a review looks at, in order: those that it names, else those with a floor or a target; of these
/// the ones that are counted live.
#[must_use]
pub fn metrics_of<'r>(rules: &'r Rules, review: &'r Review) -> Vec<&'r str> {
    if !review.agenda.contains(&AgendaItem::Metrics) {
        return Vec::new();
    }
    if !review.metrics.is_empty() {
        return review.metrics.iter().map(String::as_str).collect();
    }
    let all = rules.model.metrics.iter();
    let limited = all.filter(|(_, it)| it.floor.is_some() || it.target.is_some());
    let live = limited.filter(|(_, it)| form(&it.measure).is_some());
    live.map(|(name, _)| name.as_str()).collect()
}

/// How things stand, for the next pack to be compared with. What is not on the agenda is left out.
#[must_use]
pub fn stood(rules: &Rules, review: &Review, work: Work<'_>, now: Timestamp) -> Stood {
    let on = |item: AgendaItem| review.agenda.contains(&item);
    let mut things: BTreeMap<RecordId, BTreeSet<String>> = BTreeMap::new();
    if on(AgendaItem::Deviations) {
        let open = work.deviations.iter().flat_map(|(record, (_, state))| {
            let open = state.open.iter();
            open.map(move |(name, it)| (it.severity, it.since, record, name))
        });
        let mut open: Vec<_> = open.collect();
        open.sort();
        for (_, since, record, name) in open.into_iter().take(Told::MOST) {
            let known = things.entry(record.clone()).or_default();
            known.insert(opening(name, since));
        }
    }
    let metrics = metrics_of(rules, review).into_iter().filter_map(|name| {
        let state = work.metrics.get(name)?;
        let stood = StoodMetric {
            form: state.form.clone(),
            total: state.total.clone(),
        };
        Some((name.to_owned(), stood))
    });
    let definitions = match on(AgendaItem::Changes) {
        true => rules.model.definitions(),
        false => BTreeMap::new(),
    };
    let digests = definitions
        .into_iter()
        .map(|(name, text)| (name, ValuesDigest::of(&[&text])));
    Stood {
        told: Told {
            at: now,
            things,
            shown: BTreeSet::new(),
        },
        actions: work.minutes.open().map(|(number, _)| number).collect(),
        metrics: metrics.collect(),
        definitions: digests.collect(),
    }
}

/// What sets one opening of a deviation apart from another of the same record.
pub(super) fn opening(name: &str, since: Timestamp) -> String {
    format!("{name} {}", since.as_second())
}
