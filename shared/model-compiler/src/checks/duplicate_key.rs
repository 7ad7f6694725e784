//! A name stands once in a mapping. Of two, readers would silently keep one.

use std::collections::BTreeMap;

use super::check::{Check, Problems, Reading};
use crate::problems::problem::ProblemSeverity;

pub(super) static CHECK: Check = Check {
    name: "duplicate-key",
    about: "A name stands once in a mapping.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for (&file, root) in reading.trees {
        root.visit(&mut |node| {
            let mut seen = BTreeMap::new();
            for (text, key, _) in node.entries() {
                if let Some(first) = seen.insert(text, key.span.line) {
                    seen.insert(text, first);
                    let what =
                        format!("`{text}` stands here a second time; the first is in line {first}");
                    problems.at(
                        &CHECK,
                        file,
                        key.span,
                        what,
                        "keep one of the two, or give this one another name".to_owned(),
                    );
                }
            }
        });
    }
}
