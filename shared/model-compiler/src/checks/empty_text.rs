//! A text says something: a pair of quotes with nothing between them was to be filled in, or left
//! out.

use super::check::{Check, Problems, Reading};
use crate::{grammar::Shape, problems::problem::ProblemSeverity};

pub(super) static CHECK: Check = Check {
    name: "empty-text",
    about: "A text says something.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        let blank = || site.node.text().is_some_and(|text| text.trim().is_empty());
        if matches!(site.shape, Shape::Text) && blank() {
            let what = "this text is empty".to_owned();
            let fix = "write what belongs between the quotes; what may be left out is left out with its word".to_owned();
            problems.at(&CHECK, site.context.file, site.node.span, what, fix);
        }
    }
}
