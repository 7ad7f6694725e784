//! Each of the six files is there. A component that is not used yet is a file all the same, so
//! that nobody wonders whether it was forgotten. One under another name is not read.

use super::check::{Check, Problems, Reading};
use crate::{fixes::nearest::file_meant_by, problems::problem::ProblemSeverity};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "missing-file",
    about: "Each of the six files is there.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for file in ModelFile::ALL {
        if reading.texts.of(file).is_none() {
            let what = "this file of the operating model is missing".to_owned();
            let fix = match misnamed(reading, file) {
                Some(other) => format!("rename {other} to {}", file.name()),
                None => format!(
                    "write {}; a model has six files, one for each component",
                    file.name()
                ),
            };
            problems.in_file(&CHECK, file.name(), None, what, fix);
        }
    }
}

/// A file beside the six whose name is so like this one's that it was meant.
fn misnamed<'t>(reading: &Reading<'t>, file: ModelFile) -> Option<&'t str> {
    let others = reading.texts.paths();
    let others = others.filter(|path| file_meant_by(path) == Some(file));
    others.min()
}
