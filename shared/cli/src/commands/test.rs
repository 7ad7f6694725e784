mod played;
mod report;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::Args;
use decisions::{Rules, scenarios::play};
use jiff::Timestamp;
use model::scenario::Scenario;
use model_compiler::{LARGEST_FILE, Texts, scenarios};

use self::played::Played;
use super::{CouldNotRun, Outcome, PROBLEMS, print_problems, print_whole, texts};

/// Play the business's own examples: given a record and a time, what must be decided.
///
/// They stand in DIR/scenarios/*.yaml. Each says who gets a lead and by which rule, what a gate does
/// with a move, when a clock is due, or which deviations are open. What comes out otherwise is shown
/// with the reasons of the decision.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Arguments {
    /// The folder of the operating model, with its six files and the folder `scenarios`.
    #[arg(value_name = "DIR", default_value = "config")]
    folder: PathBuf,
    /// Only the scenarios that have this in their name, whatever the case.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// List the scenarios that pass, too.
    #[arg(long, short)]
    verbose: bool,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

/// Plays the scenarios and prints what failed.
///
/// # Errors
/// If the folder cannot be read, has no scenarios, or has some in a file of another ending.
pub fn run(arguments: &Arguments) -> Outcome {
    let folder = &arguments.folder;
    let texts = texts(folder)?;
    let files = files(folder)?;
    let read = model_compiler::read(&texts).map(|model| {
        let (all, problems) = scenarios::read_each(&model, &files);
        (all, problems, model)
    });
    let (all, unread, model) = match read {
        Ok((all, problems, model)) if !all.is_empty() => (all, problems, model),
        Ok((_, problems, _)) | Err(problems) => {
            if arguments.json {
                say!("{}", report::problems(&problems));
            } else {
                print_problems(folder, &problems);
            }
            return Ok(ExitCode::from(PROBLEMS));
        }
    };
    let chosen = only(all, arguments.only.as_deref())?;
    // Calendars are made ready for the years around the examples.
    let around = chosen
        .first()
        .map_or(Timestamp::UNIX_EPOCH, |first| first.at);
    let rules = Rules::prepare(model, around).map_err(|why| CouldNotRun(why.to_string()))?;
    let begun = Instant::now();
    let played: Vec<Played> = chosen
        .into_iter()
        .map(|scenario| Played {
            failures: play(&rules, &scenario),
            scenario,
        })
        .collect();
    let taken = begun.elapsed();
    if arguments.json {
        say!("{}", report::json(&played, &unread));
    } else {
        if !unread.is_empty() {
            print_problems(folder, &unread);
        }
        print_whole(&report::text(folder, &played, arguments.verbose))?;
        say!("{} ({} ms)", report::summary(&played), taken.as_millis());
    }
    let failed = played.iter().any(|played| !played.failures.is_empty());
    Ok(if failed || !unread.is_empty() {
        ExitCode::from(PROBLEMS)
    } else {
        ExitCode::SUCCESS
    })
}

/// The scenario files of a model, by their path below its folder.
fn files(folder: &Path) -> Result<Texts, CouldNotRun> {
    let inner = folder.join("scenarios");
    let cannot =
        |path: &Path, why| CouldNotRun(format!("{} cannot be read: {why}", path.display()));
    let none = || {
        CouldNotRun(format!(
            "there are no scenarios: write some into {}/*.yaml",
            inner.display()
        ))
    };
    if !inner.is_dir() {
        return Err(none());
    }
    let mut files = Texts::new();
    for entry in fs::read_dir(&inner).map_err(|why| cannot(&inner, why))? {
        let path = entry.map_err(|why| cannot(&inner, why))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !path.is_file() {
            continue;
        }
        if let Some(right) = misnamed(&name) {
            return Err(CouldNotRun(format!(
                "{} is not read, and its scenarios would not be played: rename it to {right}",
                path.display()
            )));
        }
        if !name.ends_with(".yaml") {
            continue;
        }
        let bytes = fs::read(&path).map_err(|why| cannot(&path, why))?;
        if bytes.len() > LARGEST_FILE {
            return Err(CouldNotRun(format!(
                "{} is larger than {} KiB: make it several files",
                path.display(),
                LARGEST_FILE / 1024
            )));
        }
        files.insert(format!("scenarios/{name}"), &bytes);
    }
    if files.paths().next().is_none() {
        return Err(none());
    }
    Ok(files)
}

/// The name that a file of scenarios should have, if it ends as YAML does elsewhere: `x.yml`,
/// `x.YAML`.
fn misnamed(name: &str) -> Option<String> {
    let (stem, end) = name.rsplit_once('.')?;
    let yaml = matches!(end.to_lowercase().as_str(), "yaml" | "yml");
    (yaml && end != "yaml").then(|| format!("{stem}.yaml"))
}

fn only(all: Vec<Scenario>, part: Option<&str>) -> Result<Vec<Scenario>, CouldNotRun> {
    let Some(part) = part else { return Ok(all) };
    let lower = part.to_lowercase();
    let count = all.len();
    let has = |scenario: &Scenario| scenario.name.to_lowercase().contains(&lower);
    let chosen: Vec<Scenario> = all.into_iter().filter(has).collect();
    if chosen.is_empty() {
        let what = format!("none of the {count} scenarios has `{part}` in its name");
        return Err(CouldNotRun(what));
    }
    Ok(chosen)
}
