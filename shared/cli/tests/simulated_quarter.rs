//! A quarter that is played, and how its pipeline moved: opening and every part come to the closing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and runs the program on files"
)]

use std::{fs, path::PathBuf, process::Command};

use serde_json::Value;

fn fairlead(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairlead"));
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = command.args(arguments).current_dir(root).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// An amount in millionths.
fn millionths(value: &Value) -> i128 {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let rest: i128 = format!("{rest:0<6}").parse().unwrap();
    whole.parse::<i128>().unwrap() * 1_000_000 + sign * rest
}

/// The open deals of an export, and what they come to.
fn open_in(text: &str) -> (u64, i128) {
    let (mut count, mut sum) = (0, 0);
    for row in text.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        // Whatever is closed, or no stage of the model, is in no pipeline.
        if ["discovery", "sql", "proposal", "negotiation"].contains(&cells[1]) {
            count += 1;
            sum += match cells[2] {
                "" => 0,
                amount => millionths(&Value::String(amount.to_owned())),
            };
        }
    }
    (count, sum)
}

#[test]
fn what_moved_in_a_simulated_quarter_comes_to_its_closing() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("quarter");
    let _ = fs::remove_dir_all(&folder);
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let play = [
        "simulate",
        "--from",
        "2026-09-01",
        "--days",
        "92",
        "--leads-per-day",
        "2",
        "--since",
        "2026-10-01",
        "--exports",
    ];
    fairlead(&[&play[..], &[&folder.to_string_lossy()]].concat());
    let [opening, closing] =
        ["opening.csv", "closing.csv"].map(|name| fs::read_to_string(at(name)).unwrap());

    let (opening_csv, closing_csv, mapping) = (
        at("opening.csv"),
        at("closing.csv"),
        at("audit-mapping.yaml"),
    );
    let files = [
        "movement",
        &opening_csv,
        &closing_csv,
        "--mapping",
        &mapping,
        "--json",
    ];
    for days in [&[][..], &["--from", "2026-10-01", "--to", "2026-12-31"]] {
        let moved: Value = serde_json::from_str(&fairlead(&[&files[..], days].concat())).unwrap();
        let sum = |it: &Value| millionths(&it["sum"]);
        let mut level = sum(&moved["opening"]);
        for part in moved["parts"].as_array().unwrap() {
            let deals = part["deals"].as_array().unwrap();
            assert_eq!(deals.len() as u64, part["count"].as_u64().unwrap());
            assert_eq!(
                deals.iter().map(|it| millionths(&it[1])).sum::<i128>(),
                sum(part),
                "{part}"
            );
            level += if part["is_more"] == true {
                sum(part)
            } else {
                -sum(part)
            };
        }
        assert_eq!(level, sum(&moved["closing"]), "{moved}");
        if days.is_empty() {
            // Counted from the files by themselves; and something has happened.
            for (side, text) in [("opening", &opening), ("closing", &closing)] {
                let amounts = &moved[side];
                assert_eq!(
                    (amounts["count"].as_u64().unwrap(), sum(amounts)),
                    open_in(text)
                );
            }
            for part in ["new", "lost"] {
                let mut parts = moved["parts"].as_array().unwrap().iter();
                let part = parts.find(|it| it["moved"] == part).unwrap();
                assert!(part["count"].as_u64().unwrap() > 0, "{part}");
            }
        }
    }
}
