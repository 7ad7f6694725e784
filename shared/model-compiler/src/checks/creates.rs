//! The record that follows a stage can be created once: it is of a journey that a pipeline names, or the only one
//! of its kind; a field that no two records share tells it from every other; and what it is given fits.

use crm::{FieldRef, FieldType, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::journeys::{Written, journeys},
    problems::problem::ProblemSeverity,
    resolve::{given, unique},
    yaml::{node::Node, scalars::yes_no, span::Span},
};
use model::{CreatedWith, ModelFile, PIPELINE};

pub(super) static CHECK: Check = Check {
    name: "creates",
    about: "The record that follows a stage can be created, once, with what it is given.",
    severity: ProblemSeverity::Error,
    run,
};

/// What is wrong, and what to do.
type Fault = (Span, String, String);

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for journey in journeys(reading.trees) {
        let Some(kind) = journey.kind else { continue };
        for (index, (name, _, stage)) in journey.stages().enumerate() {
            let creates = stage.entries().find(|(word, ..)| *word == "creates");
            let Some((_, key, node)) = creates.filter(|(_, _, node)| node.is_mapping()) else {
                continue;
            };
            let mut say = |(span, what, fix): Fault| {
                problems.at(&CHECK, ModelFile::Processes, span, what, fix);
            };
            if index == 0 {
                let what = format!(
                    "every {kind} stands at `{name}` once, so each would bring forth another by nobody's doing"
                );
                say((key.span, what, "let it follow a later stage".to_owned()));
                continue;
            }
            let Some(to) = node.get("journey") else {
                continue;
            };
            let begins = journeys(reading.trees).find(|it| Some(it.name) == to.text());
            let Some((begins, of)) = begins.and_then(|it| Some((it, it.kind?))) else {
                continue;
            };
            if let Some(fault) = of_journey(reading, &begins, of, to) {
                say(fault);
                continue;
            }
            for fault in of_fields(reading, (kind, of), node) {
                say(fault);
            }
        }
    }
}

/// Whether a record of a journey can be created at all.
fn of_journey(
    reading: &Reading<'_>,
    journey: &Written<'_>,
    kind: RecordKind,
    at: &Node,
) -> Option<Fault> {
    if journey.node.get("when").is_some() {
        let what = format!(
            "which {kind} records are on `{}` a condition says, and what is created might not be one of them",
            journey.name
        );
        let fix = "name a journey with a `pipeline`".to_owned();
        return Some((at.span, what, fix));
    }
    let sources = reading.sources_of(kind);
    let first = sources.first()?;
    let Some(by) = unique(reading, kind) else {
        let what = format!(
            "nothing tells a {kind} that is created from every other, so it might be created twice"
        );
        let fix = format!(
            "declare for {kind} in technology.yaml a field such as `follows: {{ type: text, {first}: …, unique: yes }}`, with a property of which the CRM lets no two records hold the same"
        );
        return Some((at.span, what, fix));
    };
    let mut needed = vec![by, "stage"];
    needed.extend(journey.node.get(PIPELINE).map(|_| PIPELINE));
    for name in needed {
        let field = FieldRef::new(kind, name);
        let declared = reading.declaration(&field);
        if declared.is_some_and(|it| sources.iter().all(|source| it.get(source).is_none())) {
            let what =
                format!("`{field}` has no property of {first}, so no {kind} can be created there");
            let fix = format!("write `{first}: …` at `{name}` of {kind} in technology.yaml");
            return Some((at.span, what, fix));
        }
    }
    let field = FieldRef::new(kind, by);
    if reading.declared(&field) != Some(FieldType::Text) {
        let what = format!(
            "`{field}` holds no text, and what follows is told by the record that it follows"
        );
        let fix = format!("make `{by}` of {kind} text, in technology.yaml");
        return Some((at.span, what, fix));
    }
    let technology = reading.trees.get(&ModelFile::Technology)?;
    let told_apart = reading.declaration(&field);
    let mut mapped = sources
        .iter()
        .filter(|source| told_apart.is_some_and(|it| it.get(source).is_some()));
    let closed = mapped.find(|source| {
        let source = technology.get("sources").and_then(|all| all.get(source));
        let write = source.and_then(|source| source.get("write"));
        write.and_then(|write| write.get("fields")).and_then(yes_no) != Some(true)
    })?;
    Some((
        at.span,
        format!("nothing may set fields in {closed}, so no {kind} can be created there"),
        format!("write `fields: yes` under `sources.{closed}.write` in technology.yaml"),
    ))
}

