//! What starts or meets a clock is said whole: the stage, the field, the time of the day; and nothing is said
//! that would decide nothing.

use super::{
    check::{Check, Problems, Reading},
    reroute::{untold, written_at},
};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars, span::Span},
};
use model::{ModelFile, hand_off_clock};

pub(super) static CHECK: Check = Check {
    name: "clock-edge",
    about: "What starts or meets a clock is said whole, and nothing that decides nothing.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    deviations(reading, problems);
    let Some(root) = reading.trees.get(&ModelFile::Processes) else {
        return;
    };
    for (_, _, clock) in root.get("clocks").into_iter().flat_map(Node::entries) {
        let Some(kind) = clock.text_of("record") else {
            continue;
        };
        if let Some(start) = clock.get("start").filter(|it| it.is_mapping()) {
            begins(problems, start);
            closing(reading, problems, kind, start);
            edge(reading, problems, (kind, None), start);
        }
        if let Some(meet) = clock.get("meet").filter(|it| it.is_mapping()) {
            let of_start = clock
                .get("start")
                .filter(|it| it.text_of("upon") == Some("stage.entered"));
            one_or_any(problems, meet);
            let any = meet.get("any").map_or(&[][..], Node::items).iter();
            for meet in any.chain(meet.get("upon").map(|_| meet)) {
                edge(reading, problems, (kind, Some(of_start.is_some())), meet);
                counted(problems, meet);
            }
        }
        unchanging(problems, clock);
    }
}

/// A clock starts upon something that happens, or on a day.
fn begins(problems: &mut Problems<'_>, start: &Node) {
    let (upon, on, at) = (start.get("upon"), start.get("on"), start.get("at"));
    let (span, what, fix) = match (upon, on, at) {
        (None, None, _) => (
            start.span,
            "this does not say what starts the clock",
            "add for example `upon: lead.routed`, or `on:` and a field with a date",
        ),
        (Some(_), Some(on), _) => (
            on.span,
            "a clock starts upon something that happens, or on a day, and here stands both",
            "remove one of them; two clocks can be met by the same",
        ),
        (None, Some(on), None) => (
            on.span,
            "this does not say at which time of that day the clock starts",
            "add for example `at: \"09:00\"`",
        ),
        (Some(_), None, Some(at)) => (
            at.span,
            "what happens has a time of its own",
            "remove `at`, or write `on:` and a field with a date",
        ),
        _ => return,
    };
    say(problems, span, what.to_owned(), fix);
}

/// No clock runs on a record that is closed, but that of a hand-off.
fn closing(reading: &Reading<'_>, problems: &mut Problems<'_>, kind: &str, start: &Node) {
    let stage = match start.text_of("upon") {
        Some("stage.entered") => start.get("stage"),
        Some("clock.met") => start.get("clock"),
        _ => None,
    };
    let Some(stage) = stage else {
        return;
    };
    let name = stage.text().unwrap_or_default();
    let name = match start.text_of("upon") {
        Some("clock.met") => match stage_of_hand_off(name) {
            Some(stage) => stage,
            None => return,
        },
        _ => name,
    };
    let known = written_at(reading, kind, name);
    if known.is_some_and(|it| it.text_of("closes") == Some("yes")) {
        let what = format!(
            "{kind} records are closed at `{name}`, and no clock runs on one that is closed"
        );
        say(
            problems,
            stage.span,
            what,
            "name a stage that does not close",
        );
    }
}

/// Deviations are of open records: none can be of a hand-off that is made where records are closed.
fn deviations(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let governance = reading.trees.get(&ModelFile::Governance);
    let rules = governance.and_then(|root| root.get("deviations"));
    for (_, _, rule) in rules.into_iter().flat_map(Node::entries) {
        let (Some(kind), Some(when)) = (rule.text_of("record"), rule.get("when")) else {
            continue;
        };
        let mut open = vec![when];
        while let Some(node) = open.pop() {
            open.extend(node.items());
            for (word, key, value) in node.entries() {
                open.push(value);
                let clock = word.strip_prefix("clock.").and_then(stage_of_hand_off);
                let at = clock.and_then(|stage| Some((stage, written_at(reading, kind, stage)?)));
                if let Some((stage, _)) = at.filter(|(_, it)| it.text_of("closes") == Some("yes")) {
                    let what = format!(
                        "{kind} records are closed at `{stage}`, and deviations are of open records: this is never so"
                    );
                    let fix = "let `finally` of the hand-off ask somebody, and remove this";
                    problems.at(
                        &CHECK,
                        ModelFile::Governance,
                        key.span,
                        what,
                        fix.to_owned(),
                    );
                }
            }
        }
    }
}

/// The stage whose hand-off a clock of this name is.
fn stage_of_hand_off(clock: &str) -> Option<&str> {
    let (stage, _) = clock.rsplit_once('.')?;
    (hand_off_clock(stage) == clock).then_some(stage)
}

