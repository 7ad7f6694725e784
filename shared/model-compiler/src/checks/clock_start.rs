//! A clock is started by something that happens to its own kind of record; otherwise it would
//! never run.

use std::collections::BTreeSet;

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "clock-start",
    about: "A clock is started by something that happens to its own kind of record.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::Processes) else {
        return;
    };
    let Some(clocks) = root.get("clocks") else {
        return;
    };
    for (name, key, clock) in clocks.entries() {
        routed(problems, root, clock);
        chained(problems, clocks, (name, key), clock);
        replied(problems, clock);
        since(problems, clock);
    }
}

/// Since when a run counts can be said only where it starts as the record gets an owner: everything else
/// that starts one has a time of its own.
fn since(problems: &mut Problems<'_>, clock: &Node) {
    let Some(start) = clock.get("start") else {
        return;
    };
    let counts = start.get("counts_from").filter(|word| {
        let text = word.text().unwrap_or_default();
        matches!(text, "created" | "routed") || text.contains('.')
    });
    let Some((counts, upon)) = counts.zip(start.text_of("upon")) else {
        return;
    };
    let fix = match upon {
        "lead.routed" | "opportunity.routed" => return,
        "customer.replied" => "write `first_unanswered` or `latest`",
        _ => "write `upon: lead.routed`, or remove `counts_from`",
    };
    let what = format!("this says since when it counts, and `{upon}` has a time of its own");
    problems.at(
        &CHECK,
        ModelFile::Processes,
        counts.span,
        what,
        fix.to_owned(),
    );
}

fn routed(problems: &mut Problems<'_>, root: &Node, clock: &Node) {
    let Some(record) = clock.text_of("record") else {
        return;
    };
    let routing = root.get("routing");
    let is_routed = routing.is_some_and(|routing| routing.get(record).is_some());
    let meets = clock.get("meet").and_then(|meet| meet.get("any"));
    let any = meets.map_or(&[][..], Node::items).iter();
    let one = ["start", "meet"]
        .into_iter()
        .filter_map(|word| clock.get(word));
    for event in one.chain(any).filter_map(|it| it.get("upon")) {
        let Some(kind) = event.text().and_then(|text| text.strip_suffix(".routed")) else {
            continue;
        };
        let (what, fix) = if kind != record {
            (
                format!("this happens to {kind} records, and this is a clock of {record} records"),
                match is_routed {
                    true => {
                        format!("write `{record}.routed`, or make it a clock of {kind} records")
                    }
                    false => {
                        format!("write `activity.logged`, or make it a clock of {kind} records")
                    }
                },
            )
        } else if !is_routed {
            (
                format!("no {record} records are routed, so this never happens"),
                format!("add rules for `{record}` to `routing`, or write `activity.logged`"),
            )
        } else {
            continue;
        };
        problems.at(&CHECK, ModelFile::Processes, event.span, what, fix);
    }
}

fn replied(problems: &mut Problems<'_>, clock: &Node) {
    let Some(start) = clock.get("start") else {
        return;
    };
    let upon = start
        .get("upon")
        .filter(|upon| upon.text() == Some("customer.replied"));
    let record = clock.text_of("record").filter(|record| *record != "lead");
    let of_messages = |word: &Node| matches!(word.text(), Some("first_unanswered" | "latest"));
    let counts = start.get("counts_from").filter(|word| of_messages(word));
    let (span, what, fix) = match (upon, counts, record) {
        (Some(upon), _, Some(record)) => (
            upon.span,
            format!(
                "the CRM says of leads when the customer wrote, and this is a clock of {record} records"
            ),
            "write `activity.logged`, or make it a clock of lead records",
        ),
        (None, Some(counts), _) => (
            counts.span,
            "this says from which of the customer's messages it counts, and none of them starts it"
                .to_owned(),
            match start.text_of("upon") {
                Some("lead.routed") => "write `created`, `routed` or a field that holds an instant",
                _ => "write `upon: customer.replied`, or remove `counts_from`",
            },
        ),
        _ => return,
    };
    problems.at(&CHECK, ModelFile::Processes, span, what, fix.to_owned());
}

fn chained(problems: &mut Problems<'_>, clocks: &Node, (name, key): (&str, &Node), clock: &Node) {
    let Some(start) = clock.get("start") else {
        return;
    };
    let upon = start.text_of("upon") == Some("clock.met");
    let (span, what, fix) = match (upon, start.get("clock")) {
        (true, None) => (
            start.span,
            "it does not say which clock's being met starts this one".to_owned(),
            "add for example `clock: first_response`".to_owned(),
        ),
        (false, Some(other)) => (
            other.span,
            "a clock is named here, but it is not its being met that starts this one".to_owned(),
            "write `upon: clock.met`, or remove `clock`".to_owned(),
        ),
        (true, Some(other)) => {
            let before = other.text().and_then(|other| clocks.get(other));
            let Some(before) = before else { return };
            let kinds = (clock.text_of("record"), before.text_of("record"));
            if kinds.0 != kinds.1 {
                (
                    other.span,
                    "that clock is one of another kind of record".to_owned(),
                    "name a clock of the same kind of record".to_owned(),
                )
            } else if is_circle(clocks, name) {
                (
                    key.span,
                    format!("`{name}` waits, directly or by way of others, for itself to be met"),
                    "let one of these clocks start upon `lead.routed` or `activity.logged`"
                        .to_owned(),
                )
            } else {
                return;
            }
        }
        (false, None) => return,
    };
    problems.at(&CHECK, ModelFile::Processes, span, what, fix);
}

/// Whether the clocks that start each other lead from this one back to it.
fn is_circle(clocks: &Node, name: &str) -> bool {
    let mut passed = BTreeSet::new();
    let mut at = name;
    while passed.insert(at) {
        let next = clocks
            .get(at)
            .and_then(|clock| clock.get("start"))
            .filter(|start| start.text_of("upon") == Some("clock.met"))
            .and_then(|start| start.text_of("clock"));
        match next {
            Some(next) if next == name => return true,
            Some(next) => at = next,
            None => return false,
        }
    }
    false
}
