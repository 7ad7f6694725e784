//! What of a model does not go on from the one that is deployed.

use std::{fs, path::Path};

use decisions::renamed::{Broken, since};
use model::{OperatingModel, artefact};
use model_compiler::{Checked, Problem, ProblemSeverity, Span};

use super::CouldNotRun;

/// The name by which it is told from the checks of one model.
const CHECK: &str = "against";

/// What does not go on from the model in this file, as warnings: a name may be gone for good. Of a model with errors
/// nothing is said.
///
/// # Errors
/// If the file cannot be read, or is no model that this version reads.
pub(super) fn not_going_on(checked: &Checked, path: &Path) -> Result<Vec<Problem>, CouldNotRun> {
    let cannot = |why: String| CouldNotRun(format!("{}: {why}", path.display()));
    let bytes = fs::read(path).map_err(|why| cannot(why.to_string()))?;
    let deployed = artefact::load(&bytes).map_err(|why| cannot(why.to_string()))?;
    let Some(model) = &checked.model else {
        return Ok(Vec::new());
    };
    let broken = since(&deployed, model).into_iter();
    Ok(broken.map(|broken| problem(&deployed, broken)).collect())
}

fn problem(deployed: &OperatingModel, broken: Broken) -> Problem {
    let Broken {
        file, place, what, ..
    } = broken;
    Problem {
        severity: ProblemSeverity::Warning,
        check: CHECK,
        file: file.name().to_owned(),
        span: place.map(|place| Span {
            line: place.line,
            column: place.column,
            length: 1,
        }),
        shown: None,
        what: format!("{what} (against revision {})", deployed.revision.hash),
        fix: broken.fix,
    }
}
