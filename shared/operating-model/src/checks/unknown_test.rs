//! A field is put to tests that the language has.

use super::{Check, Reading};
use crate::{
    conditions::{EQUALS, TESTS, fitting, tests},
    nearest::{listed, nearest},
    problem::Problems,
    sites::TestSite,
};

pub(super) static CHECK: Check = Check {
    name: "unknown-test",
    about: "A field is put to tests that the language has.",
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        for part in tests(site.test)
            .filter(|part| part.word != EQUALS && part.word != "<<" && !TESTS.contains(&part.word))
        {
            let mend = match nearest(part.word, TESTS) {
                Some(near) => format!("write `{near}`"),
                None => format!(
                    "the tests for this field are {}",
                    listed(of_field(reading, site))
                ),
            };
            problems.at(
                &CHECK,
                site.context.file,
                part.span,
                format!("`{}` is no test", part.word),
                mend,
            );
        }
    }
}

/// The tests that fit the field, or all of them if the field is not known.
fn of_field(reading: &Reading<'_>, site: &TestSite<'_>) -> impl Iterator<Item = &'static str> {
    let field = reading.field(site);
    let entry = field.and_then(|field| reading.catalogue.get(&field));
    entry
        .map_or(TESTS.as_slice(), |entry| fitting(&entry.holds))
        .iter()
        .copied()
}
