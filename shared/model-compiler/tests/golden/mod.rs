//! Generated files that are kept in the repository, and how they are kept up to date.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folder of the whole project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares a file with what it should have in it; with `BLESS=1` it is written anew first.
#[track_caller]
pub fn compare(path: &Path, made: &str) {
    if std::env::var("BLESS").is_ok() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, made).expect("a file that can be written");
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == made,
        "{} is not what the language is now: run `make bless`, and look at the difference",
        path.display()
    );
}
