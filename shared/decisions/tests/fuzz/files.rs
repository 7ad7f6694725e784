//! Models as files, and as one text: the files in which a model differs from the example, each below
//! a line with its name, like `-- people.yaml --`.

use std::{fs, path::Path, sync::LazyLock};

pub use testkit::Files;
use testkit::{broken_models, example_files};

static EXAMPLE: LazyLock<Files> = LazyLock::new(example_files);

/// The example model.
pub fn example() -> Files {
    EXAMPLE.clone()
}

/// The example, every broken model, and what was found before. A broken model that lacks a file is
/// not among them, since a text cannot say so.
pub fn corpus() -> Vec<Files> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz-corpus");
    let names = broken_models::names();
    let broken = names.iter().map(|name| broken_models::files(name));
    let whole = broken.filter(|files| EXAMPLE.keys().all(|path| files.contains_key(path)));
    let mut models = vec![example()];
    models.extend(whole);
    for found in sorted(&found) {
        if found.extension().is_some_and(|it| it == "txt") {
            models.push(apart(&fs::read(found).unwrap()));
        }
    }
    models
}

/// A model as one text.
pub fn together(files: &Files) -> Vec<u8> {
    let mut text = Vec::new();
    for (name, bytes) in files {
        if EXAMPLE.get(name) != Some(bytes) {
            text.extend(format!("-- {name} --\n").into_bytes());
            text.extend(bytes);
            if bytes.last() != Some(&b'\n') {
                text.push(b'\n');
            }
        }
    }
    text
}

/// The model of a text. What stands above the first name is passed over.
pub fn apart(text: &[u8]) -> Files {
    let mut files = example();
    let mut file: Option<&mut Vec<u8>> = None;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if let Some(name) = name(line) {
            let bytes = files.entry(name.to_owned()).or_default();
            bytes.clear();
            file = Some(bytes);
        } else if let Some(file) = &mut file {
            file.extend(line);
        }
    }
    files
}

fn name(line: &[u8]) -> Option<&str> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let name = line.strip_prefix("-- ")?.strip_suffix(" --")?;
    let ends = [".yaml", ".ics", ".csv"];
    ends.iter().any(|end| name.ends_with(end)).then_some(name)
}

fn sorted(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
