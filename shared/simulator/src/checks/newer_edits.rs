use crm::{Author, Change, Value};

use super::seen::Seen;
use crate::portal::Written;

/// What somebody set by hand after a decision was taken is not overwritten by what follows from it,
/// or is put back.
pub(super) fn check(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for written in &seen.ending.written {
        let Some(decided) = written.decided else {
            continue;
        };
        let Some(held) = seen.ending.records.get(&written.record) else {
            continue;
        };
        let changes = held.history.get(&written.field).into_iter().flatten();
        // Newest first: what our write replaced is the first of those before it.
        let replaced = changes.clone().find(|change| change.at < written.at);
        let by_hand = |it: &&Change| !matches!(it.by, Author::App(_)) && decided < it.at;
        let Some(theirs) = replaced.filter(by_hand) else {
            continue;
        };
        // Somebody set it away and back again: what was decided about still stands.
        let before = changes.clone().find(|change| change.at <= decided);
        let before = before.and_then(|before| before.value.as_ref());
        if or_first_stage(seen, written, before) == theirs.value {
            continue;
        }
        // The oldest of those after our write: what we put back, or what stands since.
        let after = changes.clone().rfind(|change| change.at > written.at);
        let put_back = after.is_some_and(|after| after.value == theirs.value);
        if theirs.value != written.value && !put_back {
            found.push(format!(
                "{} of {}: what was decided at {decided} was written at {} over an edit of {}",
                written.field, written.record, written.at, theirs.at
            ));
        }
    }
    found
}

/// What a field holds; a record without a stage stands at its first.
fn or_first_stage(seen: &Seen<'_>, written: &Written, value: Option<&Value>) -> Option<Value> {
    let first = || {
        let lifecycle = seen.rules.model.lifecycles.get(&written.record.kind);
        let stage = lifecycle
            .filter(|_| written.field == "stage")?
            .stages
            .first()?;
        Some(Value::Text(stage.name.clone()))
    };
    value.cloned().or_else(first)
}
