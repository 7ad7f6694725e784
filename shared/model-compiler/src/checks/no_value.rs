//! `no_value` says what a test comes to where its field has no value: yes or no. Without it that is unknown, which
//! is what most rules mean. It needs a test beside it, and `present` is one that is never unknown.

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::conditions::{NO_VALUE, no_value, tests},
    problems::problem::ProblemSeverity,
};

pub(super) static CHECK: Check = Check {
    name: "no-value",
    about: "What a field without a value comes to is said of a test, as yes or no.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        let Some(said) = site.test.get(NO_VALUE) else {
            continue;
        };
        let words: Vec<&str> = tests(site.test).map(|part| part.word).collect();
        let (what, fix) = if words.is_empty() {
            (
                "`no_value` says what a test comes to where the field has no value, and here is no test".to_owned(),
                "write a test beside it, such as `{ equals: commercial, no_value: no }`; or `{ present: yes }` if any value will do",
            )
        } else if words.contains(&"present") {
            (
                "`present` is known of every field, so there is nothing for `no_value` to say"
                    .to_owned(),
                "leave out `no_value`, or `present`",
            )
        } else if no_value(site.test).is_none() {
            (
                "`no_value` is yes, so that the test holds where the field has no value, or no"
                    .to_owned(),
                "write `no_value: no`; leave it out if that is unknown",
            )
        } else {
            continue;
        };
        problems.at(&CHECK, site.context.file, said.span, what, fix.to_owned());
    }
}
