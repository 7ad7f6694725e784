//! A second record joins the first of its person where leads are routed, by a field of the lead itself that
//! somebody fills in. Who the same deal or company is, no one field says.

use super::check::{Check, Problems, Reading};
use crate::problems::problem::ProblemSeverity;
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "duplicates",
    about: "Duplicates are known among leads that are routed, by a field of the lead that somebody fills in.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::Processes) else {
        return;
    };
    let routing = root.get("routing");
    let Some(said) = root.get("duplicates") else {
        return;
    };
    for (kind, key, duplicates) in said.entries() {
        if kind != "lead" {
            let what =
                format!("only leads join the first of the same person, and no {kind} records");
            let fix = "write `lead` here, or remove this".to_owned();
            problems.at(&CHECK, ModelFile::Processes, key.span, what, fix);
            continue;
        }
        if routing.is_none_or(|routing| routing.is_mapping() && routing.get(kind).is_none()) {
            let what = format!("no {kind} records are routed, so there is no owner to join");
            let fix = format!("add rules for `{kind}` to `routing`, or remove this");
            problems.at(&CHECK, ModelFile::Processes, key.span, what, fix);
        }
        let Some(same) = duplicates.get("same") else {
            continue;
        };
        let Some((of, name)) = same.text().and_then(|text| text.split_once('.')) else {
            continue;
        };
        let technology = reading.trees.get(&ModelFile::Technology);
        let Some(records) = technology.and_then(|root| root.get("records")) else {
            continue;
        };
        let declared = records.get(of).and_then(|fields| fields.get(name));
        let is_known = reading.catalogue.field(&format!("{of}.{name}"));
        let is_known = is_known.is_some_and(|it| reading.catalogue.get(&it).is_some());
        if is_known && (of != kind || declared.is_none()) {
            let what = format!(
                "`{of}.{name}` is no field of the lead that somebody fills in, so it tells no person from another"
            );
            let fix = "name the field of the lead that holds the mail address".to_owned();
            problems.at(&CHECK, ModelFile::Processes, same.span, what, fix);
        }
    }
}
