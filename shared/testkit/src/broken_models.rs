//! The broken models of `tests/broken-models/`: the example company's model with a mistake in it.
//!
//! What a folder changes stands in its `change.yaml`, see the README there.

mod change;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::files::{Files, example_files, files_in, in_repository};

/// The file with what a broken model changes.
const CHANGE: &str = "change.yaml";

/// The folder of a broken model.
#[must_use]
pub fn folder(case: &str) -> PathBuf {
    in_repository("tests/broken-models").join(case)
}

/// The names of all broken models, in alphabetical order.
///
/// # Panics
/// If their folder cannot be read.
#[must_use]
pub fn names() -> Vec<String> {
    let entries = fs::read_dir(folder("")).expect("tests/broken-models");
    let folders = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir());
    let names: BTreeSet<String> = folders
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    names.into_iter().collect()
}

/// The whole files of a broken model, those that it does not change included.
///
/// # Panics
/// If its change does not fit the example: it says which, and what was not found.
#[must_use]
pub fn files(case: &str) -> Files {
    changed(&folder(case), example_files())
        .unwrap_or_else(|why| panic!("tests/broken-models/{case}: {why}"))
}

/// The whole files of a model of `tests/models/`, which is the example with changes that are no mistake: for
/// what it does not have.
///
/// # Panics
/// As [`files`].
#[must_use]
pub fn changed_model(case: &str) -> Files {
    let folder = in_repository("tests/models").join(case);
    changed(&folder, example_files()).unwrap_or_else(|why| panic!("tests/models/{case}: {why}"))
}

/// The files in which a broken model differs from the example.
///
/// # Panics
/// As [`files`].
#[must_use]
pub fn different_files(case: &str) -> Files {
    let example = example_files();
    let mut files = files(case);
    files.retain(|path, bytes| example.get(path) != Some(bytes));
    files
}

/// Writes the files in which a broken model differs from the example into a folder, which is made
/// anew, for `fairlead check FOLDER --over config`.
///
/// # Panics
/// As [`files`], and if a file cannot be written.
pub fn write(case: &str, folder: &Path) {
    let files = different_files(case);
    if folder.exists() {
        fs::remove_dir_all(folder).expect("a folder that can be removed");
    }
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file that can be written");
    }
}

fn changed(folder: &Path, mut files: Files) -> Result<Files, String> {
    let example = files.clone();
    let mut whole = files_in(folder);
    let text = whole.remove(CHANGE).unwrap_or_default();
    let in_it = |why: String| format!("{CHANGE}: {why}");
    let text = String::from_utf8(text).map_err(|why| in_it(why.to_string()))?;
    let changes = change::read(&text).map_err(in_it)?;
    change::apply(&changes, &mut files).map_err(in_it)?;
    for (path, bytes) in whole {
        if changes.contains_key(&path) {
            return Err(in_it(format!("{path} stands beside it whole")));
        }
        files.insert(path, bytes);
    }
    if files == example {
        return Err(in_it("write the mistake, it changes nothing".to_owned()));
    }
    Ok(files)
}
