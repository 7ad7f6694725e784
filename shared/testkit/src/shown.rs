//! Pages as a browser is given them, for `make test-pages`.

use std::{collections::BTreeMap, fs, path::PathBuf};

/// Names the folder that takes the pages; without it none is kept.
const FOLDER: &str = "PAGES";

/// Keeps a page with the headers it is sent with under a name, if `make test-pages` has asked for pages.
///
/// # Panics
/// If the folder takes none.
pub fn show(name: &str, headers: &BTreeMap<String, String>, page: &str) {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    fs::create_dir_all(&folder).expect("a folder for pages");
    fs::write(folder.join(format!("{name}.html")), page).expect("a page is written");
    let headers = serde_json::to_string(headers).expect("headers");
    fs::write(folder.join(format!("{name}.json")), headers).expect("headers are written");
}
