//! A field's declaration fits its type: a closed list has its values, only lists and stages have
//! any, a stage field has a lifecycle behind it, every spelling stands for a stage, and what is said of how sure its values
//! are is counted.

use crm::{FieldType, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{
    fixes::nearest::{listed, nearest},
    grammar::{Names, catalogue::field_type},
    problems::problem::ProblemSeverity,
    yaml::node::Node,
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "field-declaration",
    about: "A field's declaration fits its type.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let records = reading
        .trees
        .get(&ModelFile::Technology)
        .and_then(|root| root.get("records"));
    for (kind, _, fields) in records.into_iter().flat_map(Node::entries) {
        let Ok(kind) = kind.parse::<RecordKind>() else {
            continue;
        };
        for (_, key, field) in fields.entries() {
            let Some(holds) = field.text_of("type").and_then(field_type) else {
                continue;
            };
            let declared = Declared {
                kind,
                key,
                field,
                holds,
            };
            closed_list(reading, problems, &declared);
            words_of_a_type(problems, &declared);
            own_stages(reading, problems, &declared);
            channels(reading, problems, &declared);
            answered_for(problems, &declared);
        }
    }
}

/// A field as it is declared.
struct Declared<'n> {
    kind: RecordKind,
    key: &'n Node,
    field: &'n Node,
    holds: FieldType,
}

const FILE: ModelFile = ModelFile::Technology;

/// That whoever answers for a field, and how long it is true, is said of a field that is counted.
fn answered_for(problems: &mut Problems<'_>, declared: &Declared<'_>) {
    let counted = matches!(
        declared.kind,
        RecordKind::Lead | RecordKind::Opportunity | RecordKind::Account
    );
    let (what, fix) = match (counted, declared.holds) {
        (false, _) => (
            format!(
                "of {} records it is not counted which fields have a value",
                declared.kind
            ),
            "remove it, or say it of a field of leads, opportunities or accounts",
        ),
        (true, FieldType::Account) => (
            "which account a record belongs to is an association, and no value that changes"
                .to_owned(),
            "remove it; accounts that are missing are counted by themselves",
        ),
        (true, _) => return,
    };
    for (word, key, _) in declared.field.entries() {
        if matches!(word, "owner" | "fresh_for") {
            problems.at(&CHECK, FILE, key.span, what.clone(), fix.to_owned());
        }
    }
}

/// That a field has a closed list of values exactly if its type asks for one.
fn closed_list(reading: &Reading<'_>, problems: &mut Problems<'_>, declared: &Declared<'_>) {
    let holds = declared.holds;
    let mut values = declared.field.entries();
    match (holds, values.find(|(word, ..)| *word == "values")) {
        (FieldType::OneOf, None) => {
            let what = "a field that is one_of a closed list needs its `values`".to_owned();
            let fix = "add for example `values: [price, timing]`".to_owned();
            problems.at(&CHECK, FILE, declared.key.span, what, fix);
        }
        (FieldType::Stage, Some((_, _, values))) => {
            spellings(reading, problems, declared.kind, values);
        }
        (FieldType::Stage | FieldType::OneOf, _) | (_, None) => {}
        (_, Some((_, values, _))) => {
            let what = format!("a field that holds {holds} has no closed list of values");
            let fix = "remove `values`, or make the type one_of".to_owned();
            problems.at(&CHECK, FILE, values.span, what, fix);
        }
    }
}

/// That words which mean something of one type only stand at a field of that type.
fn words_of_a_type(problems: &mut Problems<'_>, declared: &Declared<'_>) {
    let holds = declared.holds;
    for (word, fits) in [
        ("tags", FieldType::Text),
        ("of", FieldType::Stage),
        ("match", FieldType::Account),
    ] {
        let written = declared.field.entries().find(|(text, ..)| *text == word);
        if let Some((_, key, _)) = written.filter(|_| holds != fits) {
            let what =
                format!("`{word}` belongs to a field of type {fits}, and this one is {holds}");
            let fix = format!("remove `{word}`, or make the type {fits}");
            problems.at(&CHECK, FILE, key.span, what, fix);
        }
    }
}

/// That a stage is one of the record's own lifecycle, and that it has one.
fn own_stages(reading: &Reading<'_>, problems: &mut Problems<'_>, declared: &Declared<'_>) {
    let kind = declared.kind;
    if declared.holds != FieldType::Stage {
        return;
    }
    let of = declared.field.get("of");
    if let Some(of) = of.filter(|of| of.text() != Some(kind.word())) {
        let what = format!("a {kind} stands at stages of its own lifecycle");
        problems.at(&CHECK, FILE, of.span, what, format!("write `of: {kind}`"));
    }
    let processes = reading.trees.get(&ModelFile::Processes);
    let lifecycles = processes.and_then(|root| root.get("lifecycles"));
    let readable = lifecycles.is_some_and(Node::is_mapping);
    if readable && reading.known.names(Names::Stage, Some(kind)).is_none() {
        let what = format!("a stage needs a lifecycle, and {kind} has none");
        let fix = format!("write the lifecycle of {kind} in processes.yaml, or use another type");
        problems.at(&CHECK, FILE, declared.key.span, what, fix);
    }
}

/// That a field with tags has channels they can stand for.
fn channels(reading: &Reading<'_>, problems: &mut Problems<'_>, declared: &Declared<'_>) {
    let Some(tags) = declared.field.get("tags") else {
        return;
    };
    let root = reading.trees.get(&FILE);
    let missing = root.is_some_and(|root| root.get("source_tags").is_none());
    if declared.holds == FieldType::Text && missing {
        let what = "there are no `source_tags` in this file".to_owned();
        let fix = "write the channels and their spellings under `source_tags`".to_owned();
        problems.at(&CHECK, FILE, tags.span, what, fix);
    }
}

/// That each of the CRM's spellings stands for a stage.
fn spellings(reading: &Reading<'_>, problems: &mut Problems<'_>, kind: RecordKind, values: &Node) {
    let Some(mut stages) = reading.known.names(Names::Stage, Some(kind)) else {
        return;
    };
    // The pipeline says which one is meant, where two journeys have a stage of one name.
    let own = reading.known.stages_within(kind);
    stages.extend(own.filter(|own| !reading.known.has(Names::Stage, Some(kind), own)));
    let written = values
        .items()
        .iter()
        .chain(values.pairs().iter().map(|(_, ours)| ours));
    for node in written {
        let Some(text) = node.text().filter(|text| !stages.contains(text)) else {
            continue;
        };
        let fix = match nearest(text, stages.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None => format!(
                "the stages of {kind} are {}",
                listed(stages.iter().copied())
            ),
        };
        problems.at(
            &CHECK,
            ModelFile::Technology,
            node.span,
            format!("there is no stage `{text}`"),
            fix,
        );
    }
}
