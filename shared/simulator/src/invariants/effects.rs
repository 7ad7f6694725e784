use std::collections::BTreeMap;

use contracts::{
    EventData, Key,
    state::{EffectState, EffectStatus},
};

use super::seen::Seen;

/// Whatever was to be done outside was done once, or it stands in the table why not.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut mails: usize = 0;
    for event in seen.ending.events.values() {
        let mail = match &event.data {
            EventData::NoticeRequested { .. } | EventData::DigestRequested { .. } => true,
            EventData::CrmWriteRequested { .. } => false,
            _ => continue,
        };
        match seen.state::<EffectState>(&Key::effect(&event.id)) {
            None => found.push(format!("{} {} was never tried", event.name(), event.id)),
            Some(state) if state.status == EffectStatus::Claimed => {
                found.push(format!("{} {} is still claimed", event.name(), event.id));
            }
            Some(state) if mail && state.status == EffectStatus::Done => {
                mails = mails.saturating_add(1);
            }
            Some(_) => {}
        }
    }
    let sent = seen.ending.mails.len();
    let doubt = usize::try_from(seen.ending.mails_in_doubt).unwrap_or(usize::MAX);
    if sent < mails {
        found.push(format!("{mails} mails are marked as sent, and {sent} were"));
    }
    if sent > mails.saturating_add(doubt) {
        found.push(format!(
            "{sent} mails were sent, {mails} are marked, and {doubt} may have gone out twice"
        ));
    }
    let mut tasks: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, task) in &seen.ending.tasks {
        let count = tasks.entry(&task.marker).or_default();
        *count = count.saturating_add(1);
    }
    let twice = tasks.into_iter().filter(|(_, count)| *count > 1);
    found.extend(twice.map(|(marker, count)| format!("task {marker} was created {count} times")));
    found
}
