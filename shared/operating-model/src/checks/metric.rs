//! The words of a metric fit what it is of: records have a portion, the runs of a clock are met in
//! time or not, and a lifecycle has conversions or a stretch from stage to stage.

use super::{Check, Reading};
use crate::{ModelFile, Population, names::Known, node::Node, population, problem::Problems};

pub(super) static CHECK: Check = Check {
    name: "metric",
    about: "The words of a metric fit what it is of.",
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let metrics = reading
        .trees
        .get(&ModelFile::Metrics)
        .and_then(|root| root.get("metrics"));
    for (_, key, metric) in metrics.into_iter().flat_map(Node::entries) {
        // What it is of is reported by itself if it cannot be read.
        let Some(of) = metric.text_of("of").and_then(population::read) else {
            continue;
        };
        for (at, what, mend) in faults(reading.known, &of, metric) {
            let span = at.map_or(key.span, |node| node.span);
            problems.at(&CHECK, ModelFile::Metrics, span, what, mend.to_owned());
        }
    }
}

/// The word that is wrong, if it is there; what is wrong; how to mend it.
type Fault<'n> = (Option<&'n Node>, String, &'static str);

fn faults<'n>(known: &Known<'_>, of: &Population, metric: &'n Node) -> Vec<Fault<'n>> {
    let key = |word: &str| {
        let entry = metric.entries().find(|(text, ..)| *text == word);
        entry.map(|(_, key, _)| key)
    };
    let mut faults = Vec::new();
    let mut refuse = |words: &[&str], of: &str, mend| {
        for word in words {
            if let Some(key) = key(word) {
                faults.push((Some(key), format!("`{word}` means nothing of {of}"), mend));
            }
        }
    };
    let portion = metric.get("portion");
    let stretch = ["from", "to", "quantile"];
    match of {
        Population::All(_) | Population::Open(_) | Population::InStage(..) => {
            let of = "records as they are now";
            refuse(&stretch, of, "remove it, or write `of: lifecycle …`");
            refuse(&["window"], of, "remove it");
            match portion {
                None => faults.push(NO_PORTION()),
                Some(portion) if portion.text() == Some("met_in_time") => faults.push((
                    Some(portion),
                    "records are not met in time, clocks are".to_owned(),
                    "write a condition, for example `{ opportunity.in_icp: yes }`",
                )),
                Some(_) => {}
            }
        }
        Population::Clock(_) => {
            refuse(&stretch, "a clock", "remove it, or write `of: lifecycle …`");
            if portion.is_none_or(Node::is_mapping) {
                faults.push((
                    portion,
                    "of a clock's runs those that were met in time are counted".to_owned(),
                    "write `portion: met_in_time`",
                ));
            }
        }
        Population::Lifecycle(kind) => {
            refuse(&["portion"], "a lifecycle", "remove it");
            let has: Vec<&str> = stretch
                .into_iter()
                .filter(|word| metric.get(word).is_some())
                .collect();
            let percent = "remove it, or measure a portion of records";
            refuse(
                &["floor"],
                "a lifecycle, which has no one percentage",
                percent,
            );
            if !has.is_empty() && has.len() < stretch.len() {
                faults.push((
                    key(has.first().copied().unwrap_or_default()),
                    "a stretch has all of `from`, `to` and `quantile`".to_owned(),
                    "write all three, or none of them for the conversion from stage to stage",
                ));
            }
            let from = metric.get("from");
            if let (Some(text), Some(to)) = (from.and_then(Node::text), metric.get("to"))
                && to.text() == Some(text)
            {
                let what = format!("from `{text}` to `{text}` there is no way to go");
                faults.push((Some(to), what, "name two stages"));
            }
            if !known.has_lifecycle(*kind) {
                let what = format!("{kind} records have no lifecycle");
                faults.push((metric.get("of"), what, "name a kind that has one"));
            }
        }
    }
    faults
}

/// A portion is what makes records a number.
const NO_PORTION: fn() -> Fault<'static> = || {
    (
        None,
        "this metric does not say which of the records count".to_owned(),
        "add a condition, for example `portion: { opportunity.in_icp: yes }`",
    )
};
