//! Every record is caught by some entry of a first-match list: by an `otherwise`, or by entries
//! that leave nothing over. What falls through is shown by an example, with as few facts as make
//! sure of it.

use super::{
    proving::{Proven, Proving},
    walk::Hole,
};
use crate::{
    checks::check::{Check, Problems, nothing},
    problems::problem::ProblemSeverity,
};

pub(crate) static CHECK: Check = Check {
    name: "uncaught-record",
    about: "Every record is caught by some entry of a first-match list.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    for list in &proving.lists {
        let (Some(hole), Some(last)) = (&list.walk.hole, list.entries.last()) else {
            continue;
        };
        if hole.certain {
            let what = message(hole);
            proving.report(problems, &CHECK, last.place, what, fix(list).to_owned());
        }
    }
}

/// What falls through, in words.
pub(super) fn message(hole: &Hole) -> String {
    let record = &hole.record;
    format!("no entry of this list, of which this is the last, catches {record}")
}

/// How what falls through is caught.
pub(super) const fn fix(list: &Proven<'_>) -> &'static str {
    if list.routing {
        "add a rule for it, or end the list with a rule `when: otherwise`"
    } else {
        "add an entry for it, or end the list with `the_rest: otherwise`"
    }
}
