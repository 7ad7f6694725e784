//! A field is put to tests that the language has.

use super::check::{Check, Problems, Reading};
use crate::{
    fixes,
    grammar::conditions::{NO_VALUE, TESTS, tests},
    problems::problem::ProblemSeverity,
};

pub(super) static CHECK: Check = Check {
    name: "unknown-test",
    about: "A field is put to tests that the language has.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        // What is no field at all is reported as that, whatever stands behind it.
        if reading.field(site).is_none() {
            continue;
        }
        // A value behind the field says the same, but where it must be said what no value comes to.
        let alone = site.test.get(NO_VALUE).is_none();
        let unknown =
            |word: &str| word != "<<" && (!TESTS.contains(&word) || (word == "equals" && alone));
        for part in tests(site.test).filter(|part| part.worded && unknown(part.word)) {
            let what = format!("`{}` is no test", part.word);
            let fix = fixes::conditions::test(reading, site, &part);
            problems.at(&CHECK, site.context.file, part.span, what, fix);
        }
    }
}
