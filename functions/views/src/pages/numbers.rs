use std::collections::BTreeMap;

use contracts::{
    Key,
    state::{MetricState, latest_up_to},
};
use crm::PersonId;
use decisions::{
    Rules,
    digests::overseers,
    metrics::{Limit, compared_with, form, line, percent_of, said},
    shown::{capital, label_of, name_of},
};
use jiff::{ToSpan, civil::Date};
use maud::{Markup, html};
use model::Metric;
use store::{MOST_IN_TRANSACTION, Store, StoreError, Versioned};

use super::{behind, name::Name, not_shown::NotShown, reader::Reader};
use crate::address::value_of;

/// How many days before the day that is compared with are looked at for what a number had come to by then.
const EARLIER: u8 = 14;

/// The most groups of one breakdown that are shown, the greatest names first.
const MOST_GROUPS: usize = 30;

/// What a page shows of a metric, as it is kept.
#[derive(Default)]
struct Counted {
    now: Option<MetricState>,
    days: Vec<MetricState>,
}

/// The metrics that somebody sees: all, who is shown what is the company's; else those for which they answer.
pub(super) fn theirs<'r>(rules: &'r Rules, person: &PersonId) -> BTreeMap<&'r str, &'r Metric> {
    let all = overseers(rules).contains(person);
    let metrics = rules.model.metrics.iter();
    metrics
        .filter(|(_, it)| form(&it.measure).is_some() && (all || it.owner == *person))
        .map(|(name, it)| (name.as_str(), it))
        .collect()
}

/// The numbers of the model as they stand: each held against its floor, its target and the week before. Behind one of
/// them, the records that it counts.
pub(super) async fn content<S: Store>(
    reader: &Reader<'_, S>,
    query: &str,
) -> Result<(String, Markup), NotShown> {
    let metrics = theirs(reader.rules, reader.person);
    if metrics.is_empty() {
        return Err(NotShown::NotTheirs(
            "the numbers are for whoever answers for one, or gets a digest of the whole company",
        ));
    }
    if let Some(name) = value_of(query, "of") {
        let metric = metrics.get_key_value(name.as_str());
        let (name, metric) = metric.ok_or(NotShown::NoNumber)?;
        return behind::content(reader, (name, metric), query).await;
    }
    let day = compared_with(reader.rules, 1, reader.now);
    let kept = read(reader, metrics.keys().copied(), day).await?;
    let rows = metrics
        .iter()
        .filter_map(|(name, metric)| row(reader, (name, metric), kept.get(*name), day));
    let mut rows: Vec<(Rank, Markup)> = rows.collect();
    rows.sort_by_key(|(rank, _)| *rank);
    let content = html! {
        p {
            "As they are counted by now, each change of a record within a minute. Behind a rate stands the interval in \
             which it lies in 95 of 100 cases: where two intervals meet, a change may be chance."
        }
        ul.rows { @for (_, row) in &rows { (row) } }
    };
    Ok(("Numbers".to_owned(), content))
}

/// What the metrics come to now, and what they had come to by that day: one read for each hundred items.
async fn read<S: Store>(
    reader: &Reader<'_, S>,
    names: impl Iterator<Item = &str>,
    day: Date,
) -> Result<BTreeMap<String, Counted>, StoreError> {
    let mut keys = Vec::new();
    for name in names {
        keys.push((name, Key::metric(name)));
        let days = (0..EARLIER).filter_map(|back| day.checked_sub(i64::from(back).days()).ok());
        keys.extend(days.map(|day| (name, Key::metric_on(name, day))));
    }
    let mut kept: BTreeMap<String, Counted> = BTreeMap::new();
    for some in keys.chunks(MOST_IN_TRANSACTION) {
        let asked: Vec<Key> = some.iter().map(|(_, key)| key.clone()).collect();
        let found = reader.store.get(&asked).await?;
        for ((name, key), item) in some.iter().zip(found) {
            let Some(item) = item else { continue };
            let state = Versioned::<MetricState>::read(item)?.state;
            let counted = kept.entry((*name).to_owned()).or_default();
            if *key == Key::metric(name) {
                counted.now = Some(state);
            } else {
                counted.days.push(state);
            }
        }
    }
    Ok(kept)
}

/// What is looked at first: what is below its floor, then what is counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Below,
    Counted,
    NotCounted,
}

