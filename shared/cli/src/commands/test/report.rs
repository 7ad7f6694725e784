//! What came of the scenarios, for people and for programs.

use std::{fmt::Write, path::Path};

use contracts::{Finding, Found, Reason, Verdict};
use decisions::scenarios::Failure;
use model_compiler::Problem;
use serde_json::{Value, json};

use super::played::Played;

/// The scenarios that failed, each with what was expected, what came, and why; of those that
/// passed, the names if they are asked for.
pub fn text(folder: &Path, played: &[Played], passed_too: bool) -> String {
    let folder = folder.to_string_lossy();
    let folder = folder.trim_end_matches('/');
    let mut text = String::new();
    for Played { scenario, failures } in played {
        let place = format!("{folder}/{}:{}", scenario.file, scenario.line);
        if !failures.is_empty() {
            add(&mut text, format_args!("✗ {}\n  {place}\n", scenario.name));
            for failure in failures {
                add_failure(&mut text, folder, &scenario.file, failure);
            }
            text.push('\n');
        } else if passed_too {
            add(&mut text, format_args!("✓ {}\n", scenario.name));
        }
    }
    text
}

/// How many there are, and how many passed.
pub fn summary(played: &[Played]) -> String {
    let failed = played.iter().filter(|it| !it.failures.is_empty()).count();
    let all = played.len();
    let scenarios = if all == 1 { "scenario" } else { "scenarios" };
    let passed = all.saturating_sub(failed);
    let failed = if failed == 0 {
        String::new()
    } else {
        format!(", {failed} failed")
    };
    format!("{all} {scenarios}, {passed} passed{failed}")
}

fn add_failure(text: &mut String, folder: &str, file: &str, failure: &Failure) {
    let Failure {
        line,
        of,
        expected,
        got,
        reasons,
    } = failure;
    add(
        text,
        format_args!(
            "    {of}\n      expected  {expected}    {folder}/{file}:{line}\n      got       {got}\n"
        ),
    );
    if reasons.is_empty() {
        return;
    }
    add(text, format_args!("    because\n"));
    for reason in reasons {
        add_reason(text, folder, reason);
    }
}

fn add_reason(text: &mut String, folder: &str, reason: &Reason) {
    let place = reason.place.map(|place| format!("    {folder}/{place}"));
    let place = place.unwrap_or_default();
    add(
        text,
        format_args!("      {} {}{place}\n", sign(reason.verdict), reason.rule),
    );
    for finding in &reason.findings {
        let Finding { field, needed, .. } = finding;
        let found = found(&finding.found);
        let sign = sign(finding.verdict);
        add(
            text,
            format_args!("          {sign} {field}: found {found}, needed {needed}\n"),
        );
    }
    if let Some(note) = &reason.note {
        add(text, format_args!("          {note}\n"));
    }
}

fn add(text: &mut String, more: std::fmt::Arguments<'_>) {
    // Writing into a text cannot fail.
    let _ = text.write_fmt(more);
}

const fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "✓",
        Verdict::NotHeld => "✗",
        Verdict::Unknown => "?",
    }
}

fn found(found: &Found) -> &str {
    match found {
        Found::Value(value) => value,
        Found::NoValue => "no value",
        Found::Personal => "a personal value",
    }
}

/// Every scenario, what was expected of it and did not come, and the reasons; and what could not be
/// read.
pub fn json(played: &[Played], unread: &[Problem]) -> Value {
    let scenarios = played.iter().map(|Played { scenario, failures }| {
        let failures = failures.iter().map(|failure| {
            json!({
                "of": failure.of,
                "line": failure.line,
                "expected": failure.expected,
                "got": failure.got,
                "reasons": failure.reasons,
            })
        });
        let failures: Vec<Value> = failures.collect();
        json!({
            "scenario": scenario.name,
            "file": scenario.file,
            "line": scenario.line,
            "passed": failures.is_empty(),
            "failures": failures,
        })
    });
    let failed = played.iter().filter(|it| !it.failures.is_empty()).count();
    json!({
        "scenarios": scenarios.collect::<Vec<_>>(),
        "passed": played.len().saturating_sub(failed),
        "failed": failed,
        "problems": listed(unread),
    })
}

/// Why the scenarios could not be played.
pub fn problems(problems: &[Problem]) -> Value {
    json!({ "problems": listed(problems) })
}

fn listed(problems: &[Problem]) -> Vec<Value> {
    let problems = problems.iter().map(|problem| {
        json!({
            "check": problem.check,
            "file": problem.file,
            "line": problem.span.map(|span| span.line),
            "column": problem.span.map(|span| span.column),
            "message": problem.what,
            "fix": problem.fix,
        })
    });
    problems.collect()
}
