//! The reference of the language, `config/README.md`, is what the grammar and the checks are, and
//! every example in it is a model that has no problem.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

mod golden;

use std::{collections::BTreeMap, fs, path::Path};

use model::ModelFile;
use model_compiler::{
    CHECKS, Texts, check, read,
    reference::{CheckPage, Material, markdown},
    scenarios,
};
use testkit::{broken_models, files_in};

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The model that the reference takes its examples from.
fn model() -> BTreeMap<String, Vec<u8>> {
    files_in(&package().join("tests/reference"))
}

/// What a check's own file says at its top.
fn about(check: &str) -> String {
    let file = check.replace('-', "_");
    let paths =
        ["checks", "proofs"].map(|folder| package().join(format!("src/{folder}/{file}.rs")));
    let path = paths.iter().find(|path| path.exists()).expect(check);
    let source = fs::read_to_string(path).unwrap();
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<&str> = lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    assert!(
        !lines.is_empty(),
        "{} does not say what it checks",
        path.display()
    );
    lines.join("\n")
}

/// The first message of a check's broken model.
fn message(check: &str) -> Option<String> {
    let messages = broken_models::folder(check).join("expected.txt");
    let messages = fs::read_to_string(messages).ok()?;
    let first = messages.split("\n\n").next()?;
    Some(first.to_owned())
}

fn reference() -> String {
    let page = |name: &str| CheckPage {
        about: about(name),
        message: message(name),
    };
    let checks = CHECKS.iter();
    markdown(&Material {
        example: model().into_iter().collect(),
        checks: checks
            .map(|it| (it.name.to_owned(), page(it.name)))
            .collect(),
    })
}

#[test]
fn the_reference_in_the_model_folder_is_that_of_the_language() {
    golden::compare(&golden::root().join("config/README.md"), &reference());
}

/// That no function acts upon a word yet stands beside each such word of the reference.
fn is_told_there(check: &str) -> bool {
    check == "no-function-yet"
}

#[test]
fn the_model_of_its_examples_has_no_problem() {
    let texts: Texts = model().into_iter().collect();
    let problems: Vec<String> = check(&texts)
        .problems
        .iter()
        .filter(|it| !is_told_there(it.check))
        .map(ToString::to_string)
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn every_example_in_it_is_part_of_a_model_without_errors() {
    let reference = reference();
    let blocks: Vec<&str> = reference
        .split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(blocks.len() > 20, "{}", blocks.len());
    for block in blocks {
        let key = block.split(':').next().unwrap();
        if key == "scenarios" {
            let files = Texts::from_iter([("scenarios/all.yaml", block)]);
            let model = read(&model().into_iter().collect()).unwrap();
            let read = scenarios::read(&model, &files).unwrap();
            assert_eq!(read.len(), block.matches("- scenario:").count());
            continue;
        }
        let mut files = model();
        let file = ModelFile::ALL
            .into_iter()
            .find(|file| section(&files[file.name()], key).is_some())
            .unwrap_or_else(|| panic!("no file has {key}"));
        let old = section(&files[file.name()], key).unwrap();
        let text = String::from_utf8(files[file.name()].clone()).unwrap();
        files.insert(
            file.name().to_owned(),
            text.replace(&old, block).into_bytes(),
        );
        // The names of a section are used elsewhere; in the introduction it stands for itself.
        let mut problems = check(&files.into_iter().collect()).problems;
        problems.retain(|it| {
            let elsewhere = ["unused-name", "unknown-reference", "incomplete-table"];
            !elsewhere.contains(&it.check) && !is_told_there(it.check)
        });
        assert!(problems.is_empty(), "{block}\n{}", problems[0]);
    }
}

/// A section of a file, from its key to the next.
fn section(file: &[u8], key: &str) -> Option<String> {
    let text = std::str::from_utf8(file).unwrap();
    let head = format!("{key}:");
    let mut lines = text
        .split_inclusive('\n')
        .skip_while(|line| !line.starts_with(&head));
    let first = lines.next()?;
    let rest = lines.take_while(|line| !line.starts_with(|c: char| c.is_ascii_lowercase()));
    Some(std::iter::once(first).chain(rest).collect())
}

#[test]
fn no_check_is_still_to_be_written() {
    for check in CHECKS {
        for text in [about(check.name), check.about.to_owned()] {
            assert!(
                !text.contains("TO BE WRITTEN"),
                "{}: say in its file what it makes sure of: {text}",
                check.name
            );
        }
    }
}

#[test]
fn it_speaks_of_every_word_and_every_check() {
    let reference = reference();
    for check in CHECKS {
        assert!(
            reference.contains(&format!("\n### {}", check.name)),
            "{}",
            check.name
        );
    }
    for word in [
        "after_previous",
        "nobody_working",
        "domain_of",
        "older_than",
        "when_empty",
    ] {
        assert!(reference.contains(&format!("| `{word}` |")), "{word}");
    }
}
