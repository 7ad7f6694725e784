use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{asked, fitting};
use crate::commands::{
    CouldNotRun,
    metrics::{choose, computed},
    options::model_in,
};

/// When an assistant asks it.
pub const WHEN: &str = "The metrics of the operating model, computed from exports of the CRM: value, of how many \
records, 95 % interval, floor and target, broken down where asked. Use it for every question about a number, in place \
of counting rows yourself. What cannot be known of a record is counted apart: tell it with the number.";

/// The mapping that is read if none is named.
const MAPPING: &str = "audit-mapping.yaml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    exports: Vec<PathBuf>,
    #[serde(default)]
    metrics: Vec<String>,
    #[serde(default)]
    by: Vec<String>,
    #[serde(default)]
    mapping: Option<PathBuf>,
}

/// What it is asked.
pub fn schema() -> Value {
    let words = |description: &str| {
        json!({
            "type": "array", "items": { "type": "string" }, "description": description
        })
    };
    json!({
        "type": "object",
        "properties": {
            "exports": words("The files of the exports, as paths below the folder that the server was started with"),
            "metrics": words("The names of metrics; all, if it is left out"),
            "by": words("By what they are broken down: a field of a closed list such as account.segment, or stage, \
                owner, team, week, month, quarter; as the model says, if it is left out"),
            "mapping": {
                "type": "string",
                "description": "The file that says how the columns are read, below the same folder; \
                    audit-mapping.yaml, if it is left out"
            }
        },
        "required": ["exports"],
        "additionalProperties": false
    })
}

/// The numbers.
///
/// # Errors
/// If the server has no folder of exports, a file is not in it, or the model does not have what was named.
pub fn answer(
    folder: &Path,
    exports: Option<&Path>,
    given: Map<String, Value>,
) -> Result<Value, CouldNotRun> {
    let asked: Asked = asked(given)?;
    let exports = exports.ok_or_else(|| {
        CouldNotRun(
            "this server has no folder of exports: have it started as `fairlead mcp --exports DIR`"
                .to_owned(),
        )
    })?;
    let paths = asked.exports.iter().map(|path| within(exports, path));
    let paths = paths.collect::<Result<Vec<_>, _>>()?;
    let mapping = asked.mapping.unwrap_or_else(|| PathBuf::from(MAPPING));
    let mapping = within(exports, &mapping)?;
    let now = Timestamp::now();
    let mut model = model_in(folder)?;
    is_known(&model, &asked.metrics)?;
    choose(&mut model, &asked.metrics, &asked.by)?;
    let revision = model.revision.hash.to_string();
    let metrics = computed(model, &paths, &mapping, now)?;
    let (fit, left_out) = fitting(&metrics)?;
    Ok(json!({ "revision": revision, "at": now, "metrics": fit, "left_out": left_out }))
}

fn is_known(model: &::model::OperatingModel, names: &[String]) -> Result<(), CouldNotRun> {
    let known = || model.metrics.keys().map(String::as_str);
    for name in names {
        if let Some(why) = crate::commands::named::unknown("metric", known(), Some(name)) {
            return Err(CouldNotRun(why));
        }
    }
    Ok(())
}

/// The file, if it lies in the folder, also after every link is followed.
fn within(folder: &Path, path: &Path) -> Result<PathBuf, CouldNotRun> {
    let shown = path.display();
    // One sentence for what is outside and what is nowhere, so that nobody learns what lies elsewhere.
    let no = || {
        CouldNotRun(format!(
            "there is no file {shown} in the folder of exports: name a file by its path below that folder"
        ))
    };
    let folder = folder.canonicalize().map_err(|_| no())?;
    let file = folder.join(path).canonicalize().map_err(|_| no())?;
    if file.starts_with(&folder) && file.is_file() {
        Ok(file)
    } else {
        Err(no())
    }
}
