//! No file is larger than a megabyte, so that nothing can keep the check busy for minutes.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::texts::LARGEST_FILE};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "file-too-large",
    about: "No file is larger than 1 MiB.",
    severity: ProblemSeverity::Error,
    run,
};

/// Whether a file may be read.
pub(crate) fn fits(text: &str) -> bool {
    text.len() <= LARGEST_FILE
}

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let six = ModelFile::ALL.map(ModelFile::name);
    let paths = reading
        .texts
        .paths()
        .filter(|path| six.contains(path) || path.ends_with(".ics"));
    for path in paths {
        if reading.texts.get(path).is_some_and(|text| !fits(text)) {
            let what = format!(
                "the file is larger than {} KiB and was not read",
                LARGEST_FILE / 1024
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
