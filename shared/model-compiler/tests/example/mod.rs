//! The example model of `config/`, for the tests.

use std::{collections::BTreeMap, fs, path::Path};

/// The files of the example model by their path below its folder.
pub fn files() -> BTreeMap<String, Vec<u8>> {
    files_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config"))
}

/// The YAML and holiday files of a folder, misnamed ones too.
pub fn files_in(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for (below, prefix) in [
        (folder.to_owned(), ""),
        (folder.join("holidays"), "holidays/"),
    ] {
        for entry in fs::read_dir(below).into_iter().flatten() {
            let entry = entry.expect("an entry of the folder");
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            if [".yaml", ".yml", ".ics"]
                .iter()
                .any(|end| name.ends_with(end))
            {
                files.insert(
                    format!("{prefix}{name}"),
                    fs::read(entry.path()).expect("a file"),
                );
            }
        }
    }
    files
}
