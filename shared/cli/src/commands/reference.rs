use std::process::ExitCode;

use clap::Args;

use super::Outcome;

/// Print the reference of the language: every word, every test of a condition, every check.
#[derive(Debug, Args)]
#[command(
    after_help = "It is a Markdown page; `fairlead reference | less` reads it on a terminal."
)]
pub struct Arguments {}

/// Prints the page.
///
/// # Errors
/// None; every command can fail alike.
pub fn run(_: &Arguments) -> Outcome {
    print!("{}", include_str!("../../../../config/README.md"));
    Ok(ExitCode::SUCCESS)
}
