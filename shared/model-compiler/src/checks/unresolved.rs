//! The last guard: what passed every check can be built. If this ever speaks, a check is missing,
//! and the model is refused all the same.

use super::check::{Check, Problems, nothing};
use crate::problems::problem::ProblemSeverity;
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "unresolved",
    about: "What passed every check can be built.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

/// Says that the model could not be built.
pub(crate) fn report(problems: &mut Problems<'_>) {
    let what =
        "the model passed every check and could still not be built; this is a gap in the checks"
            .to_owned();
    problems.in_file(
        &CHECK,
        ModelFile::Strategy.name(),
        None,
        what,
        "undo the latest change, and report it".to_owned(),
    );
}
