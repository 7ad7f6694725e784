//! A value stands in one line of a file of rows: of two lines nobody could say which one is meant. Domains are
//! compared in the form in which they are kept, so `www.kranich.example` is `kranich.example`.

use std::collections::BTreeMap;

use super::{
    check::{Check, Problems, Reading},
    file_too_large::fits,
    rows::{MOST_LINES, every, whole},
};
use crate::{
    problems::problem::ProblemSeverity,
    resolve::{kept, of_domains},
    rows::Rows,
};

pub(super) static CHECK: Check = Check {
    name: "same-row",
    about: "Each value stands in one line of a file of rows.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for used in every(reading) {
        let text = reading.texts.get(used.path);
        let text = text.filter(|text| fits(used.path, text));
        let Some(rows) = text.and_then(|text| Rows::of(text).ok()) else {
            continue;
        };
        let Some((_, cells)) = used.key(&rows) else {
            continue;
        };
        let as_domains = of_domains(reading, used.of, used.name);
        let mut first = BTreeMap::new();
        let mut said = 0;
        for (line, text) in cells.filter(|(_, text)| !text.is_empty()) {
            let before = *first.entry(kept(text, as_domains)).or_insert(line);
            if before == line || said == MOST_LINES {
                continue;
            }
            said += 1;
            let what = format!("`{text}` stands in line {before} too");
            let fix = format!("keep one of the lines {before} and {line}");
            problems.in_file(&CHECK, used.path, Some(whole(line)), what, fix);
        }
    }
}
