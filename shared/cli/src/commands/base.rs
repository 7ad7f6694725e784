//! A model with which another is compared: of a folder, of a built file, or of a commit.

use std::{
    fs,
    path::{Component, Path, PathBuf},
    process::Command,
};

use ::model::{OperatingModel, artefact};
use model_compiler::Texts;

use super::{CouldNotRun, texts};

/// The model that `base` names: a folder, a file that `fairlead build` wrote, or else a revision of Git, of which it is
/// the same folder as `folder`.
///
/// # Errors
/// If there is none, or it has errors.
pub(super) fn model(base: &str, folder: &Path) -> Result<OperatingModel, CouldNotRun> {
    let path = Path::new(base);
    if path.is_file() {
        let failed = |why: String| CouldNotRun(format!("{base}: {why}"));
        let bytes = fs::read(path).map_err(|why| failed(why.to_string()))?;
        return artefact::load(&bytes).map_err(|why| failed(why.to_string()));
    }
    let texts = if path.is_dir() {
        texts(path)?
    } else {
        of_commit(base, folder)?
    };
    model_compiler::read(&texts).map_err(|problems| {
        let first = problems.first().map_or_else(String::new, ToString::to_string);
        CouldNotRun(format!(
            "the model of {base} cannot be compared with: it has {} problems by this version, the first is {first}",
            problems.len()
        ))
    })
}

/// The texts of a folder as they stood at a commit. Nothing is checked out: they lie in a folder of their own for as
/// long as they are read.
fn of_commit(revision: &str, folder: &Path) -> Result<Texts, CouldNotRun> {
    let git = |arguments: &[&str]| {
        let git = Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(arguments)
            .output();
        let said = git.map_err(|why| CouldNotRun(format!("git cannot be run: {why}")))?;
        if said.status.success() {
            return Ok(said.stdout);
        }
        let why = String::from_utf8_lossy(&said.stderr);
        Err(CouldNotRun(format!(
            "{revision} is no folder, no built model and no revision of Git here: {}",
            why.lines().next().unwrap_or("git knows none of that name")
        )))
    };
    let commit = format!("{revision}^{{commit}}");
    let commit = git(&[
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &commit,
    ])?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let listed = git(&["ls-tree", "-r", "-z", "--name-only", &commit, "."])?;
    let scratch = Scratch::new()?;
    for name in String::from_utf8_lossy(&listed).split('\0') {
        if is_of_a_model(Path::new(name)) {
            scratch.write(name, &git(&["show", &format!("{commit}:./{name}")])?)?;
        }
    }
    texts(&scratch.0)
}

/// Whether it may be a file of a model: in its folder or directly below, and of a kind that it reads.
fn is_of_a_model(name: &Path) -> bool {
    let parts: Vec<Component<'_>> = name.components().collect();
    let plain = parts.iter().all(|it| matches!(it, Component::Normal(_)));
    let end = name.extension().and_then(|it| it.to_str());
    plain && parts.len() <= 2 && matches!(end, Some("yaml" | "yml" | "ics" | "csv"))
}

/// A folder that is gone when it is not needed any more.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, CouldNotRun> {
        let folder = std::env::temp_dir().join(format!("fairlead-base-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|why| cannot(&folder, &why))?;
        Ok(Self(folder))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), CouldNotRun> {
        let path = self.0.join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        let written = made.and_then(|()| fs::write(&path, bytes));
        written.map_err(|why| cannot(&path, &why))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _left_behind = fs::remove_dir_all(&self.0);
    }
}

fn cannot(path: &Path, why: &std::io::Error) -> CouldNotRun {
    CouldNotRun(format!("{} cannot be written: {why}", path.display()))
}
