//! `fairlead simulate`, as a person runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may panic, and runs the program on files"
)]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn simulate(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairlead"));
    let command = command.arg("simulate").args(arguments).current_dir(folder);
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

const SHORT: [&str; 4] = ["--days", "3", "--leads-per-day", "6"];

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (code, once, _) = simulate(&root(), &SHORT);
    assert_eq!(code, Some(0), "{once}");
    assert_eq!(simulate(&root(), &SHORT).1, once);
    let other = [&SHORT[..], &["--seed", "8"]].concat();
    assert_ne!(simulate(&root(), &other).1, once);
    for part in [
        "3 days from 2026-11-30, 6 leads a day, seed 7",
        "Leads by rule",
        "Leads by pool and person",
        "Clocks",
        "Moves turned back, by stage and criterion",
        "Mon 30 Nov 2026",
        "Wed 02 Dec 2026",
    ] {
        assert!(once.contains(part), "{part} is not in {once}");
    }
}

/// Every starter can be tried before it is trusted.
#[test]
fn a_starter_is_played() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("simulated");
    let _ = std::fs::remove_dir_all(&folder);
    let mut init = Command::new(env!("CARGO_BIN_EXE_fairlead"));
    let init = init.args(["init", "--stage", "early"]).arg(&folder);
    assert!(init.output().unwrap().status.success());
    let arguments = [&[folder.to_str().unwrap()], &SHORT[..]].concat();
    let (code, out, error) = simulate(&root(), &arguments);
    assert_eq!(code, Some(0), "{error}");
    assert!(out.contains("sales  seller"), "{out}");
}

#[test]
fn what_cannot_be_played_is_said() {
    let broken = root().join("tests");
    let (code, out, _) = simulate(&root(), &[broken.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(out.contains("problems in"), "{out}");
    let (code, _, error) = simulate(&root(), &["no-such-folder"]);
    assert_eq!(code, Some(2));
    assert!(
        error.contains("there is no folder no-such-folder"),
        "{error}"
    );
    let (code, _, error) = simulate(&root(), &["--days", "0"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("--days"), "{error}");
}
