//! What a tool is asked that tells of all of something that the model has, such as its pools, or of one by its name.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::asked;
use crate::commands::{CouldNotRun, named::unknown};

/// Beside the name nothing is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NothingElse {}

/// What such a tool is asked; `one` is what one is called, such as `pool`.
pub fn schema(one: &str) -> Value {
    let what = format!("A {one}, by its name in people.yaml; all, if it is left out");
    json!({
        "type": "object",
        "properties": { one: { "type": "string", "description": what } },
        "additionalProperties": false
    })
}

/// The name that was asked for, if one was.
///
/// # Errors
/// If something else was asked as well, or the model has none of that name, or none at all.
pub fn name<'a>(
    one: &str,
    names: impl Iterator<Item = &'a str>,
    mut given: Map<String, Value>,
) -> Result<Option<String>, CouldNotRun> {
    let name = match given.remove(one) {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name),
        Some(other) => {
            return Err(CouldNotRun(format!(
                "`{one}` is {other}: write the name of a {one} as a text, or leave it out"
            )));
        }
    };
    let NothingElse {} = asked(given)?;
    match unknown(one, names, name.as_deref()) {
        Some(unknown) => Err(CouldNotRun(unknown)),
        None => Ok(name),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn asked(given: &Value) -> Result<Option<String>, String> {
        let given = given.as_object().cloned().unwrap_or_default();
        name("pool", ["dach", "emea"].into_iter(), given).map_err(|CouldNotRun(why)| why)
    }

    #[test]
    fn one_is_asked_for_by_its_name_or_all() {
        assert_eq!(asked(&json!({})), Ok(None));
        assert_eq!(asked(&json!({ "pool": null })), Ok(None));
        assert_eq!(
            asked(&json!({ "pool": "emea" })),
            Ok(Some("emea".to_owned()))
        );
        for (wrong, said) in [
            (json!({ "pool": "emae" }), "did you mean emea?"),
            (json!({ "pool": 7 }), "as a text"),
            (json!({ "queue": "x" }), "unknown field `queue`"),
        ] {
            let why = asked(&wrong).unwrap_err();
            assert!(why.contains(said), "{why}");
        }
    }
}
