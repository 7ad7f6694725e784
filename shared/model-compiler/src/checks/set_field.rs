//! What is set by itself is a field of the record at hand that the CRM has, of a type that a model can write
//! down, and gets a value that it can hold. The stage and the owner are never set so: they have words of their
//! own, and gates.

use crm::{FieldRef, FieldType, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{catalogue::Holds, journeys::journeys},
    problems::problem::ProblemSeverity,
    resolve::setting,
    yaml::{node::Node, scalars::yes_no},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "set-field",
    about: "What is set by itself is a field that the CRM has, and gets a value that it can hold.",
    severity: ProblemSeverity::Error,
    run,
};

/// What is wrong, and what to do.
type Fault = (String, String);

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for (file, kind, entry) in entries(reading) {
        let set = entry.get("set").filter(|set| set.is_mapping());
        for (name, key, value) in set.into_iter().flat_map(Node::entries) {
            if let Some((what, fix)) = unsettable(reading, kind, name) {
                problems.at(&CHECK, file, key.span, what, fix);
            } else if let Some((what, fix)) = of_value(reading, name, value) {
                problems.at(&CHECK, file, value.span, what, fix);
            }
        }
    }
}

/// Whatever may set something, with the kind of record that it is about.
fn entries<'t>(reading: &Reading<'t>) -> Vec<(ModelFile, RecordKind, &'t Node)> {
    let section = |file, word| {
        let root = reading
            .trees
            .get(&file)
            .and_then(|root: &Node| root.get(word));
        root.into_iter().flat_map(Node::entries)
    };
    let mut found = Vec::new();
    for journey in journeys(reading.trees) {
        let Some(kind) = journey.kind else { continue };
        for (_, _, stage) in journey.stages() {
            for word in ["upon_entering", "upon_leaving"] {
                let entries = stage.get(word).into_iter().flat_map(Node::items);
                found.extend(entries.map(|entry| (ModelFile::Processes, kind, entry)));
            }
        }
    }
    for (_, _, deviation) in section(ModelFile::Governance, "deviations") {
        let Some(Ok(kind)) = deviation.text_of("record").map(str::parse) else {
            continue;
        };
        let steps = deviation.get("steps").into_iter().flat_map(Node::items);
        found.extend(steps.map(|step| (ModelFile::Governance, kind, step)));
    }
    found
}

/// Why a field of such records cannot be set, and what to do about it; none if it can.
pub(super) fn unsettable(reading: &Reading<'_>, kind: RecordKind, name: &str) -> Option<Fault> {
    let field: Option<FieldRef> = reading.catalogue.field(name);
    let Some(field) = field.filter(|field| reading.catalogue.has(field)) else {
        return Some((
            format!("there is no field `{name}`"),
            format!("declare it for {kind} in technology.yaml, or write another"),
        ));
    };
    if field.kind != kind {
        return Some((
            format!(
                "`{name}` is a field of another record, and only those of the {kind} itself are set"
            ),
            format!("write a field of {kind}"),
        ));
    }
    let own_word = match field.name.as_str() {
        "stage" => Some("`move_to` of a step, whose gate is asked"),
        "owner" => Some("the routing rules"),
        _ => None,
    };
    if let Some(word) = own_word {
        let what = format!(
            "`{name}` is never set so: a record gets another {} by {word}",
            field.name
        );
        return Some((what, "remove it".to_owned()));
    }
    let Some(declared) = reading.declaration(&field) else {
        let what = format!("`{name}` is worked out from other fields, so nothing is set in it");
        return Some((
            what,
            "write a field that technology.yaml declares".to_owned(),
        ));
    };
    if declared.get("personal").and_then(yes_no) == Some(true) {
        let what = format!("`{name}` is personal, and what is set is told in events");
        return Some((what, "write a field that is not personal".to_owned()));
    }
    let settable = matches!(
        reading.declared(&field),
        Some(
            FieldType::Text
                | FieldType::OneOf
                | FieldType::Boolean
                | FieldType::Integer
                | FieldType::Date
        )
    );
    if !settable || declared.get("tags").is_some() {
        let what = format!(
            "`{name}` cannot be set: a model sets text, one of a list, yes or no, whole numbers and dates"
        );
        return Some((what, "write a field of such a type".to_owned()));
    }
    of_sources(reading, kind, (name, &field), declared)
}

/// Whether some source has the property, and each that has it may be written to. What another source lacks is
/// told with each write that it does not take.
pub(super) fn of_sources(
    reading: &Reading<'_>,
    kind: RecordKind,
    (name, field): (&str, &FieldRef),
    declared: &Node,
) -> Option<Fault> {
    let sources = reading.sources_of(kind);
    let first = sources.first()?;
    let mut mapped = sources.iter().filter(|it| declared.get(it).is_some());
    if mapped.clone().next().is_none() {
        let what = format!("`{name}` has no property of {first}, so it cannot be set there");
        let fix = format!(
            "write `{first}: …` at `{}` of {kind} in technology.yaml",
            field.name
        );
        return Some((what, fix));
    }
    let technology = reading.trees.get(&ModelFile::Technology)?;
    let closed = mapped.find(|source| {
        let source = technology.get("sources").and_then(|all| all.get(source));
        let write = source.and_then(|source| source.get("write"));
        write.and_then(|write| write.get("fields")).and_then(yes_no) != Some(true)
    })?;
    Some((
        format!("nothing may set fields in {closed}"),
        format!("write `fields: yes` under `sources.{closed}.write` in technology.yaml"),
    ))
}

fn of_value(reading: &Reading<'_>, name: &str, value: &Node) -> Option<Fault> {
    let field = reading.catalogue.field(name)?;
    if value.text().is_none() || setting(reading, &field, value).is_some() {
        return None;
    }
    let holds = reading.declared(&field)?;
    let entry = reading.catalogue.get(&field)?;
    if matches!(&entry.holds, Holds::OneOf(Some(values)) if values.is_empty()) {
        // That the field has no values is its own mistake.
        return None;
    }
    let needed = match holds {
        FieldType::OneOf => "write one of its values, as technology.yaml lists them",
        FieldType::Boolean => "write `yes` or `no`, without quotes",
        FieldType::Integer => "write a whole number, without quotes",
        FieldType::Date => "write `today`, or a date in quotes such as \"2026-12-24\"",
        _ => "write a text",
    };
    let text = value.text().unwrap_or_default();
    Some((
        format!("`{text}` is nothing that `{name}` can hold, which is {holds}"),
        needed.to_owned(),
    ))
}
