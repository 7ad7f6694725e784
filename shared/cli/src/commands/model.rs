use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use model_compiler::picture;

use super::{Outcome, PROBLEMS, print_problems, print_whole, texts};

/// Show an operating model as tables or pictures.
///
/// The tables have what the files come to, defaults filled in: segments, territories, lifecycles,
/// routing, pools, clocks, deviations, digests, people and calendars.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Exit codes: 0 fine, 1 the model has errors, 2 could not run."
)]
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
    let model = match model_compiler::read(&texts(&arguments.folder)?) {
        Ok(model) => model,
        Err(problems) => {
            print_problems(&arguments.folder, &problems);
            return Ok(ExitCode::from(PROBLEMS));
        }
    };
    print_whole(&if arguments.mermaid {
        picture::mermaid(&model)
    } else if arguments.markdown {
        picture::markdown(&model)
    } else {
        picture::text(&model)
    })?;
    Ok(ExitCode::SUCCESS)
}
