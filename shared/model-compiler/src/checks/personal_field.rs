//! The value of a personal field decides nothing by itself: a condition may ask whether it is
//! present, and use what is derived from it, such as the domain of an address. What a rule tests
//! is recorded with each decision, and personal values are not.

use crm::FieldRef;

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{Keys, Shape, conditions::tests},
    problems::problem::ProblemSeverity,
};

pub(super) static CHECK: Check = Check {
    name: "personal-field",
    about: "Of a personal field a condition may only ask whether it is present, and no table goes by it.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        let Some(by) = site.node.get("by").filter(|_| is_table(site.shape)) else {
            continue;
        };
        let field = by.text().and_then(|text| text.parse::<FieldRef>().ok());
        let entry = field
            .as_ref()
            .and_then(|field| reading.catalogue.get(field));
        if let (Some(field), Some(true)) = (&field, entry.map(|entry| entry.personal)) {
            let what = format!("`{field}` is personal, so no table may go by its value");
            let fix = "name another field, for example `account.country`".to_owned();
            problems.at(&CHECK, site.context.file, by.span, what, fix);
        }
    }
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
            let fix = "ask only `{ present: yes }`, or derive what the rule needs under `derived` in technology.yaml".to_owned();
            problems.at(&CHECK, site.context.file, test.span, what, fix);
        }
    }
}

/// Whether the value of a field chooses a line here.
fn is_table(shape: &Shape) -> bool {
    matches!(shape, Shape::Mapping { rest: Some(rest), .. } if rest.keys == Keys::Values)
}
