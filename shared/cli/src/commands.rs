//! The commands, each in a file of its own, and what they share: an outcome, and the model's
//! folder.

mod against;
pub mod approvals;
pub mod approve;
mod asked;
pub mod audit;
mod audits;
pub mod away;
mod base;
mod before;
pub mod build;
pub mod check;
pub mod clocks;
mod company;
pub mod crm;
pub mod digest;
pub mod due;
pub mod exception;
pub mod exceptions;
pub mod explain;
mod exports;
pub mod failures;
pub mod forget;
pub mod hand_off;
pub mod holds;
pub mod init;
pub mod lineage;
pub mod links;
mod live;
mod mail;
pub mod mcp;
pub mod metrics;
pub mod model;
pub mod movement;
mod named;
mod options;
mod paint;
pub mod pools;
pub mod queues;
pub mod readiness;
pub mod reconcile;
pub mod reference;
pub mod replay;
pub mod republish;
pub mod reroute;
pub mod retention;
pub mod review;
pub mod rights;
pub mod route;
pub mod schema;
mod shadow;
pub mod simulate;
pub mod status;
pub mod sweep;
mod table;
pub mod take;
pub mod test;
pub mod tick;
pub mod trial;
pub mod undo;
pub mod why_not;

use std::{
    collections::BTreeSet,
    fmt, fs,
    io::{ErrorKind, Read, Write},
    path::Path,
    process::ExitCode,
};

use ::model::{ModelFile, OperatingModel};
use model_compiler::{LARGEST_FILE, LARGEST_ROWS, Problem, ProblemSeverity, Texts};
pub use paint::colours_are_wanted;
use paint::painted;

/// How a command went.
pub type Outcome = Result<ExitCode, CouldNotRun>;

/// The exit code of a command that found problems.
pub const PROBLEMS: u8 = 1;
/// The exit code of a command that could not run.
pub const COULD_NOT_RUN: u8 = 2;

/// Why a command could not run, and what to do.
#[derive(Debug)]
pub struct CouldNotRun(pub String);

impl fmt::Display for CouldNotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The texts of the model in a folder: the six files, every file of holidays (`.ics`) and of rows (`.csv`) in
/// the folder and in those directly below it, and the names of files that are called almost like one of the
/// six or stand where rows are kept. A file that is not there is left out; the check says so.
///
/// # Errors
/// If the folder or a file in it cannot be read.
pub fn texts(folder: &Path) -> Result<Texts, CouldNotRun> {
    if folder.is_file() {
        return Err(CouldNotRun(format!(
            "{} is a file: name the folder in which the files of the operating model are",
            folder.display()
        )));
    }
    if !folder.is_dir() {
        return Err(CouldNotRun(format!(
            "there is no folder {}: name the folder of the operating model, or write one with `fairlead init`",
            folder.display()
        )));
    }
    let mut texts = Texts::new();
    for name in ModelFile::ALL.map(ModelFile::name) {
        let path = folder.join(name);
        if path.exists() {
            texts.insert(name, &bytes(&path)?);
        }
    }
    for (name, path) in files_besides(folder)? {
        let text = if is_named_by_a_model(&name) {
            bytes(&path)?
        } else {
            Vec::new()
        };
        texts.insert(name, &text);
    }
    for (name, _) in misnamed(folder)? {
        texts.insert(name, &[]);
    }
    Ok(texts)
}

/// The texts of the model in a folder, and of those files that it does not have, the ones of a
/// second folder, if one is named.
///
/// # Errors
/// If a folder or a file in it cannot be read, or the first has no file in place of one of the
/// second's, so that nothing would be tried out.
pub fn texts_over(folder: &Path, base: Option<&Path>) -> Result<Texts, CouldNotRun> {
    let own = texts(folder)?;
    let Some(base) = base else { return Ok(own) };
    let shown = folder.display();
    let has = |file: ModelFile| own.get(file.name()).is_some();
    if let Some((name, meant)) = misnamed(folder)?.into_iter().find(|(_, it)| !has(*it)) {
        return Err(CouldNotRun(format!(
            "{shown}/{name} is no file of a model, and nothing of it would be tried out: rename it to {}",
            meant.name()
        )));
    }
    if own.paths().next().is_none() {
        let six = ModelFile::ALL.map(ModelFile::name).join(", ");
        return Err(CouldNotRun(format!(
            "{shown} has no file of a model, so nothing would be tried out: put the changed files there, by their names: {six}"
        )));
    }
    let mut all = texts(base)?;
    for path in own.paths() {
        all.insert(path, own.get(path).unwrap_or_default().as_bytes());
    }
    Ok(all)
}