/// What is wrong with what it is given.
fn of_fields(
    reading: &Reading<'_>,
    (from, to): (RecordKind, RecordKind),
    node: &Node,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for copy in node.get("copy").into_iter().flat_map(Node::items) {
        let Some(name) = copy.text() else { continue };
        let field = FieldRef::new(to, name);
        let fault = of_field(reading, &field)
            .or_else(|| taken(reading, &FieldRef::new(from, name), &field));
        faults.extend(fault.map(|(what, fix)| (copy.span, what, fix)));
    }
    for (name, key, value) in node.get("set").into_iter().flat_map(Node::entries) {
        let field = FieldRef::new(to, name);
        let fault = of_field(reading, &field).map(|fault| (key.span, fault));
        let fault = fault.or_else(|| Some((value.span, of_value(reading, from, &field, value)?)));
        faults.extend(fault.map(|(span, (what, fix))| (span, what, fix)));
    }
    faults
}

/// Why a field of the record that follows cannot be given anything.
fn of_field(reading: &Reading<'_>, field: &FieldRef) -> Option<(String, String)> {
    let Some(declared) = reading.declaration(field) else {
        return Some((
            format!("there is no field `{field}`"),
            format!(
                "declare it for {} in technology.yaml, or write another",
                field.kind
            ),
        ));
    };
    let own = match field.name.as_str() {
        "stage" => Some("it begins at the first stage of its journey"),
        PIPELINE => Some("its journey says its pipeline"),
        name if unique(reading, field.kind) == Some(name) => {
            Some("it tells the record from every other")
        }
        _ => None,
    };
    if let Some(why) = own {
        return Some((
            format!("`{field}` is never given so: {why}"),
            "remove it".to_owned(),
        ));
    }
    if declared.get("personal").and_then(yes_no) == Some(true) {
        let what = format!("`{field}` is personal, and what is written is told in events");
        return Some((what, "write a field that is not personal".to_owned()));
    }
    let sources = reading.sources_of(field.kind);
    let first = sources.first()?;
    let of_account = reading.declared(field) == Some(FieldType::Account);
    let unmapped = sources.iter().all(|source| declared.get(source).is_none());
    (!of_account && unmapped).then(|| {
        (
            format!("`{field}` has no property of {first}, so it cannot be given there"),
            format!(
                "write `{first}: …` at `{}` of {} in technology.yaml",
                field.name, field.kind
            ),
        )
    })
}

/// Why a field cannot take over what another one holds.
fn taken(reading: &Reading<'_>, other: &FieldRef, field: &FieldRef) -> Option<(String, String)> {
    let Some(declared) = reading.declaration(other) else {
        return Some((
            format!("there is no field `{other}` from which it could be taken over"),
            format!(
                "give it with `set`, or declare `{}` for {}",
                other.name, other.kind
            ),
        ));
    };
    if declared.get("personal").and_then(yes_no) == Some(true) {
        let what = format!("`{other}` is personal, and what is written is told in events");
        return Some((what, "write a field that is not personal".to_owned()));
    }
    let (one, two) = (reading.declared(other)?, reading.declared(field)?);
    let number = |it| {
        matches!(
            it,
            FieldType::Number | FieldType::Integer | FieldType::Money
        )
    };
    let fits = one == two || number(one) && number(two) && two != FieldType::Integer;
    (!fits).then(|| {
        (
            format!("`{other}` holds {one}, and `{field}` holds {two}"),
            "write fields of one type".to_owned(),
        )
    })
}

fn of_value(
    reading: &Reading<'_>,
    from: RecordKind,
    field: &FieldRef,
    value: &Node,
) -> Option<(String, String)> {
    let text = value.text()?;
    match given(reading, field, value) {
        Some(CreatedWith::Field(other))
            if other.kind == from || other.kind == RecordKind::Account =>
        {
            taken(reading, &other, field)
        }
        Some(CreatedWith::Field(other)) => Some((
            format!("`{other}` is a field of another record than the {from} at hand"),
            format!("write a field of {from} or of its account"),
        )),
        Some(CreatedWith::This(_)) => None,
        None => Some((
            format!("`{text}` is nothing that `{field}` can hold"),
            "write a value of its type, `today` for a date, or a field of the record at hand"
                .to_owned(),
        )),
    }
}
