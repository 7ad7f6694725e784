use std::path::Path;

use jiff::Timestamp;
use model_compiler::report;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::asked;
use crate::commands::{CouldNotRun, options::rules_in, route};

/// When an assistant asks it.
pub const WHEN: &str = "To whom a record would go by the operating model, by which rule and why, with the reasons and \
the lines of the model. Use it to answer who gets a lead like this one, and what a rule does. Nothing is written. The \
pools are fresh and everybody is there, unless the record says otherwise: so whose turn it is in a pool is an example, \
and the rule and the pool are not.";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    record: Map<String, Value>,
}

/// What it is asked.
pub fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "record": {
                "type": "object",
                "description": "The facts, written as a scenario of the model: the record by its kind, the account \
                    beside it, and where wanted `at`, `away` (a list of people) and `open_leads` (a number for each \
                    person). For example {\"lead\": {\"source\": \"web\"}, \"account\": {\"country\": \"DE\", \
                    \"employees\": 300}, \"at\": \"2026-11-23 10:00\"}. Leave out personal data that no rule needs."
            }
        },
        "required": ["record"],
        "additionalProperties": false
    })
}

/// To whom it would go.
///
/// # Errors
/// If the model cannot be read, or the record cannot be understood; the message has every problem.
pub fn answer(folder: &Path, given: Map<String, Value>) -> Result<Value, CouldNotRun> {
    const NAME: &str = "record";
    let Asked { record } = asked(given)?;
    let now = Timestamp::now();
    let rules = rules_in(folder, now)?;
    let bytes = Value::Object(record).to_string().into_bytes();
    let scenario = route::understood(&rules, NAME, &bytes, None, now).map_err(|problems| {
        let problems = report::json(&problems, "");
        CouldNotRun(format!(
            "the record cannot be understood; mend what `message` and `fix` name: {problems}"
        ))
    })?;
    let mut told = route::dry(&rules, &scenario, folder)?;
    if let Some(object) = told.as_object_mut() {
        let revision = rules.model.revision.hash.to_string();
        object.insert("revision".to_owned(), json!(revision));
    }
    Ok(told)
}
