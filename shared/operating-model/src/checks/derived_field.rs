//! A derived field has a name of its own and is computed from a declared field of the same record
//! that fits.

use crm::FieldRef;

use super::{Check, Reading};
use crate::{
    ModelFile,
    catalogue::{BUILT_IN, Holds},
    nearest::nearest,
    node::Node,
    problem::Problems,
};

pub(super) static CHECK: Check = Check {
    name: "derived-field",
    about: "A derived field is computed from a declared field that fits.",
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let root = reading.trees.get(&ModelFile::Technology);
    let derived = root.and_then(|root| root.get("derived"));
    for (name, key, formula) in derived.into_iter().flat_map(Node::entries) {
        let file = ModelFile::Technology;
        let Ok(field) = name.parse::<FieldRef>() else {
            if name != "<<" {
                let what = format!(
                    "`{name}` does not name a field: a kind of record, a dot and a new name"
                );
                problems.at(
                    &CHECK,
                    file,
                    key.span,
                    what,
                    "write for example `lead.email_domain`".to_owned(),
                );
            }
            continue;
        };
        if declared(reading, &field) || BUILT_IN.contains(&field.name.as_str()) {
            let what = format!("`{name}` is a field already, so it cannot be derived");
            problems.at(
                &CHECK,
                file,
                key.span,
                what,
                "give the derived field another name".to_owned(),
            );
        }
        if let Some(from) = formula.get("domain_of") {
            domain_of(reading, problems, &field, from);
        }
    }
}

fn declared(reading: &Reading<'_>, field: &FieldRef) -> bool {
    let root = reading.trees.get(&ModelFile::Technology);
    let records = root.and_then(|root| root.get("records"));
    records
        .and_then(|records| records.get(field.kind.word()))
        .is_some_and(|fields| fields.get(&field.name).is_some())
}

fn domain_of(reading: &Reading<'_>, problems: &mut Problems<'_>, field: &FieldRef, from: &Node) {
    let Some(text) = from.text() else { return };
    let source = text.parse::<FieldRef>().ok();
    let holds = source
        .as_ref()
        .and_then(|source| reading.catalogue.get(source))
        .map(|entry| &entry.holds);
    let fault = match (&source, holds) {
        (Some(source), _) if source.kind != field.kind => {
            format!("`{text}` is a field of another kind of record than `{field}`")
        }
        (Some(source), Some(Holds::Text)) if declared(reading, source) => return,
        (Some(_), Some(Holds::Text)) => {
            format!("`{text}` is derived itself, and fields are derived from declared ones")
        }
        (_, Some(other)) => format!(
            "`{text}` holds {}, and a domain is part of a text",
            other.word()
        ),
        (_, None) => format!("there is no field `{text}`"),
    };
    let texts: Vec<String> = reading
        .catalogue
        .fields()
        .filter(|(_, entry)| entry.holds == Holds::Text)
        .map(|(field, _)| field.to_string())
        .filter(|name| *name != field.to_string())
        .collect();
    let mend = match nearest(text, texts.iter().map(String::as_str)) {
        Some(near) => format!("write `{near}`"),
        None => {
            "write a declared field that holds a mail address, for example `lead.email`".to_owned()
        }
    };
    problems.at(&CHECK, ModelFile::Technology, from.span, fault, mend);
}
