//! What routing waits for is filled by the CRM, of records that are routed; and nobody is late by the wait
//! alone: a clock that starts when its record is routed says since when it counts, and what counts from the
//! creation may run longer than the wait.

use business_time::BusinessAmount;

use super::check::{Check, Problems, Reading};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::{
        node::Node,
        scalars::{self, Clock},
    },
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "wait",
    about: "What routing waits for is filled by the CRM, and is not waited for longer than a clock may run that counts meanwhile.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::Processes) else {
        return;
    };
    let waits = root.get("before_routing").into_iter();
    for (kind, key, wait) in waits.flat_map(Node::entries) {
        let routing = root.get("routing");
        if routing.is_none_or(|routing| routing.is_mapping() && routing.get(kind).is_none()) {
            let what = format!("no {kind} records are routed, so there is nothing to wait with");
            let fix = format!("add rules for `{kind}` to `routing`, or remove this");
            problems.at(&CHECK, ModelFile::Processes, key.span, what, fix);
            continue;
        }
        facts(reading, problems, wait);
        let Some(up_to) = wait.get("up_to") else {
            continue;
        };
        let Some(BusinessAmount::Wall(seconds)) = scalars::amount(up_to, Clock::Wall) else {
            continue;
        };
        for (name, _, clock) in root.get("clocks").into_iter().flat_map(Node::entries) {
            let start = clock.get("start").filter(|start| {
                start
                    .text_of("upon")
                    .and_then(|upon| upon.strip_suffix(".routed"))
                    == Some(kind)
                    && clock.text_of("record") == Some(kind)
            });
            if let Some(start) = start {
                counted(problems, (name, clock), start, (up_to, seconds));
            }
        }
    }
}

/// Of what is worked out, nobody could say what would have to come.
fn facts(reading: &Reading<'_>, problems: &mut Problems<'_>, wait: &Node) {
    let technology = reading.trees.get(&ModelFile::Technology);
    let Some(records) = technology.and_then(|root| root.get("records")) else {
        return;
    };
    for fact in wait.get("wait_for").into_iter().flat_map(Node::items) {
        let Some(text) = fact.text() else { continue };
        let Some((kind, name)) = text.split_once('.') else {
            continue;
        };
        let declared = records.get(kind).and_then(|fields| fields.get(name));
        let field = reading.catalogue.field(text);
        let known = field.is_some_and(|field| reading.catalogue.get(&field).is_some());
        if declared.is_none() && known {
            let what = format!("`{text}` is worked out from other fields, and nobody fills it in");
            let fix = "write the fields from which it is worked out".to_owned();
            problems.at(&CHECK, ModelFile::Processes, fact.span, what, fix);
        }
    }
}

fn counted(
    problems: &mut Problems<'_>,
    (name, clock): (&str, &Node),
    start: &Node,
    (up_to, seconds): (&Node, i64),
) {
    match start.text_of("counts_from") {
        None => {
            let what = format!(
                "a record may wait before it is routed, and `{name}` does not say since when it counts"
            );
            let fix = "add `counts_from: created`, or `counts_from: routed`".to_owned();
            problems.at(&CHECK, ModelFile::Processes, start.span, what, fix);
        }
        Some("created") => {
            let Some((words, least)) = shortest(clock) else {
                return;
            };
            if seconds > least {
                let waits = up_to.text().unwrap_or_default();
                let what = format!(
                    "a record may wait {waits} before it is routed, and `{name}`, which counts meanwhile, may run {words}: it could be late before anybody has it"
                );
                let fix =
                    format!("write `{words}` or less, or let `{name}` say `counts_from: routed`");
                problems.at(&CHECK, ModelFile::Processes, up_to.span, what, fix);
            }
        }
        Some(_) => {}
    }
}

/// The shortest time that a clock allows, as it is written and in seconds. Working time never passes
/// faster than time, and a working day is taken for a day.
fn shortest(clock: &Node) -> Option<(String, i64)> {
    let within = clock.get("within")?;
    let lines = within.entries().filter(|(word, ..)| *word != "by");
    let amounts = lines.map(|(_, _, amount)| amount);
    let amounts: Vec<&Node> = match within.is_mapping() {
        true => amounts.collect(),
        false => vec![within],
    };
    let read = amounts.into_iter().filter_map(|node| {
        let seconds = match scalars::amount(node, Clock::Any)? {
            BusinessAmount::Business(seconds) | BusinessAmount::Wall(seconds) => seconds,
            // To the same hour of another day.
            BusinessAmount::BusinessDays(days) => days.saturating_mul(86_400),
        };
        Some((node.text()?.to_owned(), seconds))
    });
    read.min_by_key(|(_, seconds)| *seconds)
}
