//! The words of a metric fit what it is of: of records one thing is measured, the runs of a clock are met in time or
//! not, and a lifecycle has conversions or a stretch from stage to stage. A floor and a target are those of a portion,
//! and no target lies below its floor.

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{names::Known, population},
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars},
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
    let mut faults = match of {
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
    };
    faults.extend(target_below_floor(metric));
    faults
}

/// From one stage to another, and which part of the records takes how long.
const STRETCH: [&str; 3] = ["from", "to", "quantile"];

/// What is measured of records, of which a metric has one.
const MEASURES: [&str; 6] = ["portion", "count", "sum", "ratio", "filled", "field"];

/// What is measured of records and of nothing else.
const OF_RECORDS: [&str; 6] = ["count", "sum", "ratio", "filled", "field", "against"];

/// What only a percentage can be held against.
const LIMITS: [&str; 2] = ["floor", "target"];

fn of_records(metric: &Node) -> Vec<Fault<'_>> {
    let of = "records as they are now";
    let fix = "remove it, or write `of: lifecycle …`";
    let mut faults = meaningless(metric, &STRETCH[..2], of, fix);
    faults.extend(meaningless(metric, &["window"], of, "remove it"));
    let has: Vec<&str> = MEASURES
        .into_iter()
        .filter(|word| metric.get(word).is_some())
        .collect();
    match has.as_slice() {
        [] => faults.push((
            None,
            "this metric does not say what is measured of the records".to_owned(),
            "add a condition, for example `portion: { opportunity.in_icp: yes }`, or `count: records`",
        )),
        [_] => {}
        [first, second, ..] => faults.push((
            key(metric, second),
            format!("`{second}` stands here beside `{first}`, and a metric is one number"),
            "keep one of the two, and make the other a metric of its own",
        )),
    }
    faults.extend(of_measure(metric));
    if !has.is_empty() && metric.get("portion").is_none() && metric.get("filled").is_none() {
        let fix = "remove it, or measure a portion of the records";
        let of = "what is no percentage";
        faults.extend(meaningless(metric, &LIMITS, of, fix));
    }
    faults
}

/// What is wrong with the measure that a metric of records has.
fn of_measure(metric: &Node) -> Vec<Fault<'_>> {
    let mut faults = Vec::new();
    let portion = metric.get("portion");
    if let Some(portion) = portion.filter(|it| it.text() == Some("met_in_time")) {
        faults.push((
            Some(portion),
            "records are not met in time, clocks are".to_owned(),
            "write a condition, for example `{ opportunity.in_icp: yes }`",
        ));
    }
    if let Some(ratio) = metric
        .get("ratio")
        .filter(|it| it.is_list() && it.items().len() != 2)
    {
        let what = format!(
            "a ratio is of two numbers, and here are {}",
            ratio.items().len()
        );
        let fix = "write for example `[opportunity.amount, account.employees]`";
        faults.push((Some(ratio), what, fix));
    }
    match (key(metric, "field"), key(metric, "quantile")) {
        (Some(field), None) => faults.push((
            Some(field),
            "of this field it is not said which quantile is meant".to_owned(),
            "add for example `quantile: 50%`, which is the median",
        )),
        (None, Some(quantile)) => faults.push((
            Some(quantile),
            "`quantile` means nothing of records of which no field is named".to_owned(),
            "add for example `field: opportunity.time_in_stage`, or write `of: lifecycle …`",
        )),
        _ => {}
    }
    faults
}

fn of_clock(metric: &Node) -> Vec<Fault<'_>> {
    let fix = "remove it, or write `of: lifecycle …`";
    let mut faults = meaningless(metric, &STRETCH[..2], "a clock", fix);
    let records = "remove it, or write `of: open opportunities`";
    faults.extend(meaningless(metric, &OF_RECORDS, "a clock", records));
    faults.extend(meaningless(metric, &["when"], "a clock", "remove it"));
    let by = metric.get("by").into_iter().flat_map(Node::items);
    let fields = by.filter(|it| it.text().is_some_and(|text| text.contains('.')));
    faults.extend(fields.map(|it| {
        let what = "the runs of a clock are not broken down by a field".to_owned();
        (
            Some(it),
            what,
            "write owner, team, stage, week, month or quarter",
        )
    }));
    let portion = metric.get("portion");
    match (portion, key(metric, "quantile")) {
        (None, Some(_)) => faults.extend(of_lengths(metric)),
        (Some(_), Some(quantile)) => faults.push((
            Some(quantile),
            "`quantile` stands here beside `portion`, and a metric is one number".to_owned(),
            "keep one of the two, and make the other a metric of its own",
        )),
        _ => {}
    }
    if portion.map_or(metric.get("quantile").is_none(), Node::is_mapping) {
        faults.push((
            portion,
            "of a clock's runs it is counted how many were met in time, or how long they took"
                .to_owned(),
            "write `portion: met_in_time`, or for example `quantile: 50%`",
        ));
    }
    faults
}

/// What means nothing of how long the runs of a clock took.
fn of_lengths(metric: &Node) -> Vec<Fault<'_>> {
    let mut faults = meaningless(
        metric,
        &LIMITS,
        "a length of time",
        "remove it, or measure `portion: met_in_time`",
    );
    let fix = "remove it: of each group all lengths would be kept, and written with every answer";
    faults.extend(meaningless(
        metric,
        &["by"],
        "a length of time that is counted live",
        fix,
    ));
    faults
}

fn of_lifecycle(metric: &Node) -> Vec<Fault<'_>> {
    let mut faults = meaningless(metric, &["portion"], "a lifecycle", "remove it");
    let records = "remove it, or write `of: open opportunities`";
    faults.extend(meaningless(metric, &OF_RECORDS, "a lifecycle", records));
    faults.extend(meaningless(
        metric,
        &LIMITS,
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

fn target_below_floor(metric: &Node) -> Option<Fault<'_>> {
    let percent = |word| {
        let percent = metric.get(word).and_then(scalars::percent);
        percent.filter(|it| *it <= 100)
    };
    let (floor, target) = (percent("floor")?, percent("target")?);
    (target < floor).then(|| {
        let what = format!("what it ought to reach, {target}%, is below the floor of {floor}%");
        let fix = "write a target that is not below the floor";
        (metric.get("target"), what, fix)
    })
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
