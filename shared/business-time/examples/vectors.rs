//! Tries a file of cases: `cargo run -p business-time --example vectors -- FILE`.
//!
//! Prints `id expected got` for each case that disagrees, and last how many
//! passed and failed. Ends with 2 when the file cannot be read; a disagreement
//! is a finding, not an error, since peers disagree among themselves.

#![allow(
    clippy::disallowed_methods,
    reason = "a program for people reads its arguments and a file"
)]

use std::process::ExitCode;

#[path = "../tests/vectors/runner.rs"]
mod runner;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!(
            "a file of cases is missing: vectors FILE, for example tests/vectors/business_time.jsonl"
        );
        return ExitCode::from(2);
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path} cannot be read: {error}");
            return ExitCode::from(2);
        }
    };
    let outcomes = runner::run(&text);
    let mut failed = 0;
    for outcome in &outcomes {
        if !matches!(outcome, runner::Outcome::Passed) {
            println!("{outcome}");
            failed += 1;
        }
    }
    println!("{} passed, {failed} failed", outcomes.len() - failed);
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
