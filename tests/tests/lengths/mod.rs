//! A file is about one thing, and can be read at one sitting.

use std::{fs, path::Path, process::Command};

/// The most lines that a source file may have, tests included. No file is excepted: what is longer
/// is about two things, and is split by subject.
const MOST_LINES: usize = 400;

#[test]
fn no_source_is_too_long() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--full-name", ":/*.rs"])
        .current_dir(tests)
        .output()
        .expect("git");
    assert!(listed.status.success(), "git ls-files: {listed:?}");
    let listed = String::from_utf8(listed.stdout).expect("names in UTF-8");
    let names: Vec<&str> = listed.split_terminator('\0').collect();
    assert!(!names.is_empty(), "git names no source");
    let repository = tests.parent().expect("the repository");
    let mut said = String::new();
    for name in names {
        // What is deleted and not yet committed is still listed.
        let Ok(source) = fs::read_to_string(repository.join(name)) else {
            continue;
        };
        let lines = source.lines().count();
        if lines > MOST_LINES {
            said += &format!("\n{name} has {lines} lines, and {MOST_LINES} is the most");
        }
    }
    assert!(said.is_empty(), "{said}");
}
