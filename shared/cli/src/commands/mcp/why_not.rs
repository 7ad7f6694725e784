use std::path::Path;

use crm::RecordName;
use decisions::why_not::{AT_A_DESK, why_not};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::Store;

use super::{
    answer::{asked, unread},
    decided,
};
use crate::commands::{
    CouldNotRun,
    company::record_in,
    options::rules_in,
    why_not::{Whom, as_json, copy_of, wanted},
};

/// When an assistant asks it.
pub const WHEN: &str = "Why a record of the running stack does not go to a person, a pool, a queue or by a rule: the \
fewest facts that would have to be others, each answer put to the rules again. Use it for why not me, and for what \
would have to change. Whose turn it is in a pool is taken as it is.";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    record: String,
    #[serde(default)]
    person: Option<String>,
    #[serde(default)]
    pool: Option<String>,
    #[serde(default)]
    queue: Option<String>,
    #[serde(default)]
    rule: Option<String>,
}

/// What it is asked.
pub fn schema() -> Value {
    let word = |what: &str| json!({ "type": "string", "description": what });
    json!({
        "type": "object",
        "properties": {
            "record": word("The record, such as lead:123"),
            "person": word("A person, by their name in people.yaml; or one of the others instead"),
            "pool": word("A pool"),
            "queue": word("A queue"),
            "rule": word("A rule of the routing")
        },
        "required": ["record"],
        "additionalProperties": false
    })
}

/// The ways.
///
/// # Errors
/// If there is no such record, person, pool, queue or rule, or the stack does not answer.
pub async fn answer<S: Store>(
    folder: &Path,
    store: &S,
    given: Map<String, Value>,
) -> Result<Value, CouldNotRun> {
    let asked: Asked = asked(given)?;
    let now = Timestamp::now();
    let rules = rules_in(folder, now)?;
    let name: RecordName = { asked.record.parse() }.map_err(|why| CouldNotRun(format!("{why}")))?;
    let record = record_in(&rules.model, &name)?;
    let named = [&asked.person, &asked.pool, &asked.queue, &asked.rule];
    if named.into_iter().flatten().count() != 1 {
        return Err(CouldNotRun(
            "name one of person, pool, queue and rule, and no other".to_owned(),
        ));
    }
    let whom = Whom {
        person: asked.person,
        pool: asked.pool,
        queue: asked.queue,
        rule: asked.rule,
    };
    let wanted = wanted(&rules.model, &record, &whom).map_err(CouldNotRun)?;
    let copy = copy_of(store, &record).await.map_err(unread)?;
    let copy = copy.ok_or_else(|| {
        CouldNotRun(format!(
            "there is no copy of {name}: no webhook and no look through the CRM has told of it"
        ))
    })?;
    let told = why_not(&rules, &copy, &wanted, (now, AT_A_DESK));
    let mut told = as_json(&rules, &copy, &told);
    let decisions = decided::routed(store, &record).await.map_err(unread)?;
    if let Some(object) = told.as_object_mut() {
        let revision = rules.model.revision.hash.to_string();
        object.insert("revision".to_owned(), json!(revision));
        object.insert("decisions".to_owned(), json!(decisions));
    }
    Ok(told)
}
