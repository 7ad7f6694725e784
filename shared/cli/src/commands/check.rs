use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use decisions::Rules;
use jiff::Timestamp;
use model::{OperatingModel, Renamed};
use model_compiler::{Checked, Problem, ProblemSeverity, report};

use super::{
    Outcome, PROBLEMS, against::not_going_on, counted_by_severity, print_problems, print_whole,
    shadow, summary, texts_over,
};

/// Check an operating model: every problem at once, with file, line and how to fix it.
///
/// Errors keep a model from being built. Warnings do not: they tell what is hardly meant, such as a
/// list that nothing uses, and are looked for once there is no error. `fairlead reference`
/// describes every check.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Exit codes: 0 no error (there may be warnings), 1 errors, or warnings with --strict, 2 could not run.

With --format json an array is printed, of one object for each problem: check, severity (error or
warning), file, line, column, end_column, message, fix, excerpt. Lines and columns count from 1;
line, column, end_column and excerpt are null if a whole file is the problem."
)]
pub struct Arguments {
    /// The folder of the operating model, with its six files.
    #[arg(value_name = "DIR", default_value = "config")]
    folder: PathBuf,
    /// Take the files that DIR does not have from this folder, to try out a change of a few files.
    #[arg(long, value_name = "BASE")]
    over: Option<PathBuf>,
    /// Compare the names of pools and clocks, under which something is kept, with this model as `fairlead
    /// build` wrote it: that which is deployed.
    #[arg(long, value_name = "ARTEFACT")]
    against: Option<PathBuf>,
    /// For whom the result is printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Short for --format json.
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Take warnings for errors: a model that has one does not pass.
    #[arg(long, visible_alias = "warnings-as-errors")]
    strict: bool,
}

/// For whom the result of a check is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, in colour on a terminal.
    Human,
    /// For programs: one array.
    Json,
    /// For GitHub Actions, which shows it beside the changed lines.
    Github,
}

/// Checks the model and prints the result.
///
/// # Errors
/// If the folder cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let texts = texts_over(&arguments.folder, arguments.over.as_deref())?;
    let mut checked = model_compiler::check(&texts);
    let renamed = checked.model.as_ref();
    let renamed = renamed.is_some_and(|model| model.renamed != Renamed::default());
    if let Some(deployed) = &arguments.against {
        let found = not_going_on(&checked, deployed)?;
        checked.problems.extend(found);
    }
    if arguments.strict {
        for problem in &mut checked.problems {
            problem.severity = ProblemSeverity::Error;
        }
    }
    let error = |it: &model_compiler::Problem| it.severity == ProblemSeverity::Error;
    let errors = checked.problems.iter().any(error);
    let mut folder = arguments.folder.as_path();
    if let Some(base) = &arguments.over {
        name_folders(&mut checked.problems, folder, base);
        folder = Path::new("");
    }
    let format = if arguments.json {
        Format::Json
    } else {
        arguments.format
    };
    match format {
        Format::Json => print_whole(&report::json(&checked.problems, &folder.to_string_lossy()))?,
        Format::Github => {
            print_whole(&report::github(
                &checked.problems,
                &folder.to_string_lossy(),
            ))?;
            say!("{}", result(arguments, &checked));
            if let Some(said) = checked.model.as_ref().and_then(observes) {
                say!("::warning title=shadow month::{said}");
            }
        }
        Format::Human => {
            if !checked.problems.is_empty() {
                print_problems(folder, &checked.problems);
            }
            if !checked.proven {
                say!(
                    "Whether every record is caught and every rule can decide is looked at once there is no error."
                );
            }
            if renamed && arguments.against.is_none() {
                say!(
                    "Of `was` only its form was looked at: whether it goes on from what is deployed, `--against` says."
                );
            }
            if let Some(model) = checked.model.as_ref().filter(|_| !errors) {
                say!("{}", line(arguments, model, &checked));
                if let Some(said) = observes(model) {
                    say!("{said}");
                }
            }
        }
    }
    Ok(if errors {
        ExitCode::from(PROBLEMS)
    } else {
        ExitCode::SUCCESS
    })
}

/// That the model only observes today, if it does.
fn observes(model: &OperatingModel) -> Option<String> {
    let now = Timestamp::now();
    let rules = model.enforcement.as_ref();
    let rules = rules.and_then(|_| Rules::prepare(model.clone(), now).ok())?;
    shadow::said_of(&rules, now)
}

/// Says of each problem in which of two folders its file is, since it may be in either.
fn name_folders(problems: &mut [Problem], folder: &Path, base: &Path) {
    for problem in problems {
        let own = folder.join(&problem.file);
        let path = if own.exists() {
            own
        } else {
            base.join(&problem.file)
        };
        problem.file = path.to_string_lossy().into_owned();
    }
}

/// The result in one line.
fn result(arguments: &Arguments, checked: &Checked) -> String {
    match &checked.model {
        Some(model) => line(arguments, model, checked),
        None => format!(
            "{}: {}",
            arguments.folder.display(),
            counted_by_severity(&checked.problems)
        ),
    }
}

/// What the model has, and what was found in it.
fn line(arguments: &Arguments, model: &OperatingModel, checked: &Checked) -> String {
    let found = if checked.problems.is_empty() {
        "no problems".to_owned()
    } else {
        counted_by_severity(&checked.problems)
    };
    format!(
        "{}: {}, revision {}: {found}",
        arguments.folder.display(),
        summary(model),
        model.revision.hash
    )
}
