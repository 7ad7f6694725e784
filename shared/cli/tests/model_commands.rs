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
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use testkit::broken_models;

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

/// A folder that no other test writes, with the files in which a broken model differs from the example.
fn broken(case: &str) -> String {
    static FOLDERS: AtomicUsize = AtomicUsize::new(0);
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let folder = file(&format!("broken-{number}")).join(case);
    broken_models::write(case, &folder);
    folder.into_os_string().into_string().unwrap()
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
        out.starts_with("config: 6 files, 7 routing rules,") && out.ends_with("no problems\n"),
        "{out}"
    );
}

#[test]
fn problems_are_printed_with_their_place_and_counted() {
    let folder = broken("three-mistakes");
    let (code, out, _) = fairlead(&["check", &folder, "--over", "config"]);
    assert_eq!(code, Some(1), "{out}");
    assert!(
        out.contains(&format!("{folder}/strategy.yaml:10:1: ")),
        "{out}"
    );
    let (_, end) = out.split_once("\n3 problems in 1 file\n").unwrap();
    assert!(
        end.contains("looked at once there is no error"),
        "there may be more to find: {out}"
    );
}

#[test]
fn a_program_reads_the_problems_as_json() {
    let circle = broken("circle");
    let check = ["check", &circle, "--over", "config"];
    let (code, out, _) = fairlead(&[&check[..], &["--json"]].concat());
    assert_eq!(code, Some(1), "{out}");
    let problems: serde_json::Value = serde_json::from_str(&out).unwrap();
    let first = &problems[0];
    assert_eq!(first["check"], "circle");
    assert_eq!(first["severity"], "error");
    assert_eq!(first["file"], format!("{circle}/people.yaml"));
    assert_eq!(
        (first["line"].as_u64(), first["column"].as_u64()),
        (Some(25), Some(101))
    );
    for text in ["message", "fix", "excerpt"] {
        assert!(first[text].is_string(), "{text}: {first}");
    }
    let (_, same, _) = fairlead(&[&check[..], &["--format", "json"]].concat());
    assert_eq!(out, same);
    assert_eq!(fairlead(&["check", "--json"]).1, "[]\n");
}

#[test]
fn github_shows_a_problem_at_its_line() {
    let circle = broken("circle");
    let (code, out, _) = fairlead(&["check", &circle, "--over", "config", "--format", "github"]);
    assert_eq!(code, Some(1), "{out}");
    assert!(
        out.starts_with(&format!(
            "::error file={circle}/people.yaml,line=25,endLine=25,col=101,endColumn="
        )),
        "{out}"
    );
}

#[test]
fn a_warning_fails_only_a_strict_check() {
    let folder = broken("owner-only");
    let check = ["check", &folder, "--over", "config"];
    let (code, out, _) = fairlead(&check);
    assert_eq!(code, Some(0), "{out}");
    assert!(
        out.contains("warning: ") && out.ends_with(": 1 warning\n"),
        "{out}"
    );
    for strict in ["--strict", "--warnings-as-errors"] {
        let (code, out, _) = fairlead(&[&check[..], &[strict]].concat());
        assert_eq!(code, Some(1), "{out}");
    }
}

#[test]
fn schemas_are_printed_and_written() {
    let (code, out, _) = fairlead(&["schema", "people.yaml"]);
    assert_eq!(code, Some(0));
    let folder = file("schemas");
    let (code, ..) = fairlead(&["schema", "--write", folder.to_str().unwrap()]);
    assert_eq!(code, Some(0));
    assert_eq!(fs::read_to_string(folder.join("people.json")).unwrap(), out);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 6);
    let (code, _, error) = fairlead(&["schema", "persons.yaml"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("strategy.yaml, metrics.yaml"), "{error}");
}

#[test]
fn a_model_is_begun_and_checks_clean_and_is_not_overwritten() {
    for stage in ["early", "growth", "scale", "enterprise"] {
        let folder = file(&format!("begun-{stage}"));
        let _ = fs::remove_dir_all(&folder);
        let path = folder.to_str().unwrap();
        let init = [
            "init",
            path,
            "--stage",
            stage,
            "--time-zone",
            "Europe/Lisbon",
        ];
        let (code, out, error) = fairlead(&init);
        assert_eq!(code, Some(0), "{error}");
        assert!(out.contains("What to do next:\n  1. write the id"), "{out}");
        let (code, out, _) = fairlead(&["check", path, "--strict"]);
        assert_eq!(code, Some(0), "{out}");
        let (code, out, _) = fairlead(&["test", path]);
        assert_eq!(code, Some(0), "{out}");
        let schema = fs::read_to_string(folder.join("people.yaml")).unwrap();
        assert!(
            schema.contains("$schema=schema/people.json")
                && folder.join("schema/people.json").exists()
        );
        let (code, _, error) = fairlead(&init);
        assert_eq!(code, Some(2));
        assert!(
            error.contains("has strategy.yaml,") && error.contains("nothing is overwritten"),
            "{error}"
        );
    }
}

