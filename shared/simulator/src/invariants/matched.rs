use contracts::{Key, state::RecordState};
use crm::{Candidates, Matched, Record, RecordKind, Value};
use decisions::matching::{Sought, chosen, sought, ways};

use super::seen::Seen;

/// A lead that the CRM associates with no account has the one that fits it. One that fitted when it was found,
/// and still does, stays, whichever came after it.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    if !seen.rules.model.matches(RecordKind::Lead) {
        return found;
    }
    for (id, held) in &seen.ending.records {
        if id.kind != RecordKind::Lead || held.deleted {
            continue;
        }
        // One that the CRM associates with an account that is gone is associated with none.
        let there = held
            .account
            .as_ref()
            .and_then(|it| seen.ending.records.get(it));
        let associated = there.is_some_and(|account| !account.deleted);
        let Some(copy) = seen.state::<RecordState>(&Key::record(id)) else {
            continue;
        };
        let copy = copy.record;
        let right = if associated {
            copy.matched.is_none()
        } else {
            copy.matched.is_some() && fits(seen, &copy)
        };
        if !right {
            let account = copy.account.as_ref().map(|account| account.id.to_string());
            let matched = copy.matched.as_ref().map(Matched::word);
            found.push(format!(
                "the copy of {id} has the account {account:?} by {matched:?}, and another fits"
            ));
        }
    }
    found
}

/// Whether what the copy says of its account is what the CRM has at the end.
fn fits(seen: &Seen<'_>, copy: &Record) -> bool {
    let model = &seen.rules.model;
    let ours = copy.account.as_ref().map(|account| account.id.id.clone());
    for way in ways(model, copy.id.kind) {
        let Some(sought) = sought(model, way, copy) else {
            continue;
        };
        let candidates = candidates(seen, &sought);
        if ours
            .as_ref()
            .is_some_and(|id| candidates.found.contains_key(id))
        {
            return true;
        }
        if let Some((matched, account)) = chosen(way, copy, &sought, &candidates) {
            let word = copy.matched.as_ref().map(Matched::word);
            return word == Some(matched.word()) && ours == account;
        }
    }
    copy.matched == Some(Matched::Nothing)
}

/// The accounts that the CRM has, as far as they hold what is sought.
fn candidates(seen: &Seen<'_>, sought: &Sought) -> Candidates {
    let records = seen.ending.records.iter();
    let accounts = records.filter(|(id, held)| id.kind == RecordKind::Account && !held.deleted);
    let holding = accounts.filter_map(|(id, held)| {
        let value = held.fields.get(sought.field).and_then(Value::text)?;
        let holds = crm::domain(value).as_ref() == Some(&sought.text);
        holds.then(|| (id.id.clone(), value.to_owned()))
    });
    Candidates {
        found: holding.collect(),
        more: false,
    }
}
