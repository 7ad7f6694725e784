//! Every kind of record that has a journey, is routed, or is asked for is read from the CRM, as
//! objects that the CRM has. Of others no record ever comes, and nobody hears that none does.

use crm::RecordKind;

use super::{
    asked_fields::asked,
    check::{Check, Problems, Reading},
};
use crate::{
    fixes::nearest::{listed, nearest},
    grammar::{catalogue::written, journeys::journeys, source_kinds::SourceKind},
    problems::problem::ProblemSeverity,
    yaml::node::Node,
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "unread-records",
    about: "Every kind of record that is decided about is read, as objects that the CRM has.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::Technology) else {
        return;
    };
    for (source, _, node) in root.get("sources").into_iter().flat_map(Node::entries) {
        // Of a kind that does not exist another check speaks.
        let Some(crm) = node.text_of("kind").and_then(SourceKind::named) else {
            continue;
        };
        for (kind, _, object) in node.get("records").into_iter().flat_map(Node::entries) {
            let (Ok(kind), Some(name)) = (kind.parse(), object.text()) else {
                continue;
            };
            if crm.has_object(name) {
                continue;
            }
            let what = format!("{source} has no objects called `{name}`, so none are read");
            let fix = match nearest(name, crm.usual(kind).iter().copied()) {
                Some(near) => format!("write `{near}`"),
                None => format!("write {}", choices(crm, kind)),
            };
            problems.at(&CHECK, ModelFile::Technology, object.span, what, fix);
        }
    }
    let sources = root.get("sources").into_iter().flat_map(Node::entries);
    let first = sources.into_iter().find_map(|(_, _, source)| {
        let crm = source.text_of("kind").and_then(SourceKind::named)?;
        let (_, key, _) = source.entries().find(|(word, ..)| *word == "records")?;
        Some((crm, key))
    });
    let Some((crm, key)) = first else { return };
    let needed = RecordKind::ALL
        .into_iter()
        .filter(|kind| reading.sources_of(*kind).is_empty())
        // A contact is a lead that is not worked on.
        .filter(|kind| {
            *kind != RecordKind::Contact || reading.sources_of(RecordKind::Lead).is_empty()
        })
        .filter_map(|kind| Some((kind, needed_for(reading, kind)?)));
    for (kind, why) in needed {
        let what = format!("no {} are read: {why}", kind.plural());
        let fix = format!("add `{kind}: …` with {}", choices(crm, kind));
        problems.at(&CHECK, ModelFile::Technology, key.span, what, fix);
    }
}

/// What could stand there.
fn choices(crm: &SourceKind, kind: RecordKind) -> String {
    let own = crm.own_example;
    match crm.usual(kind) {
        [] => own.to_owned(),
        usual => format!("{}, or {own}", listed(usual.iter().copied())),
    }
}

/// Why records of this kind have to be read, if they have to.
fn needed_for(reading: &Reading<'_>, kind: RecordKind) -> Option<String> {
    let processes = reading.trees.get(&ModelFile::Processes);
    let has = |section: &str| {
        let section = processes.and_then(|root| root.get(section));
        section.and_then(|section| section.get(kind.word()))
    };
    let at = |file: ModelFile, line: u32| format!("{}:{line}", file.name());
    let mut journeys = journeys(reading.trees);
    if let Some(journey) = journeys.find(|it| it.kind == Some(kind)) {
        let place = at(ModelFile::Processes, journey.node.span.line);
        return Some(format!("they have a lifecycle, at {place}"));
    }
    if let Some(node) = has("routing") {
        let place = at(ModelFile::Processes, node.span.line);
        return Some(format!("they are routed, at {place}"));
    }
    let asked = asked(reading);
    let (field, (file, line)) = asked.iter().find(|(field, _)| field.kind == kind)?;
    let place = at(*file, *line);
    Some(format!("`{}` is asked for, at {place}", written(field)))
}
