//! A condition names fields that exist: declared in technology.yaml, derived, or built in.

use crm::{FieldRef, RecordKind};

use super::{Check, Reading};
use crate::{
    nearest::{listed, nearest},
    problem::Problems,
};

pub(super) static CHECK: Check = Check {
    name: "unknown-field",
    about: "A condition names fields that exist.",
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        let Some(text) = site.field.text().filter(|text| *text != "<<") else {
            continue;
        };
        let field = text.parse::<FieldRef>().ok();
        let exists = match &field {
            Some(field) => {
                reading.catalogue.get(field).is_some() || !reading.catalogue.is_readable()
            }
            None => false,
        };
        if exists {
            continue;
        }
        let what = match field {
            Some(_) => format!("there is no field `{text}`"),
            None => {
                format!("`{text}` does not name a field: a kind of record, a dot and the field")
            }
        };
        let mend = mend(reading, text);
        problems.at(&CHECK, site.context.file, site.field.span, what, mend);
    }
}

fn mend(reading: &Reading<'_>, text: &str) -> String {
    let all: Vec<String> = reading
        .catalogue
        .fields()
        .map(|(field, _)| field.to_string())
        .collect();
    let words = ["all", "any", "none", "is"];
    if let Some(near) = nearest(text, all.iter().map(String::as_str).chain(words)) {
        return format!("write `{near}`");
    }
    let kind = text
        .split_once('.')
        .and_then(|(kind, _)| kind.parse::<RecordKind>().ok());
    let of_kind = reading
        .catalogue
        .fields()
        .map(|(field, _)| field)
        .filter(|field| Some(field.kind) == kind);
    match kind {
        Some(kind) => format!(
            "declare it under `records` in technology.yaml; {kind} has {}",
            listed(of_kind.map(|field| field.name.as_str()))
        ),
        None => "write a field such as `lead.title`, or all, any, none or is".to_owned(),
    }
}
