//! A test fits what its field holds: numbers are compared with numbers, a field of a closed list
//! only with its values, a date with a length of time.

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::conditions::{NO_VALUE, Part, TESTS, operator, tests},
    problems::problem::ProblemSeverity,
};

pub(super) static CHECK: Check = Check {
    name: "wrong-type",
    about: "A test fits what its field holds.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        let field = reading.field(site);
        let Some(entry) = field.and_then(|field| reading.catalogue.get(&field)) else {
            continue;
        };
        if site.test.is_mapping() && site.test.pairs().is_empty() {
            let what = "this field is put to no test".to_owned();
            problems.at(
                &CHECK,
                site.context.file,
                site.field.span,
                what,
                "write a value, or a test such as `{ present: yes }`".to_owned(),
            );
        }
        let alone = site.test.get(NO_VALUE).is_none();
        let known = |part: &Part<'_>| {
            // `equals` by itself is reported as no test.
            !part.worded || (TESTS.contains(&part.word) && !(part.word == "equals" && alone))
        };
        for part in tests(site.test).filter(known) {
            if let Err(fault) = operator(&entry.holds, &part, reading.known, |name| {
                reading.list(name)
            }) {
                let span = if part.value.is_empty() {
                    site.field.span
                } else {
                    fault.span
                };
                let fix = if part.value.is_empty() && !part.worded {
                    format!(
                        "{}; or `{{ present: no }}` if it must have no value",
                        fault.fix
                    )
                } else {
                    fault.fix
                };
                problems.at(&CHECK, site.context.file, span, fault.what, fix);
            }
        }
    }
}
