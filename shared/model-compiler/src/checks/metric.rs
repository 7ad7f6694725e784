//! The words of a metric fit what it is of: records have a portion, the runs of a clock are met in
//! time or not, and a lifecycle has conversions or a stretch from stage to stage.

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{names::Known, population},
    problems::problem::ProblemSeverity,
    yaml::node::Node,
};
use model::{ModelFile, Population};

pub(super) static CHECK: Check = Check {
    name: "metric",
    about: "The words of a metric fit what it is of.",
    severity: ProblemSeverity::Error,
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
        for (at, what, fix) in faults(reading.known, &of, metric) {
            let span = at.map_or(key.span, |node| node.span);
            problems.at(&CHECK, ModelFile::Metrics, span, what, fix.to_owned());
        }
    }
}

/// The word that is wrong, if it is there; what is wrong; how to fix it.
type Fault<'n> = (Option<&'n Node>, String, &'static str);

fn faults<'n>(known: &Known<'_>, of: &Population, metric: &'n Node) -> Vec<Fault<'n>> {
    match of {
        Population::All(_) | Population::Open(_) | Population::InStage(..) => of_records(metric),
        Population::Clock(_) => of_clock(metric),
        Population::Lifecycle(kind) => {
            let mut faults = of_lifecycle(metric);
            if !known.has_lifecycle(*kind) {
                let what = format!("{kind} records have no lifecycle");
                faults.push((metric.get("of"), what, "name a kind that has one"));
            }
            faults
        }
    }
}

/// From one stage to another, and which part of the records takes how long.
const STRETCH: [&str; 3] = ["from", "to", "quantile"];

fn of_records(metric: &Node) -> Vec<Fault<'_>> {
    let of = "records as they are now";
    let fix = "remove it, or write `of: lifecycle …`";
    let mut faults = meaningless(metric, &STRETCH, of, fix);
    faults.extend(meaningless(metric, &["window"], of, "remove it"));
    match metric.get("portion") {
        None => faults.push((
            None,
            "this metric does not say which of the records count".to_owned(),
            "add a condition, for example `portion: { opportunity.in_icp: yes }`",
        )),
        Some(portion) if portion.text() == Some("met_in_time") => faults.push((
            Some(portion),
            "records are not met in time, clocks are".to_owned(),
            "write a condition, for example `{ opportunity.in_icp: yes }`",
        )),
        Some(_) => {}
    }
    faults
}

fn of_clock(metric: &Node) -> Vec<Fault<'_>> {
    let fix = "remove it, or write `of: lifecycle …`";
    let mut faults = meaningless(metric, &STRETCH, "a clock", fix);
    let portion = metric.get("portion");
    if portion.is_none_or(Node::is_mapping) {
        faults.push((
            portion,
            "of a clock's runs those that were met in time are counted".to_owned(),
            "write `portion: met_in_time`",
        ));
    }
    faults
}

fn of_lifecycle(metric: &Node) -> Vec<Fault<'_>> {
    let mut faults = meaningless(metric, &["portion"], "a lifecycle", "remove it");
    faults.extend(meaningless(
        metric,
        &["floor"],
        "a lifecycle, which has no one percentage",
        "remove it, or measure a portion of records",
    ));
    let has: Vec<&str> = STRETCH
        .into_iter()
        .filter(|word| metric.get(word).is_some())
        .collect();
    if let Some(first) = has.first().filter(|_| has.len() < STRETCH.len()) {
        faults.push((
            key(metric, first),
            "a stretch has all of `from`, `to` and `quantile`".to_owned(),
            "write all three, or none of them for the conversion from stage to stage",
        ));
    }
    if let (Some(text), Some(to)) = (metric.text_of("from"), metric.get("to"))
        && to.text() == Some(text)
    {
        let what = format!("from `{text}` to `{text}` there is no way to go");
        faults.push((Some(to), what, "name two stages"));
    }
    faults
}

/// The words that are there and mean nothing of what is measured.
fn meaningless<'n>(
    metric: &'n Node,
    words: &[&str],
    of: &str,
    fix: &'static str,
) -> Vec<Fault<'n>> {
    let keys = words
        .iter()
        .filter_map(|word| Some((word, key(metric, word)?)));
    keys.map(|(word, key)| (Some(key), format!("`{word}` means nothing of {of}"), fix))
        .collect()
}

fn key<'n>(metric: &'n Node, word: &str) -> Option<&'n Node> {
    let entry = metric.entries().find(|(text, ..)| *text == word);
    entry.map(|(_, key, _)| key)
}
