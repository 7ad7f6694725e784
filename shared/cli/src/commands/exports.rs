//! The files of records that somebody names.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

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

/// Where something is to be written is none of the files that are read: it would be emptied first.
///
/// # Errors
/// If it is one of them.
pub fn is_none_of(output: &Path, exports: &[PathBuf]) -> Result<(), CouldNotRun> {
    let Ok(there) = output.canonicalize() else {
        return Ok(());
    };
    let mut same = exports.iter().filter_map(|path| path.canonicalize().ok());
    if same.any(|path| path == there) {
        return Err(CouldNotRun(format!(
            "{} is one of the exports, and would be lost: name another file for what is written",
            output.display()
        )));
    }
    Ok(())
}

#[cfg(test)]
#[allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test may panic, and writes its files"
)]
mod tests {
    use super::*;

    #[test]
    fn an_export_is_never_written_over() {
        let folder = std::env::temp_dir().join(format!("fairlead-exports-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let export = folder.join("deals.csv");
        std::fs::write(&export, "id\n1\n").expect("a file");
        let exports = [export.clone()];
        assert!(is_none_of(&export, &exports).is_err());
        let roundabout = folder.join("..").join(folder.file_name().expect("a name"));
        let roundabout = roundabout.join("deals.csv");
        assert!(is_none_of(&roundabout, &exports).is_err());
        assert!(is_none_of(&folder.join("findings.csv"), &exports).is_ok());
        std::fs::remove_dir_all(&folder).expect("it is gone");
    }
}
