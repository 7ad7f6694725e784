//! The value of a personal field decides nothing by itself: a condition may ask whether it is
//! present, and use what is derived from it, such as the domain of an address. What a rule tests
//! is recorded with each decision, and personal values are not.

use super::{Check, Reading};
use crate::{conditions::tests, problem::Problems};

pub(super) static CHECK: Check = Check {
    name: "personal-field",
    about: "Of a personal field a condition may only ask whether it is present.",
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        let Some(field) = reading.field(site) else {
            continue;
        };
        if !reading
            .catalogue
            .get(&field)
            .is_some_and(|entry| entry.personal)
        {
            continue;
        }
        if let Some(test) = tests(site.test).find(|test| test.word != "present") {
            let what = format!("`{field}` is personal, so its value must not decide a rule");
            let mend = "ask only `{ present: yes }`, or derive what the rule needs under `derived` in technology.yaml".to_owned();
            problems.at(&CHECK, site.context.file, test.span, what, mend);
        }
    }
}
