//! A value has the form its place needs: one value, a list or a mapping; a plain `yes` or `no`;
//! a number; not nothing.

use super::check::{Check, Problems, Reading};
use crate::{
    fixes,
    grammar::{Shape, sites::Needed},
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars},
};

pub(super) static CHECK: Check = Check {
    name: "wrong-shape",
    about: "A value has the form its place needs.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        if let Some(needed) = fault(site.shape, site.node) {
            let span = if site.node.is_empty() {
                site.label
            } else {
                site.node.span
            };
            let what = format!("here stands {}, where {needed} is needed", shown(site.node));
            let fix = fixes::shapes::shape(reading, site);
            problems.at(&CHECK, site.context.file, span, what, fix);
        }
    }
    for site in &reading.sites.no_conditions {
        let needed = match site.needed {
            Needed::List(_) => "a list of conditions",
            Needed::Condition | Needed::ConditionOrCatch => "a condition",
        };
        let what = format!("here stands {}, where {needed} is needed", shown(site.node));
        let fix = fixes::conditions::condition(reading, site);
        problems.at(&CHECK, site.context.file, site.node.span, what, fix);
    }
}

/// A value as a message names it.
fn shown(node: &Node) -> String {
    match node.text() {
        Some(text) if text.chars().count() <= 60 => format!("`{text}`"),
        _ if node.is_list() && node.items().is_empty() => "an empty list".to_owned(),
        _ if node.is_mapping() && node.pairs().is_empty() => "an empty mapping".to_owned(),
        _ => node.form().to_owned(),
    }
}

/// What the place needs, unless the value has its form.
fn fault(shape: &Shape, node: &Node) -> Option<&'static str> {
    let (fine, needed) = match shape {
        Shape::YesNo => (scalars::yes_no(node).is_some(), "yes or no without quotes"),
        Shape::Whole { .. } => (
            scalars::whole(node).is_some(),
            "a whole number without quotes",
        ),
        Shape::Number => (scalars::number(node).is_some(), "a number without quotes"),
        Shape::Points => (
            scalars::number(node).is_some_and(|it| it.scale() <= 2),
            "a number without quotes, with two decimal places at the most",
        ),
        Shape::Percent { .. } => (scalars::percent(node).is_some(), "a percentage"),
        Shape::Days { .. } => (scalars::days(node).is_some(), "a number of days"),
        Shape::List(_) => (!node.items().is_empty(), "a list with at least one entry"),
        Shape::MaybeEmpty(_) => (node.is_list(), "a list"),
        Shape::Mapping { rest, .. } => {
            let needs_one = rest.as_ref().is_some_and(|rest| rest.needed);
            let fine = node.is_mapping() && (!needs_one || !node.pairs().is_empty());
            let needed = if node.is_mapping() {
                "a mapping with at least one entry"
            } else {
                "a mapping"
            };
            (fine, needed)
        }
        // Conditions report their own form, and a choice of forms that of what was chosen.
        Shape::Condition | Shape::Catch => return None,
        Shape::ByForm {
            value,
            list,
            mapping,
        } => {
            let open = if node.is_list() {
                list
            } else if node.is_mapping() {
                mapping
            } else {
                value
            };
            let needed = match (value, list, mapping) {
                (Some(_), Some(_), None) => "one value or a list",
                (Some(_), None, Some(_)) => "one value or a mapping",
                _ => "a list or a mapping",
            };
            (open.is_some(), needed)
        }
        Shape::Text => (node.text().is_some(), "a text"),
        Shape::Value => {
            let doubtful = node.is_plain() && node.text().is_some_and(scalars::has_doubtful_point);
            let needed = if doubtful {
                "a number without a point between its thousands"
            } else {
                "one value"
            };
            (node.text().is_some() && !doubtful, needed)
        }
        _ => (node.text().is_some(), "one value"),
    };
    (!fine).then_some(needed)
}
