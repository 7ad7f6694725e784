//! What follows by itself, in words.

use super::words::{choice, inline};
use model::{Acts, DeviationRule, DeviationStep, FieldsToSet, Recipient, SetTo, Stage};

/// What follows upon entering and leaving a stage, one entry a line.
pub(super) fn of_stage(stage: &Stage) -> String {
    let entering = stage.upon_entering.iter().map(|it| ("entered", it));
    let leaving = stage.upon_leaving.iter().map(|it| ("left", it));
    let lines = entering.chain(leaving).map(|(word, follow)| {
        let when = follow.when.as_ref();
        let when = when.map(|when| format!(" and {}", inline(when)));
        let done = [tells(&follow.tell), sets(&follow.set)];
        let done: Vec<String> = done.into_iter().flatten().collect();
        format!("{word}{}: {}", when.unwrap_or_default(), done.join(", "))
    });
    let creates = stage.creates.as_ref().map(|it| {
        let given = it.copy.iter().chain(it.set.iter().map(|field| &field.name));
        let given: Vec<&str> = given.map(String::as_str).collect();
        let with = match given.is_empty() {
            true => String::new(),
            false => format!(" with {}", given.join(", ")),
        };
        format!("entered: create a record on {}{with}", it.journey)
    });
    lines.chain(creates).collect::<Vec<_>>().join("\n")
}

/// The steps of a deviation, one a line.
pub(super) fn steps(rule: &DeviationRule) -> String {
    let mut lines: Vec<String> = rule.steps.iter().map(step).collect();
    let how = match rule.acts {
        Acts::Observe => "(only recorded)",
        Acts::Warn => "(only said)",
        Acts::Act => return lines.join("\n"),
    };
    if !lines.is_empty() {
        lines.push(how.to_owned());
    }
    lines.join("\n")
}

fn step(step: &DeviationStep) -> String {
    let after = match step.after {
        None => "at once".to_owned(),
        Some(after) if step.after_previous => format!("{after} later"),
        Some(after) => format!("after {after}"),
    };
    let moves = step.move_to.as_ref().map(|to| format!("move to {to}"));
    let done = [moves, sets(&step.set), tells(&step.tell)];
    let done: Vec<String> = done.into_iter().flatten().collect();
    format!("{after}: {}", done.join(", "))
}

fn tells(people: &[Recipient]) -> Option<String> {
    let people: Vec<String> = people.iter().map(choice).collect();
    (!people.is_empty()).then(|| format!("tell {}", people.join(", ")))
}

fn sets(set: &FieldsToSet) -> Option<String> {
    let fields = set.fields.iter().map(|field| match &field.to {
        SetTo::Today => format!("{} to the day", field.name),
        SetTo::Value(value) => format!("{} to {value}", field.name),
    });
    let fields: Vec<String> = fields.collect();
    let over = if set.over { " whatever it holds" } else { "" };
    (!fields.is_empty()).then(|| format!("set {}{over}", fields.join(", ")))
}
