//! The stacks that run on this machine, as `make run` leaves word of them.

use std::{
    env,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

/// The folder of the usual stack, below the one in which it was started.
const FOLDER: &str = ".local";

/// What describes a stack, in its folder.
const DESCRIPTION: &str = "endpoints.json";

/// What a stack holds while it runs, in its folder.
const LOCK: &str = "run.lock";

/// In the usual folder: one file for each stack that was started from there, with its folder.
const REGISTER: &str = "stacks";

/// Why no local stack can be asked: a message for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoStack(pub String);

/// A stack that runs, or is said to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What describes it.
    pub description: PathBuf,
    /// What is to be said of the choice: nothing if there was none.
    pub note: Option<String>,
}

/// The stack in a folder that somebody named.
///
/// # Errors
/// If none runs there. The message says which do.
pub fn in_folder(folder: &Path, how: &str) -> Result<Found, NoStack> {
    let shown = folder.display();
    if runs(folder) {
        return Ok(Found {
            description: folder.join(DESCRIPTION),
            note: None,
        });
    }
    let what = match (folder.is_dir(), folder.exists()) {
        (true, _) => "no stack runs there",
        (false, true) => "that is no folder",
        (false, false) => "there is no such folder",
    };
    let others = here().map_or_else(Vec::new, |here| others(&usual_folders(&here), folder));
    Err(NoStack(format!(
        "{how} names {shown}, and {what}: {}",
        how_to_start(&others, Some(folder))
    )))
}

/// The usual stack, in this folder or above it; none if there has never been one.
///
/// # Errors
/// If there has been one and it does not run. The message says which do.
pub fn usual() -> Result<Option<Found>, NoStack> {
    here().map_or(Ok(None), |here| usual_from(&here))
}

fn usual_from(here: &Path) -> Result<Option<Found>, NoStack> {
    let folders = usual_folders(here);
    if let Some(folder) = folders.iter().find(|folder| runs(folder)) {
        let others = others(&folders, folder);
        return Ok(Some(Found {
            description: near(here, &folder.join(DESCRIPTION)),
            note: note(here, folder, &others),
        }));
    }
    let Some(folder) = folders.first() else {
        return Ok(None);
    };
    Err(NoStack(format!(
        "no stack runs in {}: {}",
        near(here, folder).display(),
        how_to_start(&others(&folders, folder), None)
    )))
}

/// What a person must know who has named no stack: that it is not the one of this folder, or not the
/// only one.
fn note(here: &Path, folder: &Path, others: &[PathBuf]) -> Option<String> {
    let elsewhere = folder.parent() != Some(here);
    if !elsewhere && others.is_empty() {
        return None;
    }
    let mut note = format!("asking the stack in {}", near(here, folder).display());
    if !others.is_empty() {
        let listed: Vec<String> = others.iter().map(|it| it.display().to_string()).collect();
        note += &format!("; there also runs: {}", listed.join(", "));
    }
    Some(note + " (--stack FOLDER or FAIRLEAD_STACK names another)")
}

fn how_to_start(others: &[PathBuf], folder: Option<&Path>) -> String {
    let start = folder.map_or_else(
        || "`make run` starts one".to_owned(),
        |folder| format!("`make run STATE_DIR={}` starts one", folder.display()),
    );
    match others {
        [] => start,
        [one] => format!("{start}; one runs in {0}: --stack {0}", one.display()),
        more => {
            let listed: Vec<String> = more.iter().map(|it| it.display().to_string()).collect();
            format!(
                "{start}; some run in {}: name one with --stack",
                listed.join(", ")
            )
        }
    }
}

/// The folders here and above in which the usual stack is or was, the nearest first.
fn usual_folders(here: &Path) -> Vec<PathBuf> {
    let all = here.ancestors().map(|above| above.join(FOLDER));
    all.filter(|folder| folder.join(LOCK).is_file() || folder.join(REGISTER).is_dir())
        .collect()
}

/// The other stacks that run and were started from these folders.
fn others(usual: &[PathBuf], but: &Path) -> Vec<PathBuf> {
    let registers = usual.iter().map(|folder| folder.join(REGISTER));
    let entries = registers.filter_map(|register| fs::read_dir(register).ok());
    let named = entries.flatten().filter_map(|entry| {
        let text = fs::read_to_string(entry.ok()?.path()).ok()?;
        Some(PathBuf::from(text.trim_end_matches('\n')))
    });
    let mut found: Vec<PathBuf> = named.collect();
    found.extend(usual.iter().cloned());
    found.retain(|folder| !same(folder, but) && runs(folder));
    found.sort();
    found.dedup_by(|one, other| same(one, other));
    found
}

