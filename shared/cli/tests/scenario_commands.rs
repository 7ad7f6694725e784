//! `fairlead test`, as a person runs it.

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
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn fairlead(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairlead"));
    let output = command
        .arg("test")
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

/// A folder that has the example model in `config/` and these scenarios, and no other test's.
fn with_scenarios(name: &str, scenarios: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let config = folder.join("config");
    for below in ["holidays", "scenarios"] {
        fs::create_dir_all(config.join(below)).unwrap();
    }
    for below in ["", "holidays"] {
        for entry in fs::read_dir(root().join("config").join(below)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let to = config.join(below).join(path.file_name().unwrap());
                fs::copy(&path, to).unwrap();
            }
        }
    }
    fs::write(config.join("scenarios/wrong.yaml"), scenarios).unwrap();
    folder
}

/// The output without the time it took.
fn timeless(out: &str) -> String {
    let lines = out.lines().map(|line| match line.split_once(" (") {
        Some((before, after)) if after.ends_with(" ms)") => before,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn the_example_models_own_scenarios_pass() {
    let (code, out, _) = fairlead(&root(), &[]);
    assert_eq!(code, Some(0), "{out}");
    let (count, rest) = out.split_once(' ').unwrap();
    assert!(count.parse::<usize>().unwrap() >= 10, "{out}");
    assert!(
        rest.starts_with(&format!("scenarios, {count} passed (")) && rest.ends_with(" ms)\n"),
        "{out}"
    );
}

#[test]
fn a_wrong_expectation_is_shown_with_what_came_and_why() {
    let goldens = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("goldens/test");
    let scenarios = fs::read_to_string(goldens.join("wrong.yaml")).unwrap();
    let (code, out, _) = fairlead(&with_scenarios("wrong", &scenarios), &[]);
    assert_eq!(code, Some(1), "{out}");
    let (found, golden) = (timeless(&out), goldens.join("wrong.txt"));
    if std::env::var("BLESS").is_ok() {
        fs::write(&golden, &found).unwrap();
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert_eq!(
        found, expected,
        "run this test with BLESS=1 if the new output is right"
    );
}

#[test]
fn programs_get_the_same_as_json() {
    let goldens = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("goldens/test");
    let scenarios = fs::read_to_string(goldens.join("wrong.yaml")).unwrap();
    let folder = with_scenarios("json", &scenarios);
    let (code, out, _) = fairlead(&folder, &["--json", "--only", "BUDGET"]);
    assert_eq!(code, Some(1), "{out}");
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["failed"], 1);
    assert_eq!(found["passed"], 0);
    let scenario = &found["scenarios"][0];
    assert_eq!(scenario["file"], "scenarios/wrong.yaml");
    let failure = &scenario["failures"][0];
    assert_eq!(failure["of"], "gate");
    assert_eq!(failure["expected"], "passed");
    assert_eq!(failure["got"], "turned_back");
    assert_eq!(failure["reasons"][1]["place"]["file"], "processes.yaml");
}

#[test]
fn a_misspelt_scenario_is_a_problem_with_its_place() {
    let scenarios = "scenarios:\n  - scenario: one\n    at: 2026-11-23 10:00\n    lead: { sorce: web }\n    expect: { rule: dahc }\n";
    let folder = with_scenarios("misspelt", scenarios);
    let (code, out, _) = fairlead(&folder, &[]);
    assert_eq!(code, Some(1), "{out}");
    assert!(
        out.contains("config/scenarios/wrong.yaml:4:13: a lead has no field `sorce`")
            && out.contains("fix: write `source`"),
        "{out}"
    );
    let (code, out, _) = fairlead(&folder, &["--json"]);
    assert_eq!(code, Some(1), "{out}");
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["problems"][0]["line"], 4);
}

#[test]
fn a_mistaken_scenario_keeps_no_other_from_being_played() {
    let scenarios = "scenarios:
  - scenario: one
    at: 2026-11-23 10:00
    lead: { source: web }
    expect: { owner: anna, colour: red }
  - scenario: two
    at: 2026-11-23 10:00
    lead: { email: someone@gmail.com }
    expect: { rule: private_mail }
";
    let folder = with_scenarios("one-of-two", scenarios);
    let (code, out, _) = fairlead(&folder, &[]);
    assert_eq!(code, Some(1), "{out}");
    assert!(
        out.contains("wrong.yaml:5:28: `colour` is no word")
            && out.contains("1 scenario, 1 passed"),
        "{out}"
    );
    let (_, out, _) = fairlead(&folder, &["--json"]);
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["problems"][0]["line"], 5);
    assert_eq!(found["scenarios"][0]["scenario"], "two");
}

#[test]
fn a_file_of_scenarios_with_another_ending_is_not_passed_over() {
    let folder = with_scenarios("other-ending", "scenarios: []\n");
    let scenarios = folder.join("config/scenarios");
    fs::rename(scenarios.join("wrong.yaml"), scenarios.join("wrong.yml")).unwrap();
    let (code, _, error) = fairlead(&folder, &[]);
    assert_eq!(code, Some(2), "{error}");
    assert!(
        error.contains("config/scenarios/wrong.yml is not read")
            && error.contains("rename it to wrong.yaml"),
        "{error}"
    );
    fs::remove_file(scenarios.join("wrong.yml")).unwrap();
}

#[test]
fn what_cannot_run_says_so() {
    for (arguments, says) in [
        (&["no-such-folder"][..], "there is no folder no-such-folder"),
        (&["tests/broken-models"], "there are no scenarios"),
        (
            &["--only", "no such words"],
            "scenarios has `no such words` in its name",
        ),
    ] {
        let (code, _, error) = fairlead(&root(), arguments);
        assert_eq!(code, Some(2), "{error}");
        assert!(error.contains(says), "{error}");
    }
}
