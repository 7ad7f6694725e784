//! Every file in the folders `lists`, `tables`, `people` and `territories` beside the six files is named by
//! the model. One that is not would be kept in vain, and whoever owns it would believe that it counts.

use std::collections::BTreeSet;

use super::check::{Check, Problems, Reading};
use crate::{grammar::Shape, problems::problem::ProblemSeverity};

pub(super) static CHECK: Check = Check {
    name: "unread-file",
    about: "Every file in the folders of rows is named by the model.",
    severity: ProblemSeverity::Error,
    run,
};

/// The folders that teams own, as people call them.
pub const FOLDERS: [&str; 4] = ["lists", "tables", "people", "territories"];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let files = reading.sites.values.iter();
    let files = files.filter(|site| matches!(site.shape, Shape::CsvFile));
    let named: BTreeSet<&str> = files.filter_map(|site| site.node.text()).collect();
    for path in reading.texts.paths() {
        let folder = path.split_once('/').map(|(folder, _)| folder);
        if !folder.is_some_and(|folder| FOLDERS.contains(&folder)) || named.contains(path) {
            continue;
        }
        let fix = if path.ends_with(".csv") {
            "name it under `lists` or `tables` in strategy.yaml, or remove it"
        } else {
            "write what it says into one of the six files, or as rows into a file that ends in .csv and that \
             `lists` or `tables` name"
        };
        problems.in_file(
            &CHECK,
            path,
            None,
            "nothing reads this file".to_owned(),
            fix.to_owned(),
        );
    }
}
