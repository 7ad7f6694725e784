//! A record that no entry of a first-match list catches, if there can be such a record: it is found
//! through a text pattern, and no text was found that can be written so. Whether one exists, the
//! author of the pattern knows; an `otherwise` ends the doubt.

use super::{
    proving::Proving,
    uncaught_record::{fix, message},
};
use crate::{
    checks::check::{Check, Problems, nothing},
    problems::problem::ProblemSeverity,
};

pub(crate) static CHECK: Check = Check {
    name: "doubtful-record",
    about: "No record may fall through a first-match list, even if it can hardly exist.",
    severity: ProblemSeverity::Warning,
    run: nothing,
};

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    for list in &proving.lists {
        let (Some(hole), Some(last)) = (&list.walk.hole, list.entries.last()) else {
            continue;
        };
        if !hole.certain {
            let what = format!("{}, if there can be such a text", message(hole));
            proving.report(problems, &CHECK, last.place, what, fix(list).to_owned());
        }
    }
}
