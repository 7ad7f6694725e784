//! Calls, meetings, mails, notes and tasks of the API 2026-09 → what was logged with a record.

use crm::{ActivityKind, Contacted, ObjectMapping};
use serde_json::Value;

use crate::{author::person_of_owner, object::property_time};

/// The property in which an activity has whose it is.
const OWNER: &str = "hubspot_owner_id";

/// When it was done, or is to be.
const TIMESTAMP: &str = "hs_timestamp";

/// When a task was done.
const DONE_AT: &str = "hs_task_completion_date";

/// The plural name of the objects of a kind.
pub(crate) const fn object_of(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Call => "calls",
        ActivityKind::Meeting => "meetings",
        ActivityKind::Email => "emails",
        ActivityKind::Note => "notes",
        ActivityKind::Task => "tasks",
    }
}

/// The properties to ask for.
pub(crate) fn properties_of(kind: ActivityKind) -> Vec<String> {
    let own: &[&str] = match kind {
        ActivityKind::Meeting => &["hs_meeting_outcome"],
        ActivityKind::Email => &["hs_email_direction", "hs_email_status"],
        ActivityKind::Task => &["hs_task_status", DONE_AT, "hs_lastmodifieddate"],
        ActivityKind::Call | ActivityKind::Note => &[],
    };
    let all = [TIMESTAMP, OWNER].into_iter().chain(own.iter().copied());
    all.map(str::to_owned).collect()
}

/// What an object of a kind tells was done, when and by whom; none if it was not: a meeting that nobody came to, a
/// mail that the customer wrote or that did not go out, a task that is open.
pub(crate) fn logged(
    kind: ActivityKind,
    object: &Value,
    mapping: &ObjectMapping,
) -> Option<Contacted> {
    let word = |name: &str| {
        let text = object.get("properties")?.get(name)?.as_str()?;
        Some(text.to_ascii_uppercase()).filter(|text| !text.is_empty())
    };
    let is = |name: &str, words: &[&str]| word(name).is_some_and(|it| words.contains(&it.as_str()));
    let undone = match kind {
        ActivityKind::Meeting => is(
            "hs_meeting_outcome",
            &["CANCELED", "NO_SHOW", "RESCHEDULED"],
        ),
        ActivityKind::Email => {
            is("hs_email_direction", &["INCOMING_EMAIL"])
                || is("hs_email_status", &["BOUNCED", "FAILED", "SCHEDULED"])
        }
        ActivityKind::Task => !is("hs_task_status", &["COMPLETED"]),
        ActivityKind::Call | ActivityKind::Note => false,
    };
    if undone {
        return None;
    }
    let at = match kind {
        ActivityKind::Task => property_time(object, DONE_AT)
            .or_else(|| property_time(object, "hs_lastmodifieddate"))?,
        _ => property_time(object, TIMESTAMP)?,
    };
    let owner = word(OWNER);
    let by = owner.map(|owner| person_of_owner(&owner, mapping));
    Some(Contacted { at, by })
}
