//! `fairlead model --diff`, as a person runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test may panic, and runs programs on files"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn run(program: &str, folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn fairlead(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    run(env!("CARGO_BIN_EXE_fairlead"), folder, arguments)
}

/// A folder of its own with the example's model in `config/`.
fn copied(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _gone = fs::remove_dir_all(&folder);
    for (name, bytes) in testkit::example_files() {
        let path = folder.join("config").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn change(folder: &Path) {
    let path = folder.join("config/strategy.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let now = text.replace("[\"DE\", \"AT\", \"CH\"]", "[\"DE\", \"AT\"]");
    assert_ne!(text, now);
    fs::write(path, now).unwrap();
}

const SAID: &str = "an account needs: account.country: DE, AT or CH → account.country: DE or AT";

#[test]
fn a_folder_is_compared_with_another_and_with_a_built_model() {
    let folder = copied("diff-of-folders");
    let built = fairlead(&folder, &["build", "--out", "before.artefact", "config"]);
    assert_eq!(built.0, Some(0), "{}", built.2);
    let (code, out, _) = fairlead(&folder, &["model", "--diff", "before.artefact"]);
    assert_eq!(code, Some(0));
    assert!(
        out.starts_with("Nothing is another than in before.artefact"),
        "{out}"
    );
    change(&folder);
    let (code, out, _) = fairlead(&folder, &["model", "--diff", "before.artefact"]);
    assert_eq!(code, Some(0));
    for said in [
        "1 thing is said otherwise than in before.artefact\n\nTerritories\n  dach\n",
        SAID,
        "made-up lead records go elsewhere",
        "pool dach_account_executives (rule dach)  pool sales_development (rule everyone_else)",
        "account.country CH",
        "Every opportunity goes where it went",
    ] {
        assert!(out.contains(said), "{said}: {out}");
    }
}

#[test]
fn it_is_compared_with_what_stood_at_a_commit() {
    let folder = copied("diff-of-commits");
    let git = |arguments: &[&str]| {
        let who = [
            "-c",
            "user.name=Test",
            "-c",
            "user.email=test@fairlead.example",
        ];
        let (code, _, why) = run("git", &folder, &[&who[..], arguments].concat());
        assert_eq!(code, Some(0), "{why}");
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["add", "config"]);
    git(&["commit", "--quiet", "--message", "before"]);
    change(&folder);
    let (code, out, why) = fairlead(&folder, &["model", "--diff", "main", "--markdown"]);
    assert_eq!(code, Some(0), "{why}");
    assert!(
        out.starts_with("### 1 thing is said otherwise than in main\n"),
        "{out}"
    );
    assert!(out.contains(&format!("  - {SAID}\n")), "{out}");
    for (base, said) in [
        (
            "nowhere",
            "nowhere is no folder, no built model and no revision of Git here",
        ),
        ("--output=x", "--output=x is no folder"),
    ] {
        let (code, _, why) = fairlead(&folder, &["model", &format!("--diff={base}")]);
        assert_eq!(code, Some(2));
        assert!(why.contains(said), "{why}");
    }
}
