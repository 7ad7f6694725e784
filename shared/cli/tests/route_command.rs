//! `fairlead route`, as a person runs it on files.

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
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What comes of a record that is given on standard input.
fn route(record: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairlead"));
    let command = command.args(["route", "--record", "-"]).args(arguments);
    let command = command.current_dir(root()).env_remove("FAIRLEAD_STACK");
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(record.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn is_golden(name: &str, record: &str) {
    let (code, out, err) = route(record, &[]);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("goldens/route");
    let path = path.join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &out).unwrap();
        return;
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        golden, out,
        "{name}: run this test with BLESS=1 if the new text is right"
    );
}

#[test]
fn what_would_become_of_a_lead_reads_as_it_did() {
    is_golden(
        "pool.txt",
        "at: 2026-11-23 10:00\nlead: { email: lena@kranich.example, source: web }\n\
         account: { country: \"DE\", industry: software, employees: 300 }\naway: [ben]\nopen_leads: { anna: 25 }\n",
    );
    is_golden(
        "waits.txt",
        "at: 2026-11-23 10:00\nlead: { email: lena@kranich.example }\n",
    );
    is_golden(
        "nobody.txt",
        "at: 2026-11-23 10:00\nlead: { email: someone@gmail.com }\n",
    );
    is_golden(
        "owned.txt",
        "at: 2026-11-23 10:00\nlead: { owner: ines }\naccount: { country: \"DE\" }\n",
    );
    is_golden(
        "queue.txt",
        "at: 2026-11-23 10:00\nopportunity: { amount: 20000 }\naccount: { country: \"FR\" }\n",
    );
    is_golden(
        "closed.txt",
        "at: 2026-11-23 10:00\nlead: { stage: converted }\n",
    );
}

#[test]
fn a_scenario_may_be_given_as_it_is_and_the_time_that_is_typed_counts() {
    let scenario = "scenario: one of ours\nat: 2026-11-23 10:00\nlead: { source: web }\n\
         account: { country: \"AT\", industry: manufacturing, employees: 1200 }\nexpect: { rule: dach }\n";
    let (code, out, _) = route(scenario, &["--at", "2026-11-20 15:30 Europe/Berlin"]);
    assert_eq!(code, Some(0), "{out}");
    assert!(
        out.starts_with("Fri 20 Nov 2026 15:30, Europe/Berlin\n"),
        "{out}"
    );
    assert!(
        out.contains("; to be answered by Mon 23 Nov 2026 09:30\n"),
        "{out}"
    );
}

#[test]
fn json_is_read_and_written() {
    let record = r#"{
        "at": "2026-11-23T09:00:00Z",
        "lead": { "email": "lena@kranich.example", "source": null },
        "account": { "country": "DE", "industry": "software", "employees": 300 }
    }"#;
    let (code, out, _) = route(record, &["--json"]);
    assert_eq!(code, Some(0), "{out}");
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["owner"], "anna");
    assert_eq!(told["rule"], "dach");
    assert_eq!(told["turn"]["person"], "anna");
    assert_eq!(told["live"], false);
    assert!(told["reasons"].as_array().unwrap().len() > 2);
}

#[test]
fn yes_and_no_may_be_those_of_json() {
    let record = r#"{"at": "2026-11-23 10:00", "opportunity": {"budget_confirmed": true}}"#;
    let (code, out, err) = route(record, &[]);
    assert_eq!(code, Some(0), "{out}{err}");
}

#[test]
fn a_record_of_a_kind_that_is_not_routed_says_so() {
    let (code, _, err) = route("campaign: {}", &[]);
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("no routing for a record of kind campaign; it routes: lead"),
        "{err}"
    );
}

#[test]
fn what_cannot_be_understood_is_shown_at_its_place_with_its_fix() {
    let (code, out, _) = route("lead: { sorce: web }\nmoves: {}\n", &[]);
    assert_eq!(code, Some(1), "{out}");
    assert!(
        out.contains("standard input:1:") && out.contains("write `source`"),
        "{out}"
    );
    assert!(out.contains("`moves` is no word"), "{out}");
    let (code, _, err) = route("lead: {}\naway: [ben]\n", &["--live"]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("leave `away` and `open_leads` out of the file"),
        "{err}"
    );
}

#[test]
fn a_reroute_that_is_not_dry_says_that_there_is_none() {
    let fairlead = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fairlead"));
        let output = command
            .args(arguments)
            .current_dir(root())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, err) = fairlead(&["reroute"]);
    assert_eq!(code, Some(2));
    assert!(err.starts_with("fairlead: only --dry exists"), "{err}");
    let (code, err) = fairlead(&["reroute", "--dry", "--where", "{ lead.teritory: dach }"]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("--where: ") && err.contains("lead.territory"),
        "{err}"
    );
}

#[test]
fn a_count_of_what_the_person_has_done_is_a_field_like_any_other() {
    let record = "at: \"2026-11-23 10:00 Europe/Berlin\"\nlead: { email: lea@oakline.example, pricing_views: 3 }\naccount: { tier: standard, country: \"US\", industry: retail, employees: 40 }\n";
    let folder = std::env::temp_dir().join(format!("fairlead-route-{}", std::process::id()));
    let mut init = Command::new(env!("CARGO_BIN_EXE_fairlead"));
    let init = init.args(["init", "--stage", "enterprise"]).arg(&folder);
    assert!(init.output().unwrap().status.success());
    let (code, out, err) = route(record, &[folder.to_str().unwrap()]);
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(
        out.contains("viewed pricing 3 times in the last 7 days"),
        "{out}"
    );
}
