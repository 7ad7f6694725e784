//! A model as tables and pictures: compared with what was looked at once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

mod golden;

use std::path::PathBuf;

use model::OperatingModel;
use model_compiler::{picture, read};
use testkit::{example_files, files_in};

fn package() -> PathBuf {
    golden::root().join("shared/model-compiler")
}

fn golden_file(name: &str) -> PathBuf {
    package().join("goldens").join(name)
}

fn model() -> OperatingModel {
    let files = files_in(&package().join("tests/reference"));
    let mut model = read(&files.into_iter().collect()).unwrap();
    model.revision.hash = "0123456789abcdef".to_owned();
    model
}

#[test]
fn a_terminal_gets_tables() {
    let text = picture::text(&model());
    golden::compare(&golden_file("model.txt"), &text);
    for line in text.lines() {
        assert!(line.trim_end() == line && !line.contains('\t'), "{line:?}");
    }
}

#[test]
fn a_page_gets_tables_and_pictures() {
    golden::compare(&golden_file("model.md"), &picture::markdown(&model()));
}

#[test]
fn ten_runs_give_the_same_bytes() {
    let first = picture::markdown(&model());
    for _ in 0..9 {
        assert_eq!(picture::markdown(&model()), first);
    }
}

#[test]
fn nothing_in_a_name_or_a_test_breaks_a_picture() {
    let mut files = example_files();
    let text = String::from_utf8(files["processes.yaml"].clone()).unwrap();
    let changed = text
        .replace(
            "rule: existing_customer",
            "rule: \"end: \\\"x\\\" --> [y]; #\"",
        )
        .replace(
            "{ account.owner: { present: yes } }",
            "{ account.name: { contains: \"\\\"](|){;\" } }",
        );
    assert_ne!(changed, text);
    files.insert("processes.yaml".to_owned(), changed.into_bytes());
    let picture = picture::mermaid(&read(&files.into_iter().collect()).unwrap());
    let rule = picture
        .lines()
        .find(|line| line.contains("end#58; "))
        .unwrap();
    assert_eq!(rule.matches('"').count(), 2, "{rule}");
    assert_eq!(rule.matches('|').count(), 0, "{rule}");
}

#[test]
fn every_section_of_the_example_is_shown() {
    let model = read(&example_files().into_iter().collect()).unwrap();
    let text = picture::text(&model);
    let names = model.segments.entries.iter().map(|it| it.name.as_str());
    let names = names
        .chain(model.territories.entries.iter().map(|it| it.name.as_str()))
        .chain(model.routing.values().flatten().map(|it| it.rule.as_str()))
        .chain(model.pools.keys().map(String::as_str))
        .chain(model.clocks.keys().map(String::as_str))
        .chain(model.deviations.keys().map(String::as_str))
        .chain(model.digests.keys().map(String::as_str))
        .chain(model.people.values().map(|it| it.name.as_str()));
    for name in names {
        assert!(text.contains(name), "{name}");
    }
}
