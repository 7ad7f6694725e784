use crm::Author;

use super::seen::Seen;

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
        // Newest first.
        let theirs = changes
            .clone()
            .find(|change| matches!(change.by, Author::Person(_) | Author::Unknown));
        let Some(theirs) = theirs.filter(|it| decided < it.at && it.at < written.at) else {
            continue;
        };
        let stands = changes.clone().next().map(|newest| &newest.value);
        if theirs.value != written.value && stands != Some(&theirs.value) {
            found.push(format!(
                "{} of {}: what was decided at {decided} was written at {} over an edit of {}",
                written.field, written.record, written.at, theirs.at
            ));
        }
    }
    found
}
