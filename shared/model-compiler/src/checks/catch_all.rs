//! What catches everything stands at the end of a first-match list, once: an `otherwise` with
//! nothing but an `unknown` after it. Whether a list without one leaves anything over is proven.

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{Shape, sites::Site},
    problems::problem::ProblemSeverity,
    yaml::{node::Node, span::Span},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "catch-all",
    about: "What catches everything stands at the end of a first-match list, once.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        if site.context.file == ModelFile::Strategy
            && matches!(site.context.section, "segments" | "territories")
            && site.context.name.is_empty()
        {
            let entries = site
                .node
                .entries()
                .map(|(_, key, value)| (key.span, value))
                .collect();
            list(problems, site, entries);
        }
        if site.context.section == "derived" && is_first_match(site.shape) {
            let entries = site
                .node
                .entries()
                .map(|(_, key, value)| (key.span, value))
                .collect();
            list(problems, site, entries);
        }
        if site.context.section == "routing" && matches!(site.shape, Shape::List(_)) {
            let entries = site
                .node
                .items()
                .iter()
                .filter_map(|rule| Some((rule.span, rule.get("when")?)))
                .collect();
            list(problems, site, entries);
        }
    }
}

/// Whether the shape is that of named entries, of which the first that holds wins.
fn is_first_match(shape: &Shape) -> bool {
    let Shape::Mapping {
        rest: Some(rest), ..
    } = shape
    else {
        return false;
    };
    matches!(rest.shape, Shape::Catch)
}

fn list(problems: &mut Problems<'_>, site: &Site<'_>, entries: Vec<(Span, &Node)>) {
    let (mut otherwise, mut unknown) = (None::<u32>, None::<u32>);
    let file = site.context.file;
    for (span, when) in &entries {
        let line = span.line;
        match (when.text(), otherwise, unknown) {
            (Some("otherwise"), Some(first), _) => {
                report(
                    problems,
                    file,
                    *span,
                    format!("`otherwise` in line {first} already catches everything"),
                    "keep one of the two",
                );
            }
            (Some("otherwise"), None, _) => otherwise = Some(line),
            (Some("unknown"), _, Some(first)) => {
                report(
                    problems,
                    file,
                    *span,
                    format!("line {first} already says what happens when something is unknown"),
                    "keep one of the two",
                );
            }
            (Some("unknown"), _, None) => unknown = Some(line),
            (_, Some(first), _) => {
                report(
                    problems,
                    file,
                    *span,
                    format!(
                        "this can never win, since `otherwise` in line {first} catches everything"
                    ),
                    "move it above that line, or remove it",
                );
            }
            _ => {}
        }
    }
}

fn report(problems: &mut Problems<'_>, file: ModelFile, span: Span, what: String, fix: &str) {
    problems.at(&CHECK, file, span, what, fix.to_owned());
}
