//! The files of records that somebody names.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use export_audit::{Export, Layouts, is_workbook, sheet_of, workbook};

use super::CouldNotRun;

/// The files, to be opened when they are read; of a workbook each sheet that has something in it, or the one that is
/// named as in `deals.xlsx:Deals`.
///
/// # Errors
/// If one is not there, or is no workbook though its name ends like one.
pub fn exports(paths: &[PathBuf]) -> Result<Vec<Export>, CouldNotRun> {
    let mut exports = Vec::new();
    for given in paths {
        let (path, sheet) = parts(given);
        if !path.is_file() {
            return Err(CouldNotRun(format!("there is no file {}", path.display())));
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !is_workbook(&name) {
            exports.push(Export::new(name, move || {
                File::open(&path).map(|file| Box::new(file) as Box<dyn Read>)
            }));
            continue;
        }
        let bytes = fs::read(&path)
            .map_err(|why| CouldNotRun(format!("{} cannot be read: {why}", path.display())))?;
        let sheets = workbook(&name, &bytes, sheet.as_deref());
        exports.extend(sheets.map_err(|why| CouldNotRun(why.to_string()))?);
    }
    Ok(exports)
}

/// The one export that somebody names.
///
/// # Errors
/// As [`exports`], and if it is a workbook of several sheets.
pub fn one_export(path: &Path) -> Result<Export, CouldNotRun> {
    let mut all = exports(&[path.to_path_buf()])?;
    if all.len() > 1 {
        let names: Vec<&str> = all.iter().map(Export::name).collect();
        let why = format!(
            "{} has several sheets; name one of these: {}",
            path.display(),
            names.join(", ")
        );
        return Err(CouldNotRun(why));
    }
    all.pop()
        .ok_or_else(|| CouldNotRun(format!("{} has nothing in it", path.display())))
}

/// How the files are read, as the mapping in a file of its own says.
///
/// # Errors
/// If it is not there, or is no mapping.
pub fn layouts_in(mapping: &Path) -> Result<Layouts, CouldNotRun> {
    let text = fs::read_to_string(mapping).map_err(|why| {
        CouldNotRun(format!(
            "the mapping {} cannot be read: {why}; have one proposed with `fairlead audit --guess`, or write one as \
             `fairlead reconcile --help` shows",
            mapping.display()
        ))
    })?;
    Layouts::parse(&text).map_err(|why| CouldNotRun(why.to_string()))
}

/// Whether a file of exports is there, be it with the name of a sheet.
pub fn is_there(given: &Path) -> bool {
    parts(given).0.is_file()
}

/// The file, and the sheet if one is named.
fn parts(given: &Path) -> (PathBuf, Option<String>) {
    let text = given.to_string_lossy();
    match sheet_of(&text).filter(|_| !given.is_file()) {
        Some((path, sheet)) => (PathBuf::from(path), Some(sheet.to_owned())),
        None => (given.to_path_buf(), None),
    }
}

/// Where something is to be written is none of the files that are read: it would be emptied first.
///
/// # Errors
/// If it is one of them.
pub fn is_none_of(output: &Path, exports: &[PathBuf]) -> Result<(), CouldNotRun> {
    let Ok(there) = output.canonicalize() else {
        return Ok(());
    };
    let mut same = exports
        .iter()
        .filter_map(|path| parts(path).0.canonicalize().ok());
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
        let book = folder.join("crm.xlsx");
        std::fs::write(&book, "no workbook").expect("a file");
        let sheet = folder.join("crm.xlsx:Deals");
        assert!(is_there(&sheet) && !is_there(&folder.join("other.xlsx:Deals")));
        assert!(is_none_of(&book, std::slice::from_ref(&sheet)).is_err());
        let why = one_export(&sheet)
            .map(|it| it.name().to_owned())
            .expect_err("no workbook");
        assert!(why.0.contains("it is no workbook of Excel"), "{}", why.0);
        std::fs::remove_dir_all(&folder).expect("it is gone");
    }
}
