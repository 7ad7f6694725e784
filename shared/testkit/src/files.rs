//! The files of a model, by their path below its folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use model_compiler::Texts;

/// The files of a model, by their path below its folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A path of this repository, by its path below the repository's folder.
#[must_use]
pub fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// The YAML files of a folder, and those of holidays and rows, misnamed ones too; none if there is no such folder.
///
/// # Panics
/// If one cannot be read.
#[must_use]
pub fn files_in(folder: &Path) -> Files {
    let mut files = Files::new();
    let rows = model_compiler::FOLDERS.map(|folder| format!("{folder}/"));
    let folders = ["".to_owned(), "holidays/".to_owned()]
        .into_iter()
        .chain(rows);
    for below in folders {
        for entry in fs::read_dir(folder.join(&below)).into_iter().flatten() {
            let entry = entry.expect("an entry of the folder");
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            let ends = [".yaml", ".yml", ".ics", ".csv"];
            if ends.iter().any(|end| name.ends_with(end)) {
                let bytes = fs::read(entry.path()).expect("a file of the model");
                files.insert(format!("{below}{name}"), bytes);
            }
        }
    }
    files
}

/// The files of the example company's model, in `config/`.
///
/// # Panics
/// If they cannot be read.
#[must_use]
pub fn example_files() -> Files {
    let files = files_in(&in_repository("config"));
    assert!(!files.is_empty(), "config/ has no files");
    files
}

/// The texts of the example company's model.
///
/// # Panics
/// If they cannot be read.
#[must_use]
pub fn example_texts() -> Texts {
    example_files().into_iter().collect()
}

/// The files of the example company's model with other metrics; its reviews name none of them.
///
/// # Panics
/// If they cannot be read.
#[must_use]
pub fn example_files_with_metrics(metrics: &str) -> Files {
    let mut files = example_files();
    files.insert("metrics.yaml".to_owned(), metrics.as_bytes().to_vec());
    let governance = files.get_mut("governance.yaml").expect("a governance.yaml");
    let text = String::from_utf8(std::mem::take(governance)).expect("a text");
    let others = text.lines();
    let others = others.filter(|line| !line.trim_start().starts_with("metrics: ["));
    *governance = others.collect::<Vec<_>>().join("\n").into_bytes();
    files
}
