use std::{fs, path::PathBuf, process::ExitCode};

use clap::Args;
use model::artefact;

use super::{CouldNotRun, Outcome, PROBLEMS, print_problems, texts};

/// Check an operating model and write it as the one file that functions load.
///
/// The same model gives the same bytes and the same revision, whoever builds it and wherever. Which
/// deployment brings it is said by the deployment.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Exit codes: 0 written, 1 the model has errors, 2 could not run."
)]
pub struct Arguments {
    /// The folder of the operating model, with its six files.
    #[arg(value_name = "DIR", default_value = "config")]
    folder: PathBuf,
    /// Where to write the model.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Checks the model and writes it, unless there is a problem.
///
/// # Errors
/// If the folder cannot be read or the file cannot be written.
pub fn run(arguments: &Arguments) -> Outcome {
    let model = match model_compiler::read(&texts(&arguments.folder)?) {
        Ok(model) => model,
        Err(problems) => {
            print_problems(&arguments.folder, &problems);
            return Ok(ExitCode::from(PROBLEMS));
        }
    };
    let out = arguments.out.display();
    let cannot = |error: String| CouldNotRun(format!("{out} cannot be written: {error}"));
    let bytes = artefact::write(&model).map_err(|error| cannot(error.to_string()))?;
    if let Some(folder) = arguments.out.parent() {
        fs::create_dir_all(folder).map_err(|error| cannot(error.to_string()))?;
    }
    fs::write(&arguments.out, &bytes).map_err(|error| cannot(error.to_string()))?;
    say!(
        "{out}: revision {}, {} bytes",
        model.revision.hash,
        bytes.len()
    );
    Ok(ExitCode::SUCCESS)
}
