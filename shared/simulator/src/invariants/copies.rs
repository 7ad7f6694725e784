use std::collections::BTreeSet;

use contracts::{Key, state::RecordState};

use super::seen::Seen;

/// Our copy of every record is what the CRM has, and what it has no more is marked as archived.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (id, held) in &seen.ending.records {
        let Some(mapping) = seen.mapping(id) else {
            continue;
        };
        let copy = seen.shared::<RecordState>(&Key::record(id));
        let Some(copy) = copy.as_ref().map(|state| &state.record) else {
            if !held.deleted {
                found.push(format!("{id} has no copy"));
            }
            continue;
        };
        if copy.archived != held.deleted {
            found.push(format!("{id} is archived: {}", copy.archived));
        }
        if held.deleted {
            continue;
        }
        let theirs = held.record(id.clone(), mapping);
        if copy.fields != theirs.fields {
            let names = copy.fields.keys().chain(theirs.fields.keys());
            let differ = names.filter(|name| copy.fields.get(*name) != theirs.fields.get(*name));
            let differ: BTreeSet<&String> = differ.collect();
            found.push(format!("the copy of {id} has other values in {differ:?}"));
        }
        if copy.last_contact != theirs.last_contact || copy.last_reply != theirs.last_reply {
            found.push(format!("the copy of {id} has another contact or reply"));
        }
        let account = held.account.as_ref().filter(|account| {
            let there = seen.ending.records.get(*account);
            there.is_some_and(|account| !account.deleted)
        });
        // Of what the CRM does not associate another invariant speaks.
        let ours = copy.account.as_ref().filter(|_| copy.matched.is_none());
        if ours.map(|it| &it.id) != account {
            found.push(format!("the copy of {id} has another account"));
        } else if let Some(ours) = &copy.account
            && let Some(theirs) = seen.shared::<RecordState>(&Key::record(&ours.id))
            && ours.fields != theirs.record.fields
        {
            found.push(format!("the copy of {id} has an old copy of its account"));
        }
    }
    found
}
