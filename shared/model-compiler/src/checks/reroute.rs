//! What routes a record again is an edge of a record that is routed, and says all that it needs: which stage
//! was entered, or which field has changed; and who comes last, where it says how often.

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{Names, journeys::journeys},
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars, span::Span},
};
use model::{ModelFile, stage_name};

pub(super) static CHECK: Check = Check {
    name: "reroute",
    about: "What routes a record again is a whole edge of a record that is routed.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::Processes) else {
        return;
    };
    for (kind, key, lines) in root.get("reroute").into_iter().flat_map(Node::entries) {
        let routing = root.get("routing");
        if routing.is_none_or(|routing| routing.is_mapping() && routing.get(kind).is_none()) {
            let what = format!("no {kind} records are routed, so none is routed again");
            let fix = format!("add rules for `{kind}` to `routing`, or remove this");
            say(problems, key.span, what, fix);
            continue;
        }
        for line in lines.items() {
            let Some(upon) = line.get("upon") else {
                continue;
            };
            edge(problems, line, upon);
            stage(reading, problems, kind, line);
            field(reading, problems, kind, line);
            limit(problems, line);
        }
    }
}

/// Each edge says what it is of, and nothing that another is of.
fn edge(problems: &mut Problems<'_>, line: &Node, upon: &Node) {
    for (word, of, example) in [
        ("stage", "stage.entered", "`stage: qualified`"),
        ("field", "field.changed", "`field: account.country`"),
    ] {
        match (line.get(word), upon.text() == Some(of)) {
            (None, true) => {
                let what = format!("`{of}` does not say which {word}");
                say(
                    problems,
                    upon.span,
                    what,
                    format!("add for example {example}"),
                );
            }
            (Some(value), false) => {
                let what = format!(
                    "a {word} is named here, but it is not `{of}` upon which it is routed again"
                );
                let fix = format!("write `upon: {of}`, or remove `{word}`");
                say(problems, value.span, what, fix);
            }
            _ => {}
        }
    }
}

/// Where the journey ends, nobody gets the record any more.
fn stage(reading: &Reading<'_>, problems: &mut Problems<'_>, kind: &str, line: &Node) {
    let Some(stage) = line.get("stage") else {
        return;
    };
    let name = stage.text().unwrap_or_default();
    let known = written_at(reading, kind, name);
    if known.is_some_and(|it| it.text_of("closes") == Some("yes")) {
        let what =
            format!("{kind} records are closed at `{name}`, and nobody gets one that is closed");
        let fix = "name a stage that does not close".to_owned();
        say(problems, stage.span, what, fix);
    }
}

/// A stage of a kind of record as it is written in one of its journeys.
pub(super) fn written_at<'t>(reading: &Reading<'t>, kind: &str, stage: &str) -> Option<&'t Node> {
    let kind = kind.parse().ok()?;
    let name = reading.known.stage(kind, stage);
    let mut journeys = journeys(reading.trees).filter(|it| it.kind == Some(kind));
    journeys.find_map(|journey| {
        let mut stages = journey.stages();
        let found = stages.find(|(own, ..)| stage_name(journey.name, kind, own) == name);
        found.map(|(_, _, stage)| stage)
    })
}

/// Edges are told of fields that the CRM fills; and who the owner is, routing itself decides.
fn field(reading: &Reading<'_>, problems: &mut Problems<'_>, kind: &str, line: &Node) {
    let Some(field) = line.get("field") else {
        return;
    };
    let text = field.text().unwrap_or_default();
    let found = if text.strip_prefix(kind) == Some(".owner") {
        Some((
            format!("`{text}` is what routing decides, so it would be routed again by itself"),
            "write `upon: owner.removed`, or name another field",
        ))
    } else {
        untold(reading, kind, text)
    };
    if let Some((what, fix)) = found {
        say(problems, field.span, what, fix.to_owned());
    }
}

/// Why no edge is told of a field that a record of a kind can see, and what to write.
pub(super) fn untold(
    reading: &Reading<'_>,
    kind: &str,
    text: &str,
) -> Option<(String, &'static str)> {
    let (of, name) = text.split_once('.')?;
    let technology = reading.trees.get(&ModelFile::Technology);
    let records = technology.and_then(|root| root.get("records"))?;
    let declared = records.get(of).and_then(|fields| fields.get(name));
    let known = reading.catalogue.field(text);
    let known = known.is_some_and(|field| reading.catalogue.get(&field).is_some());
    match declared {
        Some(declared) if of == kind && declared.text_of("type") == Some("stage") => Some((
            format!("`{text}` is a stage, which a record enters once its gate lets it stand there"),
            "write `upon: stage.entered` and `stage: …`",
        )),
        None if known && formula(reading, text).is_some_and(|it| it.get("latest").is_some()) => {
            Some((
                format!("`{text}` tells of other leads, and no change of it is told"),
                "name a field of the lead itself: what its rules ask for is known when that changes",
            ))
        }
        None if known && !is_behaviour(reading, text) => Some((
            format!("`{text}` is worked out from other fields, and no change of it is told"),
            "name one of the fields from which it is worked out, a line for each",
        )),
        _ => None,
    }
}

/// How a derived field is computed.
fn formula<'t>(reading: &Reading<'t>, text: &str) -> Option<&'t Node> {
    let technology = reading.trees.get(&ModelFile::Technology);
    technology.and_then(|root| root.get("derived")?.get(text))
}

/// Whether a field counts what somebody has done: of that a change is told.
fn is_behaviour(reading: &Reading<'_>, text: &str) -> bool {
    let count = formula(reading, text).and_then(|formula| formula.text_of("count"));
    count.is_some_and(|count| reading.known.has(Names::Behaviour, None, count))
}

/// How often, and then who; one without the other says nothing.
fn limit(problems: &mut Problems<'_>, line: &Node) {
    match (line.get("at_most"), line.get("finally")) {
        (Some(most), None) => {
            let what = "this does not say who gets the record when that often was not enough";
            let fix = "add for example `finally: ask manager`".to_owned();
            say(problems, most.span, what.to_owned(), fix);
        }
        (None, Some(last)) => {
            let what = "this says who comes last, but not after how often".to_owned();
            let fix = "add for example `at_most: 3 in 7d`, or remove `finally`".to_owned();
            say(problems, last.span, what, fix);
        }
        (Some(most), Some(_)) => {
            let often = scalars::often(most);
            if often.is_some_and(|(times, _)| times > 100) {
                let what =
                    "a record is kept from going round by so many times as can be counted: 100"
                        .to_owned();
                say(problems, most.span, what, "write 1 to 100 times".to_owned());
            }
        }
        (None, None) => {}
    }
}

fn say(problems: &mut Problems<'_>, span: Span, what: String, fix: String) {
    problems.at(&CHECK, ModelFile::Processes, span, what, fix);
}
