//! Models as files, and as one text: the files in which a model differs from the example, each below
//! a line with its name, like `-- people.yaml --`.

use std::{collections::BTreeMap, fs, path::Path, sync::LazyLock};

use testkit::example_texts;

/// The files of a model by their path below its folder.
pub type Files = BTreeMap<String, Vec<u8>>;

static EXAMPLE: LazyLock<Files> = LazyLock::new(|| {
    let texts = example_texts();
    let file = |path: &str| {
        let text = texts.get(path).unwrap_or_default();
        (path.to_owned(), text.as_bytes().to_vec())
    };
    texts.paths().map(file).collect()
});

/// The example model.
pub fn example() -> Files {
    EXAMPLE.clone()
}

/// The example, every broken model, and what was found before.
pub fn corpus() -> Vec<Files> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let mut models = vec![example()];
    for folder in sorted(&tests.join("broken-models")) {
        if folder.is_dir() {
            let mut files = example();
            files.extend(files_in(&folder, ""));
            files.extend(files_in(&folder.join("holidays"), "holidays/"));
            models.push(files);
        }
    }
    for found in sorted(&tests.join("fuzz-corpus")) {
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
    (name.ends_with(".yaml") || name.ends_with(".ics")).then_some(name)
}

fn files_in(folder: &Path, prefix: &str) -> Files {
    let mut files = Files::new();
    for path in sorted(folder) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".yaml") || name.ends_with(".ics") {
            files.insert(format!("{prefix}{name}"), fs::read(&path).unwrap());
        }
    }
    files
}

fn sorted(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
