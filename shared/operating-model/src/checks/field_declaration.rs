//! A field's declaration fits its type: a closed list has its values, only lists and stages have
//! any, a stage field has a lifecycle behind it, and every spelling stands for a stage.

use crm::{FieldType, RecordKind};

use super::{Check, Reading};
use crate::{
    ModelFile,
    catalogue::field_type,
    grammar::Names,
    nearest::{listed, nearest},
    node::Node,
    problem::Problems,
};

pub(super) static CHECK: Check = Check {
    name: "field-declaration",
    about: "A field's declaration fits its type.",
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
            field_of(reading, problems, kind, (key, field), holds);
        }
    }
}

fn field_of(
    reading: &Reading<'_>,
    problems: &mut Problems<'_>,
    kind: RecordKind,
    (key, field): (&Node, &Node),
    holds: FieldType,
) {
    let file = ModelFile::Technology;
    let values = field.entries().find(|(word, ..)| *word == "values");
    match (holds, values) {
        (FieldType::OneOf, None) => {
            let what = "a field that is one_of a closed list needs its `values`".to_owned();
            problems.at(
                &CHECK,
                file,
                key.span,
                what,
                "add for example `values: [price, timing]`".to_owned(),
            );
        }
        (FieldType::Stage, Some((_, _, values))) => spellings(reading, problems, kind, values),
        (FieldType::Stage | FieldType::OneOf, _) | (_, None) => {}
        (_, Some((_, values, _))) => {
            let what = format!("a field that holds {holds} has no closed list of values");
            problems.at(
                &CHECK,
                file,
                values.span,
                what,
                "remove `values`, or make the type one_of".to_owned(),
            );
        }
    }
    for (word, fits) in [
        ("tags", FieldType::Text),
        ("of", FieldType::Stage),
        ("pipeline", FieldType::Stage),
        ("match", FieldType::Account),
    ] {
        let written = field.entries().find(|(text, ..)| *text == word);
        if let Some((_, key, _)) = written.filter(|_| holds != fits) {
            let what =
                format!("`{word}` belongs to a field of type {fits}, and this one is {holds}");
            let mend = format!("remove `{word}`, or make the type {fits}");
            problems.at(&CHECK, file, key.span, what, mend);
        }
    }
    let of = field
        .get("of")
        .filter(|of| holds == FieldType::Stage && of.text() != Some(kind.word()));
    if let Some(of) = of {
        let what = format!("a {kind} stands at stages of its own lifecycle");
        problems.at(&CHECK, file, of.span, what, format!("write `of: {kind}`"));
    }
    if let (Some(tags), true) = (field.get("tags"), holds == FieldType::Text)
        && reading
            .trees
            .get(&file)
            .is_some_and(|root| root.get("source_tags").is_none())
    {
        let what = "there are no `source_tags` in this file".to_owned();
        let mend = "write the channels and their spellings under `source_tags`".to_owned();
        problems.at(&CHECK, file, tags.span, what, mend);
    }
    let processes_readable = reading
        .trees
        .get(&ModelFile::Processes)
        .is_some_and(|root| root.get("lifecycles").is_some_and(Node::is_mapping));
    if holds == FieldType::Stage
        && processes_readable
        && reading.known.names(Names::Stage, Some(kind)).is_none()
    {
        let what = format!("a stage needs a lifecycle, and {kind} has none");
        problems.at(
            &CHECK,
            file,
            key.span,
            what,
            format!("write the lifecycle of {kind} in processes.yaml, or use another type"),
        );
    }
}

/// That each of the CRM's spellings stands for a stage.
fn spellings(reading: &Reading<'_>, problems: &mut Problems<'_>, kind: RecordKind, values: &Node) {
    let Some(stages) = reading.known.names(Names::Stage, Some(kind)) else {
        return;
    };
    let written = values
        .items()
        .iter()
        .chain(values.pairs().iter().map(|(_, ours)| ours));
    for node in written {
        let Some(text) = node.text().filter(|text| !stages.contains(text)) else {
            continue;
        };
        let mend = match nearest(text, stages.iter().copied()) {
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
            mend,
        );
    }
}
