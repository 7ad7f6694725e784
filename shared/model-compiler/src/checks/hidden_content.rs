//! No anchors, aliases, merge keys or tags: what a line says must stand on that line, or a
//! reviewer of a change cannot see what it does.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::span::Span};

pub(super) static CHECK: Check = Check {
    name: "hidden-content",
    about: "No anchors, aliases, merge keys or tags.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for (&file, root) in reading.trees {
        root.visit(&mut |node| {
            for (key, value) in node.pairs() {
                if key.text() == Some("<<") {
                    report(problems, file.name(), key.span, "a merge key");
                }
                if key.text().is_none() && !key.is_elsewhere() {
                    let form = if key.is_empty() {
                        "no name at all"
                    } else {
                        key.form()
                    };
                    let what = format!("the key of this value is {form}, where a name is needed");
                    problems.at(
                        &CHECK,
                        file,
                        if key.is_empty() { value.span } else { key.span },
                        what,
                        "write a name, a colon and the value".to_owned(),
                    );
                }
            }
        });
    }
}

/// Says that something of this sort stands here.
pub(crate) fn report(problems: &mut Problems<'_>, file: &str, span: Span, what: &str) {
    let what = format!("{what} hides what the model says here");
    let fix = "write the values out where they are used; what is shared gets a name of its own, such as a list or a condition";
    problems.in_file(&CHECK, file, Some(span), what, fix.to_owned());
}
