//! A lifecycle has stages, begins with an open one, and a closed stage leads nowhere. The
//! shortest stay at a stage is not its longest.

use business_time::BusinessAmount;

use super::check::{Check, Problems, Reading};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::{
        node::Node,
        scalars::{Clock, amount, yes_no},
    },
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "stages",
    about: "A lifecycle has stages, begins with an open one, and a closed stage leads nowhere.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let lifecycles = reading
        .trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("lifecycles"));
    for (kind, key, lifecycle) in lifecycles.into_iter().flat_map(Node::entries) {
        let Some(stages) = lifecycle.get("stages").filter(|stages| stages.is_mapping()) else {
            continue;
        };
        let file = ModelFile::Processes;
        if stages.pairs().is_empty() {
            let what = format!("the lifecycle of {kind} has no stages");
            problems.at(
                &CHECK,
                file,
                key.span,
                what,
                "write at least the stage where a record begins".to_owned(),
            );
        }
        if let Some((name, key, _)) = stages
            .entries()
            .next()
            .filter(|(_, _, stage)| closes(stage))
        {
            let what = format!(
                "`{name}` is the first stage, where a record begins, and closes it at once"
            );
            problems.at(
                &CHECK,
                file,
                key.span,
                what,
                "put an open stage first".to_owned(),
            );
        }
        for (name, _, stage) in stages.entries() {
            stay(problems, name, stage);
        }
        for (name, _, stage) in stages.entries().filter(|(_, _, stage)| closes(stage)) {
            let next = stage.get("may_move_to").into_iter().flat_map(Node::items);
            // What another team does not take over goes back from where it was closed.
            for to in next.filter(|to| !hands_back(stage, to)) {
                let what = format!("`{name}` closes the journey, so nothing moves on from it");
                problems.at(
                    &CHECK,
                    file,
                    to.span,
                    what,
                    "remove it, or do not close the stage".to_owned(),
                );
            }
        }
    }
}

fn closes(stage: &Node) -> bool {
    stage.get("closes").and_then(yes_no) == Some(true)
}

/// Whether the stage's hand-off moves what is refused, or accepted by nobody, to that stage.
fn hands_back(stage: &Node, to: &Node) -> bool {
    let hand_off = stage.get("hand_off");
    let refused = hand_off.and_then(|it| it.get("refused")?.text_of("move_to"));
    let finally = hand_off.and_then(|it| it.text_of("finally")?.strip_prefix("move_to "));
    [refused, finally.map(str::trim)].contains(&to.text()) && to.text().is_some()
}

fn stay(problems: &mut Problems<'_>, name: &str, stage: &Node) {
    let Some(stay) = stage.get("stay") else {
        return;
    };
    business_time(problems, stay);
    let seconds = |word| match stay.get(word).map(|node| (node, amount(node, Clock::Wall))) {
        Some((node, Some(BusinessAmount::Wall(seconds)))) => Some((node, seconds)),
        _ => None,
    };
    if let (Some((node, least)), Some((_, most))) = (seconds("at_least"), seconds("at_most"))
        && least >= most
    {
        let what = format!("no record may leave `{name}` before its longest stay there is over");
        let fix = "write a shorter time at `at_least` than at `at_most`".to_owned();
        problems.at(&CHECK, ModelFile::Processes, node.span, what, fix);
    }
}

/// Business time is counted by a calendar, and a calendar counts nothing else.
fn business_time(problems: &mut Problems<'_>, stay: &Node) {
    let lengths = ["at_least", "at_most"].map(|word| stay.get(word));
    let lengths = lengths.into_iter().flatten();
    let written = lengths.flat_map(|length| {
        let lines = length.entries().filter(|(word, ..)| *word != "by");
        let lines: Vec<&Node> = lines.map(|(_, _, line)| line).collect();
        if length.is_mapping() {
            lines
        } else {
            vec![length]
        }
    });
    let needs = |it: &&Node| amount(it, Clock::Any).is_some_and(|it| it.needs_calendar());
    let business = written.into_iter().find(needs);
    let file = ModelFile::Processes;
    match (business, stay.get("calendar")) {
        (Some(length), None) => {
            let text = length.text().unwrap_or_default();
            let what =
                format!("`{text}` is business time, and this stay does not say whose hours count");
            let fix = "add `calendar: …` beside it, the name of a calendar of people.yaml, or write for example `30d`";
            problems.at(&CHECK, file, length.span, what, fix.to_owned());
        }
        (None, Some(calendar)) => {
            let what = "nothing of this stay is business time, so no calendar counts it".to_owned();
            let fix = "write for example `at_most: 10 business days`, or remove `calendar`";
            problems.at(&CHECK, file, calendar.span, what, fix.to_owned());
        }
        _ => {}
    }
}
