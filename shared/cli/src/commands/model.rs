use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use operating_model::picture;

use super::{Outcome, PROBLEMS, print_problems, texts};

/// Show an operating model as tables: segments, territories, routing, pools, clocks, people and the
/// rest, with everything filled in that the files leave to a default.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 fine, 1 the model has errors, 2 could not run.")]
pub struct Arguments {
    /// The folder of the operating model, with its six files.
    #[arg(value_name = "DIR", default_value = "config")]
    folder: PathBuf,
    /// Print pictures in Mermaid instead: each lifecycle with its gates, and each routing list.
    #[arg(long)]
    mermaid: bool,
    /// Print a Markdown page of tables and pictures, for a pull request.
    #[arg(long, conflicts_with = "mermaid")]
    markdown: bool,
}

/// Prints the model, unless it has errors.
///
/// # Errors
/// If the folder cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    match operating_model::read(&texts(&arguments.folder)?, 0) {
        Ok(model) if arguments.mermaid => print!("{}", picture::mermaid(&model)),
        Ok(model) if arguments.markdown => print!("{}", picture::markdown(&model)),
        Ok(model) => print!("{}", picture::text(&model)),
        Err(problems) => {
            print_problems(&arguments.folder, &problems);
            return Ok(ExitCode::from(PROBLEMS));
        }
    }
    Ok(ExitCode::SUCCESS)
}
