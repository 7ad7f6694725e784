use std::collections::BTreeMap;

use contracts::{
    EventData, Key,
    state::{EffectState, EffectStatus},
};

use super::seen::Seen;

/// Whatever was to be done outside was done once, or it stands in the table why not. A mail goes out once more
/// for each time that its sender ended before it was marked, or did not hear that it was taken; for nothing
/// else. A notice that goes with the mail of another is told by that one.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut sent: BTreeMap<&Key, u32> = BTreeMap::new();
    for mail in &seen.ending.mails {
        if mail.effect.is_none() {
            found.push(format!("the mail of {} was not claimed", mail.at));
        }
        if mail.tells.is_empty() {
            found.push(format!("the mail of {} tells nothing", mail.at));
        }
        for effect in &mail.tells {
            let count = sent.entry(effect).or_default();
            *count = count.saturating_add(1);
        }
    }
    for event in seen.ending.events.values() {
        let mail = match &event.data {
            EventData::NoticeRequested { .. }
            | EventData::DigestRequested(_)
            | EventData::ReviewRequested(_) => true,
            EventData::CrmWriteRequested { .. } => false,
            _ => continue,
        };
        let (name, id, effect) = (event.name(), &event.id, Key::effect(&event.id));
        let Some(state) = seen.state::<EffectState>(&effect) else {
            found.push(format!("{name} {id} was never tried"));
            continue;
        };
        if state.status == EffectStatus::Claimed {
            found.push(format!("{name} {id} is still claimed"));
        }
        if mail {
            let sent = sent.get(&effect).copied().unwrap_or(0);
            // What went with the mail of another is sent as often as that one, and refused as it is.
            let with = state.with.as_ref().map(Key::effect);
            let of = with.as_ref().unwrap_or(&effect);
            let status = match with.as_ref().map(|with| seen.state::<EffectState>(with)) {
                Some(Some(other)) if other.status == EffectStatus::Refused => other.status,
                Some(None) => EffectStatus::Claimed,
                _ => state.status,
            };
            let wrong = as_often_as_marked(seen, of, status, sent);
            found.extend(wrong.map(|what| format!("{name} {id} {what}")));
        }
    }
    found.extend(tasks(seen));
    found
}

/// What is wrong with how often a mail was sent.
fn as_often_as_marked(
    seen: &Seen<'_>,
    effect: &Key,
    status: EffectStatus,
    sent: u32,
) -> Option<String> {
    let marked = u32::from(status == EffectStatus::Done);
    let doubt = seen.ending.mails_in_doubt.get(effect).copied().unwrap_or(0);
    if sent < marked {
        return Some("is marked as sent, and no mail went out".to_owned());
    }
    (sent > marked.saturating_add(doubt)).then(|| {
        let marked = if marked == 0 { "not marked" } else { "marked" };
        format!("was sent {sent} times: it is {marked}, and was in doubt {doubt} times")
    })
}

/// Tasks that were created more than once.
fn tasks(seen: &Seen<'_>) -> Vec<String> {
    let mut tasks: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, task) in &seen.ending.tasks {
        let count = tasks.entry(&task.marker).or_default();
        *count = count.saturating_add(1);
    }
    let twice = tasks.into_iter().filter(|(_, count)| *count > 1);
    twice
        .map(|(marker, count)| format!("task {marker} was created {count} times"))
        .collect()
}
