//! Every broken model says what is wrong with it, in the words of its `expected.txt`.
//!
//! The README in `tests/broken-models/` says how one is written. `BLESS=1` writes the messages anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

use std::{collections::BTreeSet, fs};

use model::ModelFile;
use model_compiler::{CHECKS, Check, Problem, ProblemSeverity, Texts};
use testkit::{broken_models, example_files};

/// The checks that no file can break: what they find is made here.
const MADE_HERE: [&str; 2] = ["file-too-large", "unresolved"];

fn problems_of(case: &str) -> Vec<Problem> {
    let texts: Texts = broken_models::files(case).into_iter().collect();
    model_compiler::check(&texts).problems
}

#[test]
fn every_broken_model_says_what_is_wrong() {
    let bless = std::env::var("BLESS").is_ok();
    for case in broken_models::names() {
        let messages: Vec<String> = problems_of(&case).iter().map(ToString::to_string).collect();
        assert!(
            !messages.is_empty(),
            "{case}: no check finds anything in it; let one find it, or change the model otherwise"
        );
        let found = messages.join("\n\n") + "\n";
        let path = broken_models::folder(&case).join("expected.txt");
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
    let checks: BTreeSet<&str> = CHECKS.iter().map(|check| check.name).collect();
    assert_eq!(checks.len(), CHECKS.len(), "two checks have the same name");
    let cases = broken_models::names();
    for check in checks.iter().filter(|check| !MADE_HERE.contains(check)) {
        assert!(
            cases.iter().any(|case| case == check),
            "{check} has no folder under tests/broken-models"
        );
        let problems = problems_of(check);
        assert!(
            !problems.is_empty(),
            "{check} finds nothing in its broken model: write what it looks for"
        );
        for problem in problems {
            assert_eq!(problem.check, *check, "another check speaks too: {problem}");
        }
    }
}

#[test]
fn those_that_warn_stand_behind_all_others() {
    let warns = |check: &&Check| check.severity() == ProblemSeverity::Warning;
    for check in CHECKS.iter().skip_while(|check| !warns(check)) {
        assert_eq!(check.severity(), ProblemSeverity::Warning, "{}", check.name);
    }
}

#[test]
fn a_warning_does_not_keep_a_model_from_being_built_and_an_error_hides_it() {
    let warned: Texts = broken_models::files("owner-only").into_iter().collect();
    let checked = model_compiler::check(&warned);
    assert_eq!(checked.problems.len(), 1, "{:#?}", checked.problems);
    assert_eq!(checked.problems[0].severity, ProblemSeverity::Warning);
    assert!(checked.model.is_some() && model_compiler::read(&warned).is_ok());

    let mut both = warned;
    both.insert("metrics.yaml", b"metrics: []");
    let checked = model_compiler::check(&both);
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
    let mut files = example_files();
    files.insert("people.yaml".to_owned(), b"people: [".to_vec());
    let metrics = String::from_utf8(files["metrics.yaml"].clone()).unwrap();
    files.insert(
        "metrics.yaml".to_owned(),
        metrics.replace("floor: 70%", "floor: 700%").into_bytes(),
    );
    let problems = model_compiler::read(&files.into_iter().collect()).unwrap_err();
    let found: Vec<&str> = problems.iter().map(|problem| problem.check).collect();
    assert_eq!(found, ["out-of-range", "yaml-syntax"], "{problems:#?}");
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let mut files = example_files();
    files
        .get_mut("strategy.yaml")
        .unwrap()
        .extend(vec![b'\n'; model_compiler::LARGEST_FILE]);
    let problems = model_compiler::read(&files.into_iter().collect()).unwrap_err();
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
    let mut files = example_files();
    let people = String::from_utf8(files["people.yaml"].clone()).unwrap();
    let changed = people.replace("reports_to: jonas", "reports_to: pat-na1-not-a-real-token");
    files.insert("people.yaml".to_owned(), changed.into_bytes());
    let problems = model_compiler::read(&files.into_iter().collect()).unwrap_err();
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
