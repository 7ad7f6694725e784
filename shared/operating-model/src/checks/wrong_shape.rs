//! A value has the form its place needs: one value, a list or a mapping; a plain `yes` or `no`;
//! a number; not nothing.

use super::{Check, Reading};
use crate::{grammar::Shape, node::Node, problem::Problems, scalars};

pub(super) static CHECK: Check = Check {
    name: "wrong-shape",
    about: "A value has the form its place needs.",
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        if let Some((needed, example)) = fault(site.shape, site.node) {
            let span = if site.node.is_empty() {
                site.label
            } else {
                site.node.span
            };
            let what = format!("here stands {}, where {needed} is needed", shown(site.node));
            problems.at(
                &CHECK,
                site.context.file,
                span,
                what,
                match site.node.text() {
                    Some("true" | "on") if example == "`yes`" => "write `yes`".to_owned(),
                    Some("false" | "off") if example == "`yes`" => "write `no`".to_owned(),
                    _ => format!("write for example {example}"),
                },
            );
        }
    }
    for (context, node) in &reading.sites.no_conditions {
        let what = format!("here stands {}, where a condition is needed", shown(node));
        let mend = "write for example `{ lead.territory: dach }`, or a list of such mappings after all, any or none".to_owned();
        problems.at(&CHECK, context.file, node.span, what, mend);
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

/// What the place needs and an example of it, unless the value has its form.
fn fault(shape: &'static Shape, node: &Node) -> Option<(&'static str, &'static str)> {
    let (fine, needed, example) = match shape {
        Shape::YesNo => (
            scalars::yes_no(node).is_some(),
            "yes or no without quotes",
            "`yes`",
        ),
        Shape::Whole { .. } | Shape::Points => {
            (scalars::whole(node).is_some(), "a whole number", "`2`")
        }
        Shape::Percent { .. } => (scalars::percent(node).is_some(), "a percentage", "`75%`"),
        Shape::List(_) => (
            !node.items().is_empty(),
            "a list with at least one entry",
            "`[first, second]`",
        ),
        Shape::MaybeEmpty(_) => (
            node.is_list(),
            "a list",
            "`[first, second]`, or `[]` for none",
        ),
        Shape::Mapping { rest, .. } => {
            let needs_one = rest.as_ref().is_some_and(|rest| rest.needed);
            (
                node.is_mapping() && (!needs_one || !node.pairs().is_empty()),
                "a mapping",
                "`{ name: value }`",
            )
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
            (open.is_some(), needed, "what the example model has here")
        }
        Shape::Text => (node.text().is_some(), "a text", "`some words`"),
        _ => (
            node.text().is_some(),
            "one value",
            "what the example model has here",
        ),
    };
    (!fine).then_some((needed, example))
}
