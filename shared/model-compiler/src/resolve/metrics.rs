use std::collections::BTreeMap;

use super::{
    conditions,
    parts::{optional_amount, person, place, section},
};
use crate::{
    checks::check::Reading,
    grammar::population,
    yaml::{node::Node, scalars},
};
use model::{Measure, Metric, ModelFile, Population, Signal, Trend, Watched};

const FILE: ModelFile = ModelFile::Metrics;

pub(super) fn metrics(reading: &Reading<'_>, root: &Node) -> Option<BTreeMap<String, Metric>> {
    section(root, "metrics", |_, key, node| {
        let of = population::read(node.text_of("of")?)?;
        let floor = node
            .get("floor")
            .map(|floor| scalars::percent(floor).and_then(|floor| u8::try_from(floor).ok()));
        Some(Metric {
            owner: person(node.get("owner")?)?,
            measure: measure(reading, &of, node)?,
            of,
            window: optional_amount(node.get("window"))?,
            floor: floor.map_or(Some(None), |floor| floor.map(Some))?,
            place: place(FILE, key.span),
        })
    })
}

fn measure(reading: &Reading<'_>, of: &Population, node: &Node) -> Option<Measure> {
    Some(match of {
        Population::Clock(_) => Measure::MetInTime,
        Population::Lifecycle(_) => match node.get("quantile") {
            None => Measure::Conversion,
            Some(quantile) => Measure::Passage {
                from: node.text_of("from")?.to_owned(),
                to: node.text_of("to")?.to_owned(),
                quantile: u8::try_from(scalars::percent(quantile)?).ok()?,
            },
        },
        _ => Measure::Portion(conditions::condition(reading, FILE, node.get("portion")?)?),
    })
}

pub(super) fn signals(root: &Node) -> Option<BTreeMap<String, Signal>> {
    section(root, "signals", |_, key, node| {
        let percent = |word| {
            let percent = node.get(word).and_then(scalars::percent)?;
            u16::try_from(percent).ok()
        };
        let trend = percent("rises_by")
            .map(Trend::RisesBy)
            .or_else(|| percent("falls_by").map(Trend::FallsBy));
        Some(Signal {
            watches: match node.text_of("metric")? {
                "time_in_stage" => Watched::TimeInStage,
                "days_between_contacts" => Watched::DaysBetweenContacts,
                name => Watched::Metric(name.to_owned()),
            },
            previous_weeks: scalars::previous(node.get("compare")?)?,
            trend: trend?,
            place: place(FILE, key.span),
        })
    })
}
