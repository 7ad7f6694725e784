//! No file is larger than a megabyte, and no file of rows larger than eight, so that nothing can keep the
//! check busy for minutes.

use super::check::{Check, Problems, Reading};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::texts::{LARGEST_FILE, LARGEST_ROWS},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "file-too-large",
    about: "No file is larger than 1 MiB, and no file of rows larger than 8 MiB.",
    severity: ProblemSeverity::Error,
    run,
};

/// Whether a file may be read.
pub(crate) fn fits(path: &str, text: &str) -> bool {
    text.len() <= largest(path)
}

fn largest(path: &str) -> usize {
    if is_rows(path) {
        LARGEST_ROWS
    } else {
        LARGEST_FILE
    }
}

fn is_rows(path: &str) -> bool {
    path.ends_with(".csv")
}

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let six = ModelFile::ALL.map(ModelFile::name);
    let paths = reading
        .texts
        .paths()
        .filter(|path| six.contains(path) || path.ends_with(".ics") || is_rows(path));
    for path in paths {
        if reading
            .texts
            .get(path)
            .is_some_and(|text| !fits(path, text))
        {
            let what = format!(
                "the file is larger than {} KiB and was not read",
                largest(path) / 1024
            );
            problems.in_file(
                &CHECK,
                path,
                None,
                what,
                "remove what is not part of the model".to_owned(),
            );
        }
    }
}