fn same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Whether a stack runs in a folder: the system drops what it holds when it ends, however that is.
fn runs(folder: &Path) -> bool {
    let held = File::open(folder.join(LOCK))
        .is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)));
    held && folder.join(DESCRIPTION).is_file()
}

fn near(here: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(here).unwrap_or(path).to_owned()
}

fn here() -> Option<PathBuf> {
    env::current_dir().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    /// A folder that is removed in the end.
    struct Home(PathBuf);

    impl Home {
        fn new() -> Self {
            use std::sync::atomic::{AtomicU32, Ordering};
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("fairlead-stacks-{}-{number}", std::process::id());
            let folder = env::temp_dir().join(name);
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Home {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// A stack that runs for as long as the file is open.
    fn start(folder: &Path) -> File {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(DESCRIPTION), "{}").unwrap();
        let lock = File::create(folder.join(LOCK)).unwrap();
        lock.lock().unwrap();
        lock
    }

    fn register(usual: &Path, number: u32, folder: &Path) {
        fs::create_dir_all(usual.join(REGISTER)).unwrap();
        fs::write(
            usual.join(REGISTER).join(number.to_string()),
            format!("{}\n", folder.display()),
        )
        .unwrap();
    }

    #[test]
    fn the_stack_of_this_folder_is_asked_without_a_word() {
        let home = Home::new();
        let _running = start(&home.0.as_path().join(FOLDER));
        let found = usual_from(home.0.as_path()).unwrap().unwrap();
        assert_eq!(found.description, Path::new(FOLDER).join(DESCRIPTION));
        assert_eq!(found.note, None);
    }

    #[test]
    fn a_stack_above_is_named() {
        let home = Home::new();
        let usual = home.0.as_path().join(FOLDER);
        let _running = start(&usual);
        let below = home.0.as_path().join("some/where");
        fs::create_dir_all(&below).unwrap();
        let found = usual_from(&below).unwrap().unwrap();
        assert_eq!(found.description, usual.join(DESCRIPTION));
        let note = found.note.unwrap();
        assert!(
            note.contains(&format!("asking the stack in {}", usual.display())),
            "{note}"
        );
    }

    #[test]
    fn several_are_told_and_those_that_have_ended_are_not() {
        let home = Home::new();
        let (usual, other, ended) = (
            home.0.as_path().join(FOLDER),
            home.0.as_path().join("other"),
            home.0.as_path().join("ended"),
        );
        let (_one, _two) = (start(&usual), start(&other));
        drop(start(&ended));
        for (number, folder) in [(1, &usual), (2, &other), (3, &ended)] {
            register(&usual, number, folder);
        }
        let note = usual_from(home.0.as_path()).unwrap().unwrap().note.unwrap();
        assert!(
            note.contains(&format!("there also runs: {} (", other.display())),
            "{note}"
        );
    }

    #[test]
    fn without_one_the_message_says_how_to_start_and_which_runs() {
        let home = Home::new();
        let (usual, other) = (
            home.0.as_path().join(FOLDER),
            home.0.as_path().join("other"),
        );
        assert_eq!(usual_from(home.0.as_path()), Ok(None));
        drop(start(&usual));
        let NoStack(why) = usual_from(home.0.as_path()).unwrap_err();
        assert_eq!(why, "no stack runs in .local: `make run` starts one");
        let _running = start(&other);
        register(&usual, 1, &other);
        let NoStack(why) = usual_from(home.0.as_path()).unwrap_err();
        let told = format!("one runs in {0}: --stack {0}", other.display());
        assert!(why.ends_with(&told), "{why}");
    }

    #[test]
    fn a_folder_that_was_named_has_a_stack_or_the_message_says_why_not() {
        let home = Home::new();
        let folder = home.0.as_path().join("mine");
        let NoStack(why) = in_folder(&folder, "--stack").unwrap_err();
        assert!(why.contains("there is no such folder"), "{why}");
        let running = start(&folder);
        assert_eq!(
            in_folder(&folder, "--stack").unwrap().description,
            folder.join(DESCRIPTION)
        );
        drop(running);
        let NoStack(why) = in_folder(&folder, "--stack").unwrap_err();
        assert!(why.contains("no stack runs there"), "{why}");
        assert!(why.contains("make run STATE_DIR="), "{why}");
        let file = folder.join(LOCK);
        let NoStack(why) = in_folder(&file, "FAIRLEAD_STACK").unwrap_err();
        assert!(why.starts_with("FAIRLEAD_STACK names"), "{why}");
        assert!(why.contains("that is no folder"), "{why}");
    }
}
