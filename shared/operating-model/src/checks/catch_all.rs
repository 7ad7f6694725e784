//! The last entry of a first-match list catches everything: one `otherwise`, with nothing but an
//! `unknown` after it. Without it some record would belong nowhere.

use super::{Check, Reading};
use crate::{
    ModelFile,
    grammar::Shape,
    node::Node,
    problem::{Problems, Span},
    sites::Site,
};

pub(super) static CHECK: Check = Check {
    name: "catch-all",
    about: "The last entry of a first-match list catches everything.",
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
            list(
                problems,
                site,
                entries,
                "end the list with `the_rest: otherwise`",
            );
        }
        if site.context.section == "routing" && matches!(site.shape, Shape::List(_)) {
            let entries = site
                .node
                .items()
                .iter()
                .filter_map(|rule| Some((rule.span, rule.get("when")?)))
                .collect();
            list(
                problems,
                site,
                entries,
                "end the list with a rule `when: otherwise`",
            );
        }
    }
}

fn list(problems: &mut Problems<'_>, site: &Site<'_>, entries: Vec<(Span, &Node)>, end: &str) {
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
    if otherwise.is_none() && !entries.is_empty() {
        let what = "nothing in this list catches what no entry matches".to_owned();
        report(problems, file, site.label, what, end);
    }
}

fn report(problems: &mut Problems<'_>, file: ModelFile, span: Span, what: String, mend: &str) {
    problems.at(&CHECK, file, span, what, mend.to_owned());
}
