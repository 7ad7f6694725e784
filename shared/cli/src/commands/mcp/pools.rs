use std::{collections::BTreeMap, path::Path};

use contracts::{AuditRecord, Key, hour_of};
use decisions::PoolNow;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use store::{Store, StoreError, audits_of_hour};

use super::{
    answer::{fitting, unread},
    decided::named,
    one_of,
};
use crate::commands::{
    CouldNotRun,
    live::Live,
    options::rules_in,
    pools::{pools, told},
};

/// When an assistant asks it.
pub const WHEN: &str = "How the pools of the running stack stand: what is due to each member and what they got, who \
cannot be asked and why, who is next and why. Use it for who gets the next lead, and whether leads are shared as the \
model says. Leads are numbers; off_by is received less fair.";

/// What it is asked.
pub fn schema() -> Value {
    one_of::schema("pool")
}

/// The pools.
///
/// # Errors
/// If there is no such pool, or the stack does not answer.
pub async fn answer<S: Store>(
    folder: &Path,
    store: &S,
    given: Map<String, Value>,
) -> Result<Value, CouldNotRun> {
    let now = Timestamp::now();
    let rules = rules_in(folder, now)?;
    let names = rules.model.pools.keys().map(String::as_str);
    let pool = one_of::name("pool", names, given)?;
    let live = Live::read(store, &rules).await.map_err(unread)?;
    let pools = pools(&rules, &live, pool.as_deref(), now)?;
    let gave = gave_last(store, &pools).await.map_err(unread)?;
    let mut told: Vec<Value> = match told::json(&pools) {
        Value::Array(pools) => pools,
        other => vec![other],
    };
    for ((name, _), pool) in pools.iter().zip(&mut told) {
        if let Some(object) = pool.as_object_mut() {
            object.insert("gave_last".to_owned(), json!(gave.get(name)));
        }
    }
    let (fit, left_out) = fitting(&told)?;
    let revision = rules.model.revision.hash.to_string();
    Ok(json!({ "revision": revision, "at": now, "pools": fit, "left_out": left_out }))
}

/// The decision by which each pool gave its last lead, if it has given one.
async fn gave_last<'p, S: Store>(
    store: &S,
    pools: &BTreeMap<&'p str, PoolNow>,
) -> Result<BTreeMap<&'p str, Value>, StoreError> {
    let mut hours: BTreeMap<String, Vec<AuditRecord>> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for (name, pool) in pools {
        let Some(last) = pool.members.iter().filter_map(|it| it.last).max() else {
            continue;
        };
        let hour = hour_of(last);
        if !hours.contains_key(&hour) {
            let audits = audits_of_hour(store, &hour).await?;
            hours.insert(hour.clone(), audits);
        }
        let key = Key::pool(name);
        let audits = hours.get(&hour).into_iter().flatten().rev();
        let mut moved = audits.filter(|it| it.changes.contains_key(&key.short(&it.subject)));
        found.extend(moved.next().map(|audit| (*name, named(audit))));
    }
    Ok(found)
}
