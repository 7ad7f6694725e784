use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::{Outcome, PROBLEMS, print_problems, summary, texts_over};

/// Check an operating model: every problem at once, with file, line and how to mend it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The folder of the operating model, with its six files.
    #[arg(value_name = "DIR", default_value = "config")]
    folder: PathBuf,
    /// Take the files that DIR does not have from this folder, to try out a change of a few files.
    #[arg(long, value_name = "BASE")]
    over: Option<PathBuf>,
}

/// Checks the model and prints the result.
///
/// # Errors
/// If the folder cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let texts = texts_over(&arguments.folder, arguments.over.as_deref())?;
    match operating_model::read(&texts, 0) {
        Ok(model) => {
            println!(
                "{}: {}: no problems",
                arguments.folder.display(),
                summary(&model)
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            print_problems(&arguments.folder, &problems);
            Ok(ExitCode::from(PROBLEMS))
        }
    }
}
