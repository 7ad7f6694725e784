use contracts::{Key, state::RecordState};
use crm::{Others, Record, RecordId, RecordKind};
use decisions::others::{Belonging, count, kept_with};

use super::seen::Seen;
use crate::fault::{Fault, FaultKind};

/// What is counted of the records that belong to an account or a record is what the CRM has, with the record
/// and with all that have the account.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (id, held) in &seen.ending.records {
        let Some(copy) = seen.shared::<RecordState>(&Key::record(id)) else {
            continue;
        };
        let copy = &copy.record;
        if held.deleted {
            continue;
        }
        if counts(seen, id.kind) {
            let right = right(seen, id, copy);
            found.extend(wrong(id, "itself", copy.others.as_ref(), &right));
        }
        // What comes to an account in the second in which that is counted anew, and is not in the index yet, is not
        // found by it (ADR 32).
        let lags = |it: &Fault| matches!(it.kind, FaultKind::IndexesLag { .. });
        let shown = !seen.story.faults.iter().any(lags);
        if let (Some(account), true) = (&copy.account, shown && counts(seen, RecordKind::Account)) {
            let theirs = seen.shared::<RecordState>(&Key::record(&account.id));
            let gone = seen.ending.records.get(&account.id);
            if let (Some(theirs), false) = (theirs, gone.is_none_or(|held| held.deleted)) {
                let right = right(seen, &account.id, &theirs.record);
                found.extend(wrong(id, "its account", account.others.as_ref(), &right));
            }
        }
    }
    found
}

fn counts(seen: &Seen<'_>, kind: RecordKind) -> bool {
    kept_with(&seen.rules.model, kind).next().is_some()
}

/// What the CRM has at the end.
fn right(seen: &Seen<'_>, whose: &RecordId, copy: &Record) -> Others {
    let facts = crm::AccountFacts {
        id: copy.id.clone(),
        modified: copy.modified,
        fields: copy.fields.clone(),
        others: None,
        behaviour: None,
    };
    let mut belonging = Belonging::default();
    for (_, count) in kept_with(&seen.rules.model, whose.kind) {
        let there = belonging.there.entry(count.kind).or_default();
        for (id, held) in &seen.ending.records {
            let below = held.account.as_ref() == Some(whose) && id.kind == count.kind;
            if let (true, Some(mapping)) = (below && !held.deleted, seen.mapping(id))
                && there.insert(id.clone())
            {
                belonging.records.push(held.record(id.clone(), mapping));
            }
        }
    }
    let account = (whose.kind == RecordKind::Account).then_some(&facts);
    count(seen.rules, whose.kind, account, &belonging, copy.modified)
}

fn wrong(id: &RecordId, whose: &str, ours: Option<&Others>, right: &Others) -> Option<String> {
    let counts = ours.map(|ours| &ours.counts);
    (counts != Some(&right.counts)).then(|| {
        let (ours, right) = (counts.cloned().unwrap_or_default(), &right.counts);
        format!("the copy of {id} counts {ours:?} of {whose}, and there are {right:?}")
    })
}
