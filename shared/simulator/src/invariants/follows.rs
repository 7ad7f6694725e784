use std::collections::BTreeMap;

use contracts::{
    CrmWrite, EventData, Key,
    state::{EffectState, EffectStatus},
};
use crm::Value;

use super::seen::Seen;

/// What follows a stage is there once: never twice, and whatever was done is there, unless somebody deleted it.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut asked: BTreeMap<(crm::RecordKind, &str, &str), bool> = BTreeMap::new();
    for event in seen.ending.events.values() {
        let EventData::CrmWriteRequested {
            write: CrmWrite::Create { kind, by, key, .. },
        } = &event.data
        else {
            continue;
        };
        let effect = seen.state::<EffectState>(&Key::effect(&event.id));
        let done = effect.is_some_and(|it| it.status == EffectStatus::Done);
        *asked.entry((*kind, by, key)).or_default() |= done;
    }
    let mut found = Vec::new();
    for ((kind, by, key), done) in asked {
        let its = seen.ending.records.iter().filter(|(id, held)| {
            id.kind == kind && held.fields.get(by).and_then(Value::text) == Some(key)
        });
        let (gone, there): (Vec<_>, Vec<_>) = its.partition(|(_, held)| held.deleted);
        if there.len() > 1 {
            found.push(format!("{key} is there {} times", there.len()));
        }
        if done && there.is_empty() && gone.is_empty() {
            found.push(format!("{key} is marked as created, and is not there"));
        }
    }
    found
}