/// Several things meet a clock by `any`, or one does.
fn one_or_any(problems: &mut Problems<'_>, meet: &Node) {
    let Some(any) = meet.get("any") else {
        if meet.get("upon").is_none() {
            let what = "this does not say what meets the clock".to_owned();
            say(
                problems,
                meet.span,
                what,
                "add for example `upon: activity.logged`",
            );
        }
        return;
    };
    for word in meet.entries().filter(|(word, ..)| *word != "any") {
        let what = format!(
            "`any` lists all that meets the clock, and `{}` stands beside it",
            word.0
        );
        say(problems, word.1.span, what, "write it in a line of `any`");
    }
    if any.items().len() == 1 {
        let what = "one thing alone is listed here".to_owned();
        say(
            problems,
            any.span,
            what,
            "write its words in place of `any`",
        );
    }
}

/// An edge says what it is of, and nothing that another is of. What meets a clock may leave out the stage that
/// it leaves, where entering it starts the clock.
fn edge(
    reading: &Reading<'_>,
    problems: &mut Problems<'_>,
    (kind, meets): (&str, Option<bool>),
    node: &Node,
) {
    let upon = node.text_of("upon").unwrap_or("on");
    let of_stage = matches!(upon, "stage.entered" | "stage.left");
    let says_it_all = upon == "stage.left" && meets == Some(true);
    match (node.get("stage"), node.get("upon")) {
        (None, Some(event)) if of_stage && !says_it_all => {
            let what = format!("`{upon}` does not say which stage");
            say(
                problems,
                event.span,
                what,
                "add for example `stage: qualified`",
            );
        }
        (Some(stage), _) if !of_stage => {
            let what = "a stage is named here, but what happens is not that one is entered or left";
            let fix = "write `upon: stage.entered` or `upon: stage.left`, or remove `stage`";
            say(problems, stage.span, what.to_owned(), fix);
        }
        _ => {}
    }
    match (node.get("field"), node.get("upon")) {
        (None, Some(event)) if upon == "field.changed" => {
            let what = "`field.changed` does not say which field".to_owned();
            say(
                problems,
                event.span,
                what,
                "add for example `field: account.country`",
            );
        }
        (Some(field), _) if upon != "field.changed" => {
            let what = "a field is named here, but what happens is not that one changes".to_owned();
            say(
                problems,
                field.span,
                what,
                "write `upon: field.changed`, or remove `field`",
            );
        }
        (Some(field), _) => {
            if let Some((what, fix)) = untold(reading, kind, field.text().unwrap_or_default()) {
                say(problems, field.span, what, fix);
            }
        }
        _ => {}
    }
}

/// Contacts are counted, and of contacts and stages the CRM says whose doing they were.
fn counted(problems: &mut Problems<'_>, meet: &Node) {
    let upon = meet.text_of("upon").unwrap_or_default();
    for word in ["times", "on_days"] {
        if let Some(node) = meet.get(word).filter(|_| upon != "activity.logged") {
            let what = format!("only contacts are counted, and `{upon}` is none");
            say(
                problems,
                node.span,
                what,
                "write `upon: activity.logged`, or remove this",
            );
        }
    }
    if let Some(node) = meet.get("kind").filter(|_| upon != "activity.logged") {
        let what = format!("only what is logged has a kind, and `{upon}` is nothing that is");
        let fix = "write `upon: activity.logged`, or remove this";
        say(problems, node.span, what, fix);
    }
    let number = |word| meet.get(word).and_then(scalars::whole);
    if let (Some(node), Some(days)) = (meet.get("on_days"), number("on_days"))
        && days > number("times").unwrap_or(1)
    {
        let what = format!("so few contacts cannot be made on {days} different days");
        let fix = "let `times` be at least as many as `on_days`";
        say(problems, node.span, what, fix);
    }
    let by = meet
        .get("by")
        .filter(|_| !matches!(upon, "activity.logged" | "stage.entered" | "stage.left"));
    if let Some(by) = by {
        let what = format!("the CRM does not say whose doing `{upon}` is");
        say(
            problems,
            by.span,
            what,
            "remove `by`, or write `upon: activity.logged`",
        );
    }
}

/// Only a budget that goes by a field can change while the clock runs.
fn unchanging(problems: &mut Problems<'_>, clock: &Node) {
    let table = clock.get("within").is_some_and(Node::is_mapping);
    if let Some(node) = clock.get("budget_changes").filter(|_| !table) {
        let what =
            "`within` is the same for every record, so it does not change while a clock runs";
        let fix = "let `within` go by a field, or remove this";
        say(problems, node.span, what.to_owned(), fix);
    }
}

fn say(problems: &mut Problems<'_>, span: Span, what: String, fix: &str) {
    problems.at(&CHECK, ModelFile::Processes, span, what, fix.to_owned());
}
