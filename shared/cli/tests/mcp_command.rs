//! `fairlead mcp`, as an assistant talks to it: one line of JSON for each message.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and runs the program on files"
)]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What comes back of each of these requests, in their order; nothing else may be on standard output.
fn talk(arguments: &[&str], requests: &[(&str, Value)]) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairlead"));
    let command = command.arg("mcp").args(arguments).current_dir(root());
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {},
                       "clientInfo": {"name": "test", "version": "1"}});
    let mut lines = vec![
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
    ];
    for (id, (method, params)) in (1..).zip(requests) {
        lines.push(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
    }
    let mut input = child.stdin.take().unwrap();
    for line in lines {
        writeln!(input, "{line}").unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut answers: Vec<Value> = text
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    answers.sort_by_key(|it| it["id"].as_i64());
    assert_eq!(answers.len(), requests.len() + 1, "{text}");
    answers
}

/// Whether a tool refused, and what it said.
fn call(arguments: &[&str], tool: &str, given: &Value) -> (bool, String) {
    let asked = json!({"name": tool, "arguments": given});
    let answers = talk(arguments, &[("tools/call", asked)]);
    let result = &answers[1]["result"];
    let text = result["content"][0]["text"].as_str().unwrap();
    (result["isError"] == true, text.to_owned())
}

fn answer(tool: &str, given: &Value) -> Value {
    let (refused, text) = call(&[], tool, given);
    assert!(!refused, "{text}");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn each_tool_says_when_to_use_it_and_only_reads() {
    let answers = talk(&[], &[("tools/list", json!({}))]);
    assert_eq!(answers[0]["result"]["serverInfo"]["name"], "fairlead");
    let tools = answers[1]["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    let all = [
        "check", "route", "metrics", "explain", "why_not", "pools", "queues",
    ];
    assert_eq!(names, all);
    for tool in tools {
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        assert_eq!(tool["inputSchema"]["type"], "object");
        assert!(tool["description"].as_str().unwrap().contains("Use it"));
    }
}

#[test]
fn a_model_is_checked_and_a_record_routed() {
    let checked = answer("check", &json!({}));
    assert_eq!(checked["errors"], 0, "{checked}");
    let record = json!({"at": "2026-11-23 10:00", "lead": {"source": "web", "email": "lena@kranich.example"},
                        "account": {"country": "DE", "industry": "software", "employees": 300}});
    let routed = answer("route", &json!({"record": record}));
    assert_eq!(routed["pool"], "dach_account_executives", "{routed}");
    assert_eq!(routed["rule"], "dach");
    assert_eq!(routed["revision"], checked["revision"]);
    assert!(!routed["reasons"].as_array().unwrap().is_empty());
}

#[test]
fn the_problems_of_a_broken_model_have_file_line_and_fix() {
    let broken = fs::read_dir(root().join("tests/broken-models")).unwrap();
    let broken = broken.map(|it| it.unwrap().path()).filter(|it| it.is_dir());
    let broken = broken.min().unwrap();
    let (refused, text) = call(&["--config", broken.to_str().unwrap()], "check", &json!({}));
    let told: Value = serde_json::from_str(&text).unwrap();
    assert!(!refused && !told["problems"].as_array().unwrap().is_empty());
    assert!(told["problems"][0]["fix"].is_string(), "{told}");
}

#[test]
fn what_cannot_be_answered_says_what_to_do() {
    let (refused, text) = call(&[], "route", &json!({"record": {"lead": {"sauce": "web"}}}));
    assert!(refused && text.contains("sauce"), "{text}");
    let (refused, text) = call(&[], "route", &json!({"lead": {}}));
    assert!(refused && text.contains("as the schema says"), "{text}");
    let (refused, text) = call(&[], "metrics", &json!({"exports": ["deals.csv"]}));
    assert!(
        refused && text.contains("fairlead mcp --exports DIR"),
        "{text}"
    );
    let asked = json!({"name": "delete", "arguments": {}});
    let answers = talk(&[], &[("tools/call", asked)]);
    let error = answers[1]["error"]["message"].as_str().unwrap();
    assert!(error.contains("check, route, metrics"), "{error}");
}

#[test]
fn no_file_outside_the_folder_of_exports_is_read() {
    let folder = std::env::temp_dir().join(format!("fairlead-mcp-{}", std::process::id()));
    let inside = folder.join("exports");
    fs::create_dir_all(&inside).unwrap();
    for file in [folder.join("secret.csv"), inside.join("deals.csv")] {
        fs::write(file, "id\n1\n").unwrap();
    }
    std::os::unix::fs::symlink(folder.join("secret.csv"), inside.join("link.csv")).unwrap();
    let exports = inside.to_str().unwrap();
    let whole = folder.join("secret.csv").to_string_lossy().into_owned();
    for path in ["../secret.csv", "link.csv", whole.as_str(), "nowhere.csv"] {
        let given = json!({"exports": [path]});
        let (refused, text) = call(&["--exports", exports], "metrics", &given);
        assert!(
            refused && text.contains("in the folder of exports"),
            "{text}"
        );
    }
    let (refused, text) = call(
        &["--exports", exports],
        "metrics",
        &json!({"exports": ["deals.csv"]}),
    );
    assert!(refused && text.contains("audit-mapping.yaml"), "{text}");
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_metric_is_computed_from_exports_and_no_other_is() {
    let folder = std::env::temp_dir().join(format!("fairlead-mcp-metrics-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mapping = "files:\n  deals.csv:\n    record: opportunity\n    time_zone: UTC\n    id: id\n    columns:\n      \
                   stage: { column: stage }\n      owner: { column: owner }\n";
    fs::write(folder.join("audit-mapping.yaml"), mapping).unwrap();
    fs::write(
        folder.join("deals.csv"),
        "id,stage,owner\n1,sql,anna\n2,sql,ben\n",
    )
    .unwrap();
    let exports = folder.to_str().unwrap();
    let given = json!({"exports": ["deals.csv"], "metrics": ["icp_adherence"], "by": ["owner"]});
    let (refused, text) = call(&["--exports", exports], "metrics", &given);
    assert!(!refused, "{text}");
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["metrics"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["metrics"][0]["metric"], "icp_adherence");
    assert!(told["revision"].is_string());
    let given = json!({"exports": ["deals.csv"], "metrics": ["icp_adherance"]});
    let (refused, text) = call(&["--exports", exports], "metrics", &given);
    assert!(
        refused && text.contains("did you mean icp_adherence"),
        "{text}"
    );
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn without_a_stack_it_is_said_that_there_is_none() {
    for (tool, given) in [
        ("explain", json!({"about": "lead:1"})),
        ("why_not", json!({"record": "lead:1", "person": "anna"})),
        ("pools", json!({})),
        ("queues", json!({})),
    ] {
        let (refused, text) = call(&["--endpoints", "/nowhere/stack.json"], tool, &given);
        assert!(refused && text.contains("make run"), "{tool}: {text}");
    }
}

/// What reaches a stack is named in one file, which gives the tools a table that refuses to be written.
#[test]
fn no_tool_can_write() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands/mcp");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let gives = path.ends_with("reads.rs");
        assert_eq!(gives, text.contains("Reading::new(table)"), "{path:?}");
        let of_stack = ["DynamoStore", "TableOptions"].iter().filter(|_| !gives);
        let writes = ["StackOptions", "EventBridge", ".bus(", "fs::write"];
        let tests = path.ends_with("tests.rs");
        let writes = writes.iter().chain(&[".commit("]).filter(|_| !tests);
        for word in of_stack.chain(writes) {
            assert!(!text.contains(word), "{path:?}: {word}");
        }
    }
}
