use std::collections::BTreeMap;

use crm::FieldRef;

use super::{
    conditions,
    parts::{label, optional_amount, person, place, section},
};
use crate::{
    checks::check::Reading,
    grammar::population,
    yaml::{node::Node, scalars},
};
use model::{
    By, Measure, Metric, ModelFile, Period, Population, Signal, Target, TargetAmount, Worse,
};

const FILE: ModelFile = ModelFile::Metrics;

pub(super) fn metrics(reading: &Reading<'_>, root: &Node) -> Option<BTreeMap<String, Metric>> {
    section(root, "metrics", |_, key, node| {
        let of = population::read(node.text_of("of")?)?;
        let when = node
            .get("when")
            .map(|when| conditions::condition(reading, FILE, when));
        let by = node.get("by").into_iter().flat_map(Node::items);
        Some(Metric {
            owner: person(node.get("owner")?)?,
            label: label(node),
            definition: node.text_of("definition").map(str::to_owned),
            measure: measure(reading, &of, node)?,
            of,
            when: when.map_or(Some(None), |when| when.map(Some))?,
            by: by.map(|it| By::read(it.text()?)).collect::<Option<_>>()?,
            window: optional_amount(node.get("window"))?,
            floor: optional_percent(node, "floor")?,
            target: optional_percent(node, "target")?,
            against: node.text_of("against").map(str::to_owned),
            place: place(FILE, key.span),
        })
    })
}

fn measure(reading: &Reading<'_>, of: &Population, node: &Node) -> Option<Measure> {
    Some(match of {
        Population::Clock(_) => match node.get("quantile") {
            None => Measure::MetInTime,
            Some(quantile) => Measure::RunLength {
                quantile: u8::try_from(scalars::percent(quantile)?).ok()?,
            },
        },
        Population::Lifecycle(_) => match node.get("quantile") {
            None => Measure::Conversion,
            Some(quantile) => Measure::Passage {
                from: node.text_of("from")?.to_owned(),
                to: node.text_of("to")?.to_owned(),
                quantile: u8::try_from(scalars::percent(quantile)?).ok()?,
            },
        },
        _ => of_records(reading, node)?,
    })
}

fn of_records(reading: &Reading<'_>, node: &Node) -> Option<Measure> {
    let fields = |word| -> Option<Vec<FieldRef>> {
        let fields = node.get(word)?.items().iter();
        fields.map(|it| it.text()?.parse().ok()).collect()
    };
    if let Some(condition) = node.get("portion") {
        return conditions::condition(reading, FILE, condition).map(Measure::Portion);
    }
    if let Some(field) = node.text_of("sum") {
        return field.parse().ok().map(Measure::Sum);
    }
    if let Some(fields) = fields("ratio") {
        let [of, to] = <[FieldRef; 2]>::try_from(fields).ok()?;
        return Some(Measure::Ratio(of, to));
    }
    if let Some(fields) = fields("filled") {
        return Some(Measure::Filled(fields));
    }
    if let Some(field) = node.text_of("field") {
        return Some(Measure::Quantile {
            field: field.parse().ok()?,
            quantile: u8::try_from(scalars::percent(node.get("quantile")?)?).ok()?,
        });
    }
    node.get("count").map(|_| Measure::Count)
}

/// The percentage of a word that may be left out.
fn optional_percent(node: &Node, word: &str) -> Option<Option<u8>> {
    node.get(word).map_or(Some(None), |it| {
        u8::try_from(scalars::percent(it)?).ok().map(Some)
    })
}

pub(super) fn targets(root: &Node) -> Option<BTreeMap<String, Target>> {
    section(root, "targets", |_, key, node| {
        let amounts = node.get("amounts")?.entries();
        let amount = |(period, _, amount): (&str, &Node, &Node)| {
            Some((period.to_owned(), target_amount(amount)?))
        };
        let by = node.text_of("by").map(By::read);
        Some(Target {
            record: population::kind(node.text_of("of")?)?,
            on: node.text_of("on")?.parse().ok()?,
            every: match node.text_of("every")? {
                "month" => Period::Month,
                "quarter" => Period::Quarter,
                _ => return None,
            },
            by: by.map_or(Some(None), |by| by.map(Some))?,
            amounts: amounts.map(amount).collect::<Option<_>>()?,
            place: place(FILE, key.span),
        })
    })
}

fn target_amount(node: &Node) -> Option<TargetAmount> {
    if !node.is_mapping() {
        return scalars::number(node).map(TargetAmount::Whole);
    }
    let part = |(group, _, amount): (&str, &Node, &Node)| {
        Some((group.to_owned(), scalars::number(amount)?))
    };
    let parts = node.entries().map(part).collect::<Option<_>>()?;
    Some(TargetAmount::Parts(parts))
}

pub(super) fn signals(root: &Node) -> Option<BTreeMap<String, Signal>> {
    section(root, "signals", |_, key, node| {
        Some(Signal {
            metric: node.text_of("metric")?.to_owned(),
            worse: match node.text_of("worse")? {
                "rises" => Worse::Rises,
                "falls" => Worse::Falls,
                _ => return None,
            },
            weeks_before: scalars::weeks_before(node.get("compare")?)?,
            place: place(FILE, key.span),
        })
    })
}
