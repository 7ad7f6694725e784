mod compared;

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use model_compiler::picture;

use super::{Outcome, PROBLEMS, base, print_problems, print_whole, texts};

/// Show an operating model as tables or pictures.
///
/// The tables have what the files come to, defaults filled in: segments, territories, lifecycles,
/// routing, pools, clocks, deviations, digests, people and calendars.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_long_help = HELP
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
    /// Print what it says otherwise than another model, and for whom: a folder, a file that `fairlead build` wrote, or
    /// a revision of Git, of which the same folder is taken.
    #[arg(long, value_name = "BASE", conflicts_with = "mermaid")]
    diff: Option<String>,
}

const HELP: &str = "\
Examples:
  fairlead model
  fairlead model --diff main                  what this branch changes, and for whom
  fairlead model proposed --diff config       the same of two folders
  fairlead model --diff origin/main --markdown   as a comment on a pull request

--diff compares what the files come to, defaults filled in: remarks, labels that stay and lines that move are no
difference. It ends with the records that would go elsewhere, found by records that are made up of the values on
either side of each test of both models' routing; which of the open ones would move `fairlead reroute --dry` says.

Exit codes: 0 fine, 1 the model has errors, 2 could not run.";

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
    if let Some(base) = &arguments.diff {
        let before = base::model(base, &arguments.folder)?;
        print_whole(&compared::page(base, (before, model), arguments.markdown)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    print_whole(&if arguments.mermaid {
        picture::mermaid(&model)
    } else if arguments.markdown {
        picture::markdown(&model)
    } else {
        picture::text(&model)
    })?;
    Ok(ExitCode::SUCCESS)
}
