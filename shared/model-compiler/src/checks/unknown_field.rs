//! A condition names fields that exist: declared in technology.yaml, derived, or built in.

use super::check::{Check, Problems, Reading};
use crate::{fixes, grammar::Names, problems::problem::ProblemSeverity};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "unknown-field",
    about: "A condition names fields that exist.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        let Some(text) = site.field.text().filter(|text| *text != "<<") else {
            continue;
        };
        let field = reading.catalogue.field(text);
        let exists = match &field {
            Some(field) => reading.catalogue.has(field),
            None => is_given(reading, text),
        };
        if exists {
            continue;
        }
        let what = match field {
            Some(_) => format!("there is no field `{text}`"),
            None => match text.split_once('.') {
                Some((of @ ("clock" | "deviation" | "approval"), name)) => {
                    format!("there is no {of} `{name}`")
                }
                _ => {
                    format!("`{text}` does not name a field: a kind of record, a dot and the field")
                }
            },
        };
        let fix = fixes::conditions::key(reading, site, text);
        problems.at(&CHECK, site.context.file, site.field.span, what, fix);
    }
}

/// Whether this is a clock, a deviation or an approval that is given somewhere, or may be in what could not be
/// read.
fn is_given(reading: &Reading<'_>, text: &str) -> bool {
    match text.split_once('.') {
        Some(("clock", name)) => reading.known.has(Names::Clock, None, name),
        Some((of @ ("deviation" | "approval"), name)) => {
            let governance = reading.trees.get(&ModelFile::Governance);
            let given = governance.map(|root| root.get(&format!("{of}s")));
            given.is_none_or(|given| given.is_some_and(|given| given.get(name).is_some()))
        }
        _ => false,
    }
}
