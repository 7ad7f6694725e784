use std::path::Path;

use model_compiler::{ProblemSeverity, report};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{asked, fitting};
use crate::commands::{CouldNotRun, texts};

/// When an assistant asks it.
pub const WHEN: &str = "All problems of the operating model, each with its file, line, what is wrong and how to fix \
it. Use it whenever a file of the model was changed, and before saying that a model is right. Errors keep the model \
from being built, warnings do not.";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {}

/// What it is asked.
pub fn schema() -> Value {
    json!({ "type": "object", "properties": {}, "additionalProperties": false })
}

/// The problems.
///
/// # Errors
/// If the folder cannot be read.
pub fn answer(folder: &Path, given: Map<String, Value>) -> Result<Value, CouldNotRun> {
    let Asked {} = asked(given)?;
    let checked = model_compiler::check(&texts(folder)?);
    let told = report::json(&checked.problems, &folder.to_string_lossy());
    let problems: Vec<Value> =
        serde_json::from_str(&told).map_err(|why| CouldNotRun(why.to_string()))?;
    let warnings = checked.problems.iter();
    let warnings = warnings.filter(|it| it.severity == ProblemSeverity::Warning);
    let warnings = warnings.count();
    let (fit, left_out) = fitting(&problems)?;
    Ok(json!({
        "revision": checked.model.as_ref().map(|model| model.revision.hash.to_string()),
        "errors": problems.len() - warnings,
        "warnings": warnings,
        "proven": checked.proven,
        "problems": fit,
        "left_out": left_out,
    }))
}
