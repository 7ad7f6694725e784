//! Targets are written for periods that there are, as amounts above 0 of groups that exist, and only a sum over records of
//! the same kind is held against one.

use crm::FieldRef;

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{Names, catalogue::Holds, population},
    nearest,
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars},
};
use model::{By, ModelFile, Period};

pub(super) static CHECK: Check = Check {
    name: "target",
    about: "A target has amounts for periods and groups that exist, and sums are held against it.",
    severity: ProblemSeverity::Error,
    run,
};

const FILE: ModelFile = ModelFile::Metrics;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&FILE) else {
        return;
    };
    let targets = root.get("targets");
    for (_, _, target) in targets.into_iter().flat_map(Node::entries) {
        if let Some(of) = target.get("of")
            && of.text().is_some_and(|it| population::kind(it).is_none())
        {
            let what = "a target is of a kind of record".to_owned();
            problems.at(
                &CHECK,
                FILE,
                of.span,
                what,
                "write `of: opportunities`".to_owned(),
            );
        }
        amounts(reading, target, problems);
    }
    let metrics = root.get("metrics").into_iter().flat_map(Node::entries);
    for (_, _, metric) in metrics {
        let Some(against) = metric.get("against") else {
            continue;
        };
        if let Some((what, fix)) = not_held(metric, targets, against) {
            problems.at(&CHECK, FILE, against.span, what, fix.to_owned());
        }
    }
}

/// Why a metric cannot be held against its target, and what to do about it.
fn not_held(
    metric: &Node,
    targets: Option<&Node>,
    against: &Node,
) -> Option<(String, &'static str)> {
    if metric.get("sum").is_none() {
        let what = "what is held against an amount of money is a sum, and this metric is none";
        return Some((
            what.to_owned(),
            "write for example `sum: opportunity.amount`, or remove `against`",
        ));
    }
    let target = targets.and_then(|it| it.get(against.text()?))?;
    let kind = |node: &Node| node.text_of("of").and_then(population::kind_of);
    let (of_metric, of_target) = (kind(metric)?, kind(target)?);
    (of_metric != of_target).then(|| {
        let what =
            format!("the target is of {of_target} records, and the metric of {of_metric} records");
        (what, "name a target of the same kind of record")
    })
}

fn amounts(reading: &Reading<'_>, target: &Node, problems: &mut Problems<'_>) {
    let every = match target.text_of("every") {
        Some("month") => Period::Month,
        Some("quarter") => Period::Quarter,
        // Another word is reported by itself.
        _ => return,
    };
    let groups = target.text_of("by").map(|by| groups(reading, by));
    let amounts = target.get("amounts").into_iter().flat_map(Node::entries);
    for (period, key, amount) in amounts {
        if !is_period(every, period) {
            let what = format!("`{period}` is no {}", every.word());
            let fix = match every {
                Period::Month => "write the year and the month, for example `2026-11`",
                _ => "write the year and the quarter, for example `2026-Q4`",
            };
            problems.at(&CHECK, FILE, key.span, what, fix.to_owned());
        }
        match &groups {
            None if amount.is_mapping() => {
                let what =
                    "these are amounts of several, and it is not said what they are".to_owned();
                let fix = "add `by: team`, `by: owner`, or a field of a closed list such as `by: opportunity.segment`";
                problems.at(&CHECK, FILE, amount.span, what, fix.to_owned());
            }
            Some(_) if !amount.is_mapping() => {
                let what = "this is one amount, and the target is by groups".to_owned();
                let fix = "write the amount of each, for example `{ dach_sales: 900000 }`; their sum is the company's";
                problems.at(&CHECK, FILE, amount.span, what, fix.to_owned());
            }
            None => above_zero(amount, problems),
            Some(groups) => {
                for (group, key, amount) in amount.entries() {
                    above_zero(amount, problems);
                    if let Some(known) = groups
                        .as_ref()
                        .filter(|it| !it.iter().any(|it| it == group))
                    {
                        let what = format!("there is no `{group}` whose amount this could be");
                        let near = nearest(group, known.iter().map(String::as_str));
                        let fix = near.map_or_else(
                            || format!("write one of these: {}", known.join(", ")),
                            |near| format!("did you mean `{near}`?"),
                        );
                        problems.at(&CHECK, FILE, key.span, what, fix);
                    }
                }
            }
        }
    }
}

fn above_zero(amount: &Node, problems: &mut Problems<'_>) {
    // What is no number is reported by itself.
    if scalars::number(amount).is_some_and(|it| it <= crm::Decimal::ZERO) {
        let what = "an amount that is to be sold is more than 0".to_owned();
        let fix = "write the amount, or leave the line out where there is none".to_owned();
        problems.at(&CHECK, FILE, amount.span, what, fix);
    }
}

/// The groups that there can be; none if any text can be one, or what it is by is reported by itself.
fn groups(reading: &Reading<'_>, by: &str) -> Option<Vec<String>> {
    let named = |family| {
        let names = reading.known.names(family, None)?;
        Some(names.into_iter().map(str::to_owned).collect())
    };
    match By::read(by)? {
        By::Team => named(Names::Team),
        By::Owner => named(Names::Person),
        By::Field(field) => values(reading, &field),
        By::Stage | By::Created(_) => None,
    }
}

fn values(reading: &Reading<'_>, field: &FieldRef) -> Option<Vec<String>> {
    match &reading.catalogue.get(field)?.holds {
        Holds::OneOf(Some(values)) => Some(values.iter().map(ToString::to_string).collect()),
        _ => None,
    }
}

/// `2026-Q4` or `2026-11`.
fn is_period(every: Period, text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else {
        return false;
    };
    let is_year = year.len() == 4 && year.bytes().all(|it| it.is_ascii_digit());
    let fits = match every {
        Period::Quarter => matches!(rest, "Q1" | "Q2" | "Q3" | "Q4"),
        Period::Month => rest.len() == 2 && matches!(rest.parse::<u8>(), Ok(1..=12)),
        Period::Week => false,
    };
    is_year && fits
}
