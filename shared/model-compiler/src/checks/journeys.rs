//! Each journey says of which kind of record it is; and of several of one kind each says which records are on
//! it, by the pipeline of the CRM or by a condition. Else nobody could tell by which stages a record is judged.

use std::collections::BTreeMap;

use crm::{FieldRef, FieldType, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{
    fixes::nearest::{listed, nearest},
    grammar::journeys::{Written, journeys},
    problems::problem::ProblemSeverity,
    yaml::{node::Node, span::Span},
};
use model::{ModelFile, PIPELINE};

pub(super) static CHECK: Check = Check {
    name: "journeys",
    about: "Each journey says of which records it is, and no two of a kind are of one pipeline.",
    severity: ProblemSeverity::Error,
    run,
};

/// What is wrong, and what to do.
type Fault = (Span, String, String);

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let mut of_kind: BTreeMap<RecordKind, Vec<Written<'_>>> = BTreeMap::new();
    for journey in journeys(reading.trees) {
        match (of(&journey), journey.kind) {
            (Some(fault), _) => say(problems, fault),
            (None, Some(kind)) => of_kind.entry(kind).or_default().push(journey),
            (None, None) => {}
        }
    }
    for (kind, all) in &of_kind {
        let mut pipelines: BTreeMap<&str, &str> = BTreeMap::new();
        for journey in all {
            if let Some(fault) = which(journey, *kind, all.len() > 1) {
                say(problems, fault);
            }
            let Some(node) = journey.node.get(PIPELINE) else {
                continue;
            };
            if let Some(fault) = field(reading, *kind, node) {
                say(problems, fault);
            }
            let pipeline = node.text().unwrap_or_default();
            if let Some(other) = pipelines.insert(pipeline, journey.name) {
                let what = format!("`{other}` is of the pipeline `{pipeline}` already");
                let fix = "write another pipeline, or make them one journey".to_owned();
                say(problems, (node.span, what, fix));
            }
        }
    }
}

fn say(problems: &mut Problems<'_>, (span, what, fix): Fault) {
    problems.at(&CHECK, ModelFile::Processes, span, what, fix);
}

/// Of which kind of record a journey is.
fn of(journey: &Written<'_>) -> Option<Fault> {
    let name = journey.name;
    let called = name.parse::<RecordKind>().ok();
    let Some(of) = journey.node.get("of") else {
        if called.is_some() || !journey.node.is_mapping() {
            return None;
        }
        let kinds = || RecordKind::ALL.map(RecordKind::word).into_iter();
        let fix = match nearest(name, kinds()) {
            Some(near) => format!("write `{near}`, or `of:` and the kind of record"),
            None => format!("add `of: opportunity`, or another of {}", listed(kinds())),
        };
        let what = format!("this does not say of which kind of record the journey `{name}` is");
        return Some((journey.key.span, what, fix));
    };
    let (Some(called), Some(kind)) = (called, journey.kind) else {
        return None;
    };
    (called != kind).then(|| {
        let what = format!("this journey is called as {called} records are, and is of {kind}");
        let fix = format!("give it a name of its own, or write `of: {called}`");
        (of.span, what, fix)
    })
}

/// Which records are on a journey.
fn which(journey: &Written<'_>, kind: RecordKind, several: bool) -> Option<Fault> {
    match (journey.node.get(PIPELINE), journey.node.get("when")) {
        (Some(_), Some(when)) => Some((
            when.span,
            "which records are on a journey is said once, and here stand a pipeline and a condition".to_owned(),
            "remove one of them; a condition can ask for the pipeline too".to_owned(),
        )),
        (None, None) if several => {
            let what = format!(
                "{kind} records have several journeys, and this does not say which of them are on `{}`",
                journey.name
            );
            let fix = "add for example `pipeline: default`, or `when:` and a condition".to_owned();
            Some((journey.key.span, what, fix))
        }
        _ => None,
    }
}

/// A field says in which pipeline a record is.
fn field(reading: &Reading<'_>, kind: RecordKind, pipeline: &Node) -> Option<Fault> {
    let technology = reading.trees.get(&ModelFile::Technology)?;
    technology.get("records").filter(|it| it.is_mapping())?;
    let field = FieldRef::new(kind, PIPELINE);
    let Some(declared) = reading.declaration(&field) else {
        let sources = reading.sources_of(kind).into_iter();
        let properties: String = sources.map(|it| format!(", {it}: …")).collect();
        let what = format!("no field says in which pipeline {kind} records are");
        let fix = format!(
            "declare `{PIPELINE}: {{ type: text{properties} }}` for {kind} in technology.yaml, with the property that says it"
        );
        return Some((pipeline.span, what, fix));
    };
    let listed_values = || {
        let values = declared.get("values").into_iter();
        let values: Vec<&str> = values
            .flat_map(|node| {
                let spelled = node.pairs().iter().map(|(_, ours)| ours);
                node.items().iter().chain(spelled)
            })
            .filter_map(Node::text)
            .collect();
        values
    };
    match reading.declared(&field)? {
        FieldType::Text => None,
        FieldType::OneOf if listed_values().contains(&pipeline.text()?) => None,
        FieldType::OneOf => {
            let what = format!("`{field}` is never `{}`", pipeline.text()?);
            let fix = format!(
                "write one of its values: {}",
                listed(listed_values().into_iter())
            );
            Some((pipeline.span, what, fix))
        }
        holds => {
            let what = format!("a pipeline is told by its name, and `{field}` is {holds}");
            let fix = "make it text, or one_of a closed list".to_owned();
            Some((pipeline.span, what, fix))
        }
    }
}
