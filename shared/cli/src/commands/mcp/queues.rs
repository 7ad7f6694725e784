use std::{collections::BTreeSet, path::Path};

use engine::{read_routed, routed_in_indexes};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use store::Store;

use super::{
    answer::{fitting, unread},
    decided, one_of,
};
use crate::commands::{
    CouldNotRun,
    options::rules_in,
    queues::{as_json, queued},
};

/// When an assistant asks it.
pub const WHEN: &str = "What waits in the queues of the running stack: which record, by which rule, since when, until \
when, and who gets it then. Use it for what can be taken, and for what nobody takes. Names of customers are not told.";

/// How many records are told, those whose time ends first: each is a read of its own.
const MOST: usize = 50;

/// What it is asked.
pub fn schema() -> Value {
    one_of::schema("queue")
}

/// What is in them.
///
/// # Errors
/// If there is no such queue, or the stack does not answer.
pub async fn answer<S: Store>(
    folder: &Path,
    store: &S,
    given: Map<String, Value>,
) -> Result<Value, CouldNotRun> {
    let now = Timestamp::now();
    let rules = rules_in(folder, now)?;
    let names = rules.model.queues.keys().map(String::as_str);
    let queue = one_of::name("queue", names, given)?;
    let records = routed_in_indexes(store, &BTreeSet::new()).await;
    let records = records.map_err(unread)?;
    let waiting = read_routed(store, &records).await.map_err(unread)?;
    let mut queued = queued(&waiting, queue.as_deref());
    let all = queued.len();
    queued.truncate(MOST);
    let mut told = Vec::with_capacity(queued.len());
    let shown = as_json(&rules, &queued);
    for (it, shown) in queued.iter().zip(shown.as_array().into_iter().flatten()) {
        let decisions = decided::routed(store, &it.record).await.map_err(unread)?;
        let mut shown = shown.clone();
        if let Some(object) = shown.as_object_mut() {
            object.insert("decisions".to_owned(), json!(decisions));
        }
        told.push(shown);
    }
    let (fit, _) = fitting(&told)?;
    let left_out = all.saturating_sub(fit.len());
    let revision = rules.model.revision.hash.to_string();
    Ok(json!({ "revision": revision, "at": now, "waiting": fit, "left_out": left_out }))
}