fn row<S>(
    reader: &Reader<'_, S>,
    (name, metric): (&str, &Metric),
    kept: Option<&Counted>,
    day: Date,
) -> Option<(Rank, Markup)> {
    let now = kept.and_then(|it| it.now.as_ref());
    // What has not changed since then is what it was.
    let unchanged = now.filter(|it| it.day <= day);
    let before = kept
        .and_then(|it| latest_up_to(&it.days, day))
        .or(unchanged);
    let before = before.map(|it| (it.form.as_str(), &it.total));
    let before = (before, "a week before");
    let line = line(reader.rules, name, now, before, reader.now)?;
    let rank = match (line.below, now) {
        (true, _) => Rank::Below,
        (false, Some(_)) => Rank::Counted,
        (false, None) => Rank::NotCounted,
    };
    let row = html! {
        li {
            div {
                strong { (capital(&line.metric)) }
                @if let Some(what) = &metric.definition { div.small { (what) } }
                div.small { (name_of(&reader.rules.model, &line.owner)) " answers for it." }
            }
            div {
                @match now {
                    Some(now) => {
                        div.figure { (line.figure) }
                        (meter(metric, line.percent, &line.metric))
                        @for limit in &line.limits { div class=[class(limit)] { (capital(&limit.said)) "." } }
                        @if let Some(before) = &line.before { div.small { (capital(before)) "." } }
                        (ways(name, now))
                        (groups(reader, (metric, &line.metric), now))
                    }
                    None => div.small { "Nothing has been counted yet." },
                }
            }
        }
    };
    Some((rank, row))
}

/// What it did not reach is said in red, and what it did in green.
fn class(limit: &Limit) -> Option<&'static str> {
    limit.below.map(|below| if below { "bad" } else { "good" })
}

/// A rate as a bar, which turns where it is below its floor; the words beside it say the same.
fn meter(metric: &Metric, percent: Option<u32>, called: &str) -> Markup {
    html! {
        @if let Some(percent) = percent {
            meter min="0" max="100" low=[metric.floor] high="100" optimum="100" value=(percent)
                aria-label=(format!("{called} in percent")) { (percent) " %" }
        }
    }
}

/// What it comes to in each group of its breakdowns, folded.
fn groups<S>(reader: &Reader<'_, S>, (metric, name): (&Metric, &str), now: &MetricState) -> Markup {
    let model = &reader.rules.model;
    let called = |by: &str, group: &str| match (by, group) {
        (_, "") => "none".to_owned(),
        ("owner", person) => name_of(model, &PersonId::new(person)),
        (_, group) => group.to_owned(),
    };
    html! {
        @for (by, groups) in &now.by {
            details {
                summary { "By " (label_of(model, by)) }
                ul {
                    @for (group, counted) in groups.iter().take(MOST_GROUPS) {
                        @let group = called(by, group);
                        li {
                            (group) ": " (said(&now.form, counted))
                            (meter(metric, percent_of(&now.form, counted), &format!("{name}, {group}")))
                        }
                    }
                }
                @if groups.len() > MOST_GROUPS { p.small { "And " (groups.len() - MOST_GROUPS) " more." } }
            }
        }
    }
}

/// Where the records are that a number counts: each portion of it with how many they are.
fn ways(name: &str, now: &MetricState) -> Markup {
    let total = &now.total;
    let said = match now.form.as_str() {
        "portion" => [
            ('n', format!("{} that do not", total.no), total.no),
            (
                'u',
                format!("{} of which it is not known", total.unknown),
                total.unknown,
            ),
            ('y', format!("{} that do", total.yes), total.yes),
        ]
        .to_vec(),
        form if form.starts_with("filled ") => [
            ('n', "those that lack a value".to_owned(), total.no),
            (
                'u',
                "those of which it is not known".to_owned(),
                total.unknown,
            ),
            ('y', "those that have all".to_owned(), total.yes),
        ]
        .to_vec(),
        _ => vec![('a', "the records".to_owned(), 1)],
    };
    let there = said.iter().filter(|(_, _, count)| *count > 0);
    html! {
        div.small {
            "See "
            @for (at, (is, words, _)) in there.enumerate() {
                @if at > 0 { ", " }
                a href={ (Name::Numbers.path()) "?of=" (name) "&is=" (is) } { (words) }
            }
            "."
        }
    }
}
