//! The files of records that somebody names.

use std::{fs::File, io::Read, path::PathBuf};

use export_audit::Export;

use super::CouldNotRun;

/// The files, to be opened when they are read.
///
/// # Errors
/// If one is not there.
pub fn exports(paths: &[PathBuf]) -> Result<Vec<Export>, CouldNotRun> {
    let export = |path: &PathBuf| {
        if !path.is_file() {
            return Err(CouldNotRun(format!("there is no file {}", path.display())));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let path = path.clone();
        Ok(Export::new(name, move || {
            File::open(&path).map(|file| Box::new(file) as Box<dyn Read>)
        }))
    };
    paths.iter().map(export).collect()
}
