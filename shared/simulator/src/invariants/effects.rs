use std::collections::{BTreeMap, BTreeSet};

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
    let mut sent: BTreeMap<&Key, Sent<'_>> = BTreeMap::new();
    for mail in &seen.ending.mails {
        if mail.effect.is_none() {
            found.push(format!("the mail of {} was not claimed", mail.at));
        }
        if mail.tells.is_empty() {
            found.push(format!("the mail of {} tells nothing", mail.at));
        }
        for effect in &mail.tells {
            let it = sent.entry(effect).or_default();
            it.count = it.count.saturating_add(1);
            it.by.extend(&mail.effect);
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
            // What went with the mail of another is refused as it is.
            let with = state.with.as_ref().map(Key::effect);
            let status = match with.as_ref().map(|with| seen.state::<EffectState>(with)) {
                Some(Some(other)) if other.status == EffectStatus::Refused => other.status,
                Some(None) => EffectStatus::Claimed,
                _ => state.status,
            };
            let wrong = as_often_as_marked(seen, sent.get(&effect), status);
            found.extend(wrong.map(|what| format!("{name} {id} {what}")));
        }
    }
    found.extend(tasks(seen));
    found
}

/// How often something was told in mails.
#[derive(Default)]
struct Sent<'a> {
    count: u32,
    /// The effects of these mails: its own, or those of others with which it went.
    by: BTreeSet<&'a Key>,
}

/// What is wrong with how often something was sent. It is sent as often as the mails in which it goes: who has lost the answer
/// to one may find by the next that there is nothing to tell of it any more.
fn as_often_as_marked(
    seen: &Seen<'_>,
    sent: Option<&Sent<'_>>,
    status: EffectStatus,
) -> Option<String> {
    let marked = u32::from(status == EffectStatus::Done);
    let mails = sent.into_iter().flat_map(|sent| &sent.by);
    let doubt = mails.filter_map(|effect| seen.ending.mails_in_doubt.get(*effect));
    let doubt: u32 = doubt.sum();
    let sent = sent.map_or(0, |sent| sent.count);
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
