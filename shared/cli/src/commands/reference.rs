use std::process::ExitCode;

use clap::Args;

use super::{Outcome, print_whole};

/// Print the reference of the language: every word, every test of a condition, every check.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "It is a Markdown page; `fairlead reference | less` reads it on a terminal."
)]
pub struct Arguments {}

/// Prints the page.
///
/// # Errors
/// If it cannot be printed.
pub fn run(_: &Arguments) -> Outcome {
    print_whole(include_str!("../../../../config/README.md"))?;
    Ok(ExitCode::SUCCESS)
}
