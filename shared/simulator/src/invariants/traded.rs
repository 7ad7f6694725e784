use contracts::{
    CrmWrite, EventData, Key,
    state::{ApprovalStatus, ApprovalsState, EffectState, EffectStatus},
};
use crm::{PersonId, Record, RecordKind, Value};
use decisions::approvals::look_at;

use super::seen::Seen;

/// A change of an account that needs somebody's yes is asked for, whichever copy told of it; and what was refused does
/// not stand in the CRM, unless it did not take what was to be put back, or somebody has changed it since.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for copy in seen.copies() {
        let record = &copy.record;
        if record.id.kind != RecordKind::Account || record.archived || record.is_trial() {
            continue;
        }
        let kept = seen.state::<ApprovalsState>(&Key::approvals(&record.id));
        found.extend(refused(seen, record, kept.as_ref()));
        found.extend(left_undone(seen, record, kept.as_ref()));
    }
    found
}

/// What is still to be asked, or was never seen, though nothing is under way. What comes of time alone, and of people who
/// come and go, is found by the next look.
fn left_undone(seen: &Seen<'_>, record: &Record, kept: Option<&ApprovalsState>) -> Option<String> {
    let now = seen.ending.now;
    let due = kept.and_then(ApprovalsState::due);
    if due.is_some_and(|due| due <= now) {
        return None;
    }
    let looked = look_at(seen.rules, record, None, (kept, Some(&[])), now)?;
    let asked = |it: &EventData| matches!(it, EventData::ApprovalAsked(_));
    let unseen = kept.is_none() && !looked.approvals.stood.is_empty();
    let asks = looked.draft.emits.iter().any(asked);
    (asks || unseen).then(|| format!("{}: still to do: {}", record.id, looked.draft.outcome))
}

/// What was refused and stands all the same.
fn refused(seen: &Seen<'_>, record: &Record, kept: Option<&ApprovalsState>) -> Vec<String> {
    let mut found = Vec::new();
    for (name, rule) in &seen.rules.model.approvals {
        let asked = kept.and_then(|kept| Some((kept, kept.asked.get(name)?)));
        let (Some(field), Some((kept, asked))) = (&rule.of_change, asked) else {
            continue;
        };
        let (stood, is) = (kept.stood.get(name), record.fields.get(field));
        if asked.status != ApprovalStatus::Refused || stood.is_none() || stood == is {
            continue;
        }
        let to = stood.and_then(Value::person);
        if !to.is_some_and(|to| not_written(seen, record, to)) {
            found.push(format!(
                "{}: {name} was refused, and nothing was put back",
                record.id
            ));
        }
    }
    found
}

/// Whether a write that puts somebody back ended otherwise than done, or was followed at once by somebody's own: then no copy
/// ever showed what was put back, and the write says so.
fn not_written(seen: &Seen<'_>, record: &Record, owner: &PersonId) -> bool {
    let mut events = seen.ending.events.values();
    events.any(|event| {
        let back = matches!(
            &event.data,
            EventData::CrmWriteRequested { write: CrmWrite::Owner { to, .. } } if to == owner
        );
        let state = || seen.state::<EffectState>(&Key::effect(&event.id));
        back && event.record.as_ref() == Some(&record.id)
            && state().is_some_and(|it| match it.status {
                EffectStatus::Skipped | EffectStatus::Refused => true,
                EffectStatus::Done => it.result.ends_with(" since"),
                EffectStatus::Claimed => false,
            })
    })
}
