//! Every file is UTF-8. Another encoding would turn names into rubbish that nobody notices.

use super::{
    check::{Check, Problems, Reading},
    file_too_large::fits,
};
use crate::{problems::problem::ProblemSeverity, yaml::span::Span};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "unreadable-text",
    about: "Every file is UTF-8.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for file in ModelFile::ALL {
        let text = reading
            .texts
            .of(file)
            .filter(|text| fits(file.name(), text))
            .unwrap_or_default();
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(index) = line.chars().position(|c| c == char::REPLACEMENT_CHARACTER) {
                let column = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
                let span = Span {
                    line: number,
                    column,
                    length: 1,
                };
                let what = "there are bytes here that are no UTF-8 text".to_owned();
                problems.at(
                    &CHECK,
                    file,
                    span,
                    what,
                    "save the file as UTF-8".to_owned(),
                );
                break;
            }
        }
    }
}