#[test]
fn a_model_is_not_begun_with_an_option_that_does_not_fit() {
    let folder = file("begun-wrong");
    let (code, _, error) = fairlead(&["init", folder.to_str().unwrap(), "--time-zone", "Berlin"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("write `Europe/Berlin`"), "{error}");
    assert!(!folder.exists());
}

#[test]
fn a_model_is_shown_as_tables_pictures_or_a_page() {
    let (code, tables, _) = fairlead(&["model"]);
    assert_eq!(code, Some(0));
    assert!(
        tables.contains("\nPools\n") && !tables.contains("```"),
        "{tables}"
    );
    let (_, pictures, _) = fairlead(&["model", "--mermaid"]);
    assert!(pictures.contains("```mermaid\nstateDiagram-v2\n") && !pictures.contains("Pools"));
    let (_, page, _) = fairlead(&["model", "--markdown"]);
    assert!(page.contains("## Pools") && page.ends_with(&pictures));
    let (code, out, _) = fairlead(&["model", &broken("circle")]);
    assert_eq!(code, Some(1), "{out}");
}

#[test]
fn every_command_says_what_it_is_for() {
    let (code, out, _) = fairlead(&["--help"]);
    assert_eq!(code, Some(0));
    let commands = out.split("Commands:\n").nth(1).unwrap();
    let commands: Vec<&str> = commands
        .lines()
        .take_while(|line| !line.is_empty())
        .collect();
    assert!(commands.len() > 10, "{out}");
    for line in commands {
        let (name, about) = line.trim().split_once(' ').expect(line);
        assert!(about.trim().len() > 10, "{line}");
        if name != "help" {
            let (code, out, _) = fairlead(&[name, "--help"]);
            assert_eq!(code, Some(0), "{name}: {out}");
        }
    }
}

#[test]
fn a_file_gets_no_colours() {
    let (_, out, _) = fairlead(&["check", &broken("circle"), "--over", "config"]);
    assert!(!out.contains('\x1b'), "{out}");
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
fn a_change_of_no_file_of_the_model_is_not_tried_out() {
    let folder = file("over-misnamed");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let check = ["check", folder.to_str().unwrap(), "--over", "config"];
    let (code, _, error) = fairlead(&check);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains("has no file of a model"), "{error}");
    fs::write(folder.join("stratgy.yaml"), "company: [").unwrap();
    let (code, _, error) = fairlead(&check);
    assert_eq!(code, Some(2), "{error}");
    assert!(
        error.contains("stratgy.yaml is no file of a model")
            && error.contains("rename it to strategy.yaml"),
        "{error}"
    );
}

#[test]
fn the_same_model_is_built_into_the_same_bytes_and_has_one_revision_everywhere() {
    let (one, two) = (file("one.json"), file("two.json"));
    let built = [&one, &two].map(|path| {
        let (code, out, _) = fairlead(&["build", "config", "--out", path.to_str().unwrap()]);
        assert_eq!(code, Some(0), "{out}");
        out.split_once(": ").unwrap().1.to_owned()
    });
    assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
    assert_eq!(built[0], built[1]);
    let (revision, _) = built[0].split_once(',').unwrap();
    assert_eq!(revision.len(), "revision ".len() + 16, "{revision}");
    for command in ["check", "model"] {
        let (_, out, _) = fairlead(&[command, "config"]);
        assert!(out.lines().any(|line| line.contains(revision)), "{out}");
    }
}

#[test]
fn a_broken_model_is_not_built() {
    let path = file("broken.json");
    let (code, out, _) = fairlead(&["build", &broken("circle"), "--out", path.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(
        out.contains("people.yaml:25:101: this is a circle"),
        "{out}"
    );
    assert!(!path.exists());
}

#[test]
fn whoever_reads_may_have_seen_enough() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fairlead"))
        .current_dir(root())
        .args(["check", &broken("circle"), "--over", "config"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

/// What is deployed goes on under new names, or the check says that it does not.
#[test]
fn check_compares_names_with_what_is_deployed() {
    let folder = file("renamed");
    fs::create_dir_all(&folder).unwrap();
    let deployed = folder.join("deployed.artefact").display().to_string();
    let (code, out, _) = fairlead(&["build", "--out", &deployed]);
    assert_eq!(code, Some(0), "{out}");
    let written = |name: &str| fs::read_to_string(root().join("config").join(name)).unwrap();
    let rules = written("processes.yaml").replace("pool sales_development", "pool developers");
    fs::write(folder.join("processes.yaml"), rules).unwrap();
    let check = |was: &str, against: &[&str]| {
        let old = "  sales_development:\n    weights";
        let new = format!("  developers:\n{was}    weights");
        let people = written("people.yaml").replace(old, &new);
        fs::write(folder.join("people.yaml"), people).unwrap();
        let folder = folder.display().to_string();
        let check = ["check", &folder, "--over", "config"];
        let (code, out, _) = fairlead(&[&check[..], against].concat());
        assert_eq!(code, Some(0), "{out}");
        out
    };
    let against = ["--against", deployed.as_str()];
    let lost = check("", &against);
    let said = "the pool sales_development is deployed and gone here";
    assert!(lost.contains(said), "{lost}");
    let was = "    was: sales_development\n";
    let goes_on = check(was, &against);
    assert!(goes_on.ends_with("no problems\n"), "{goes_on}");
    assert!(check(was, &[]).contains("Of `was` only its form was looked at"));
}
