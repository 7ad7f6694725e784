//! What decisions ask for, as scenarios tell of it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{CrmWrite, EventData};
use crm::Value;

/// The fields that these events set, and to what.
pub(super) fn set_by(emits: &[EventData]) -> BTreeMap<String, Value> {
    let written = emits.iter().filter_map(|event| match event {
        EventData::CrmWriteRequested {
            write: CrmWrite::Fields { set },
        } => Some(set),
        _ => None,
    });
    let set = written.flatten();
    set.map(|it| (it.field.clone(), it.to.clone())).collect()
}

/// The stage to which these events move the record.
pub(super) fn moved_by(emits: &[EventData]) -> Option<Value> {
    emits.iter().find_map(|event| match event {
        EventData::CrmWriteRequested {
            write: CrmWrite::Stage { to, .. },
        } => Some(Value::Text(to.clone())),
        _ => None,
    })
}

/// Whom these events tell something.
pub(super) fn told_by(emits: &[EventData]) -> BTreeSet<String> {
    let told = emits.iter().filter_map(|event| match event {
        EventData::NoticeRequested { to, .. } => Some(to.to_string()),
        _ => None,
    });
    told.collect()
}
