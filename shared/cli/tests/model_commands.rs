//! `fairlead check` and `fairlead build`, as a person runs them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and runs the program on files"
)]

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn fairlead(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output: Output = Command::new(env!("CARGO_BIN_EXE_fairlead"))
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A file that no other test writes.
fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn the_example_model_is_clean() {
    let (code, out, _) = fairlead(&["check"]);
    assert_eq!(code, Some(0), "{out}");
    assert!(
        out.starts_with("config: 6 files, 5 routing rules,") && out.ends_with("no problems\n"),
        "{out}"
    );
}

#[test]
fn problems_are_printed_with_their_place_and_counted() {
    let (code, out, _) = fairlead(&[
        "check",
        "tests/broken-models/three-mistakes",
        "--over",
        "config",
    ]);
    assert_eq!(code, Some(1), "{out}");
    assert!(
        out.contains("tests/broken-models/three-mistakes/strategy.yaml:10:1: "),
        "{out}"
    );
    assert!(out.ends_with("\n3 problems in 1 file\n"), "{out}");
}

#[test]
fn what_cannot_run_says_so() {
    let (code, _, error) = fairlead(&["check", "no-such-folder"]);
    assert_eq!(code, Some(2));
    assert!(
        error.contains("there is no folder no-such-folder"),
        "{error}"
    );
}

#[test]
fn the_same_model_is_built_into_the_same_bytes() {
    let (one, two) = (file("one.json"), file("two.json"));
    for path in [&one, &two] {
        let (code, out, _) = fairlead(&[
            "build",
            "config",
            "--out",
            path.to_str().unwrap(),
            "--number",
            "3",
        ]);
        assert_eq!(code, Some(0), "{out}");
    }
    assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
}

#[test]
fn a_broken_model_is_not_built() {
    let path = file("broken.json");
    let (code, out, _) = fairlead(&[
        "build",
        "tests/broken-models/circle",
        "--out",
        path.to_str().unwrap(),
        "--number",
        "1",
    ]);
    assert_eq!(code, Some(1));
    assert!(
        out.contains("people.yaml:25:101: this is a circle"),
        "{out}"
    );
    assert!(!path.exists());
}