/// Prints a text at once.
///
/// # Errors
/// If it cannot be printed. That whoever reads has seen enough, as in `fairlead model | head`, is
/// no error.
pub fn print_whole(text: &str) -> Result<(), CouldNotRun> {
    let mut out = std::io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|why| CouldNotRun(format!("the answer cannot be printed: {why}"))),
    }
}

/// Says why what was asked for is not done.
pub fn no(why: &str) -> ExitCode {
    eprintln!("fairlead: {why}");
    ExitCode::from(PROBLEMS)
}

/// Prints every problem and the line that counts them.
pub fn print_problems(folder: &Path, problems: &[Problem]) {
    let shown = folder.to_string_lossy();
    for problem in problems {
        say!("{}\n", painted(problem, &shown));
    }
    let files: BTreeSet<&str> = problems.iter().map(|it| it.file.as_str()).collect();
    say!(
        "{} in {}",
        counted_by_severity(problems),
        counted(files.len(), "file")
    );
}

/// How many errors and warnings there are: `2 problems`, `1 warning`.
pub fn counted_by_severity(problems: &[Problem]) -> String {
    let warnings = problems
        .iter()
        .filter(|it| it.severity == ProblemSeverity::Warning);
    let warnings = warnings.count();
    match problems.len() - warnings {
        0 => counted(warnings, "warning"),
        errors => counted(errors, "problem"),
    }
}

/// What the model has, in one line.
pub fn summary(model: &OperatingModel) -> String {
    let rules = model.routing.values().map(Vec::len).sum();
    let parts = [
        counted(ModelFile::ALL.len(), "file"),
        counted(rules, "routing rule"),
        counted(model.lifecycles.len(), "lifecycle"),
        counted(model.clocks.len(), "clock"),
        counted(model.deviations.len(), "deviation"),
        counted(model.pools.len(), "pool"),
        if model.people.len() == 1 {
            "1 person".to_owned()
        } else {
            format!("{} people", model.people.len())
        },
    ];
    parts.join(", ")
}

fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// The files of a folder that are called almost like one of the six, and by which that was meant.
fn misnamed(folder: &Path) -> Result<Vec<(String, ModelFile)>, CouldNotRun> {
    let files = entries(folder)?.into_iter().filter(|(_, it)| it.is_file());
    let meant =
        |(name, _): (String, _)| model_compiler::file_meant_by(&name).map(|file| (name, file));
    Ok(files.filter_map(meant).collect())
}

/// The files of holidays and of rows, and whatever else is kept where rows are, by their path below the folder,
/// with `/` between its parts.
fn files_besides(folder: &Path) -> Result<Vec<(String, std::path::PathBuf)>, CouldNotRun> {
    let mut found = Vec::new();
    for (name, path) in entries(folder)? {
        if path.is_file() && is_named_by_a_model(&name) {
            found.push((name, path));
        } else if path.is_dir() {
            let kept = model_compiler::FOLDERS.contains(&name.as_str());
            let inner = entries(&path)?.into_iter().filter(|(name, path)| {
                let hidden = name.starts_with('.');
                path.is_file() && (is_named_by_a_model(name) || kept && !hidden)
            });
            found.extend(inner.map(|(inner, path)| (format!("{name}/{inner}"), path)));
        }
    }
    Ok(found)
}

/// Whether a model may name it: a file of holidays or of rows.
fn is_named_by_a_model(name: &str) -> bool {
    name.ends_with(".ics") || name.ends_with(".csv")
}

fn entries(folder: &Path) -> Result<Vec<(String, std::path::PathBuf)>, CouldNotRun> {
    let cannot = |error| CouldNotRun(format!("{} cannot be read: {error}", folder.display()));
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        entries.push((
            entry.file_name().to_string_lossy().into_owned(),
            entry.path(),
        ));
    }
    entries.sort();
    Ok(entries)
}

/// A file, of a large one only as much as shows that it is too large.
fn bytes(path: &Path) -> Result<Vec<u8>, CouldNotRun> {
    let cannot = |error| CouldNotRun(format!("{} cannot be read: {error}", path.display()));
    let rows = path.extension().is_some_and(|it| it == "csv");
    let most = if rows { LARGEST_ROWS } else { LARGEST_FILE };
    let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    fs::File::open(path)
        .map_err(cannot)?
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(cannot)?;
    Ok(bytes)
}
