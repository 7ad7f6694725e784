//! Every broken model says what is wrong with it, in the words of its `expected.txt`.
//!
//! A folder under `tests/broken-models/` holds the files that differ from the example model in
//! `config/`; `without.txt` names files that are left out. `BLESS=1` writes the messages anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

mod example;

use std::{collections::BTreeSet, fs, path::PathBuf};

use model::ModelFile;
use model_compiler::{CHECKS, Check, Problem, ProblemSeverity, Texts, WARNINGS};

/// The checks that no file can break: what they find is made here.
const MADE_HERE: [&str; 2] = ["file-too-large", "unresolved"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/broken-models")
}

fn cases() -> Vec<String> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn problems_of(case: &str) -> Vec<Problem> {
    let folder = folder().join(case);
    let without = fs::read_to_string(folder.join("without.txt")).unwrap_or_default();
    let mut files = example::files();
    files.extend(example::files_in(&folder));
    let texts: Texts = files
        .into_iter()
        .filter(|(name, _)| !without.lines().any(|line| line == name))
        .collect();
    model_compiler::check(&texts, 1).problems
}

#[test]
fn every_broken_model_says_what_is_wrong() {
    let bless = std::env::var("BLESS").is_ok();
    for case in cases() {
        let messages: Vec<String> = problems_of(&case).iter().map(ToString::to_string).collect();
        let found = messages.join("\n\n") + "\n";
        let path = folder().join(&case).join("expected.txt");
        if bless {
            fs::write(&path, &found).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            found, expected,
            "{case}: run this test with BLESS=1 if the new messages are right"
        );
    }
}

#[test]
fn every_check_has_a_broken_model_that_it_alone_reports() {
    let all: Vec<&&Check> = CHECKS.iter().chain(WARNINGS).collect();
    let checks: BTreeSet<&str> = all.iter().map(|check| check.name).collect();
    assert_eq!(checks.len(), all.len(), "two checks have the same name");
    let cases = cases();
    for check in checks.iter().filter(|check| !MADE_HERE.contains(check)) {
        assert!(
            cases.iter().any(|case| case == check),
            "{check} has no folder under tests/broken-models"
        );
        let problems = problems_of(check);
        assert!(!problems.is_empty(), "{check} says nothing");
        for problem in problems {
            assert_eq!(problem.check, *check, "another check speaks too: {problem}");
        }
    }
}

#[test]
fn a_warning_does_not_keep_a_model_from_being_built_and_an_error_hides_it() {
    let warned: Texts = example::files()
        .into_iter()
        .chain(example::files_in(&folder().join("owner-only")))
        .collect();
    let checked = model_compiler::check(&warned, 1);
    assert_eq!(checked.problems.len(), 1, "{:#?}", checked.problems);
    assert_eq!(checked.problems[0].severity, ProblemSeverity::Warning);
    assert!(checked.model.is_some() && model_compiler::read(&warned, 1).is_ok());

    let mut both = warned;
    both.insert("metrics.yaml", b"metrics: []");
    let checked = model_compiler::check(&both, 1);
    assert_eq!(checked.model, None);
    let severities = checked.problems.iter().map(|problem| problem.severity);
    assert!(
        severities
            .into_iter()
            .all(|it| it == ProblemSeverity::Error)
    );
}

#[test]
fn three_unrelated_mistakes_are_three_problems() {
    assert_eq!(problems_of("three-mistakes").len(), 3);
}

#[test]
fn a_file_that_is_no_yaml_does_not_hide_the_mistakes_of_others_nor_make_new_ones() {
    let mut files = example::files();
    files.insert("people.yaml".to_owned(), b"people: [".to_vec());
    let metrics = String::from_utf8(files["metrics.yaml"].clone()).unwrap();
    files.insert(
        "metrics.yaml".to_owned(),
        metrics.replace("floor: 70%", "floor: 700%").into_bytes(),
    );
    let problems = model_compiler::read(&files.into_iter().collect(), 1).unwrap_err();
    let found: Vec<&str> = problems.iter().map(|problem| problem.check).collect();
    assert_eq!(found, ["out-of-range", "yaml-syntax"], "{problems:#?}");
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let mut files = example::files();
    files
        .get_mut("strategy.yaml")
        .unwrap()
        .extend(vec![b'\n'; model_compiler::LARGEST_FILE]);
    let problems = model_compiler::read(&files.into_iter().collect(), 1).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(problems[0].check, "file-too-large");
}

#[test]
fn a_file_is_taken_for_the_one_its_name_is_like() {
    for (name, meant) in [
        ("governance.yml", Some(ModelFile::Governance)),
        ("Strategy.YAML", Some(ModelFile::Strategy)),
        ("stratgy.yaml", Some(ModelFile::Strategy)),
        ("strategy.yaml", None),
        ("strategy.json", None),
        ("docker-compose.yml", None),
        ("people", None),
    ] {
        assert_eq!(model_compiler::file_meant_by(name), meant, "{name}");
    }
}

#[test]
fn a_secret_is_not_shown_by_other_checks_either() {
    let mut files = example::files();
    let people = String::from_utf8(files["people.yaml"].clone()).unwrap();
    let changed = people.replace("reports_to: jonas", "reports_to: pat-na1-not-a-real-token");
    files.insert("people.yaml".to_owned(), changed.into_bytes());
    let problems = model_compiler::read(&files.into_iter().collect(), 1).unwrap_err();
    assert!(
        problems
            .iter()
            .any(|problem| problem.check == "unknown-reference")
    );
    for problem in problems {
        assert!(!problem.to_string().contains("pat-na1"), "{problem}");
    }
}

#[test]
fn what_looks_like_a_secret_is_not_shown() {
    for problem in problems_of("secret-in-file") {
        let text = problem.to_string();
        for secret in ["6a1b0c3e", "pat-na1", "pat-eu1", "Sommer-26"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
