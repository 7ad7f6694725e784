//! A pattern is a regular expression of moderate size.

use regex_lite::RegexBuilder;

use super::check::{Check, Problems, Reading};
use crate::{grammar::conditions::tests, problems::problem::ProblemSeverity};

pub(super) static CHECK: Check = Check {
    name: "pattern",
    about: "A pattern is a regular expression of moderate size.",
    severity: ProblemSeverity::Error,
    run,
};

/// The longest pattern, in bytes, and the largest compiled size, in bytes.
const LONGEST: usize = 500;
const LARGEST: usize = 1 << 18;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        for part in tests(site.test).filter(|part| part.word == "matches") {
            let Some(pattern) = part.value.text() else {
                continue;
            };
            let fault = if pattern.len() > LONGEST {
                Some(format!("it is longer than {LONGEST} bytes"))
            } else {
                RegexBuilder::new(pattern)
                    .size_limit(LARGEST)
                    .nest_limit(20)
                    .build()
                    .err()
                    .map(|error| error.to_string())
            };
            if let Some(fault) = fault {
                let what = format!("this pattern cannot be used: {fault}");
                problems.at(&CHECK, site.context.file, part.value.span, what, "write for example `\"(?i)chief|head of\"`, or use contains, starts_with or ends_with".to_owned());
            }
        }
    }
}
