use contracts::state::RecordState;
use crm::{Matched, RecordKind};

use super::*;

const FITS: &str = "a lead has the account that fits it";
const MERGED: &str = "what was merged gives its turn back";

/// A company at rest with enough leads that some are of the company of an account.
fn crowded() -> Played {
    let rules = example_rules();
    let players = players(&rules);
    let story = players.plain_story(7, 3, 60);
    let ending = players.ending(&story);
    Played {
        rules,
        story,
        ending,
    }
}

#[test]
fn a_lead_without_the_account_that_fits_it_is_found() {
    let mut played = crowded();
    assert_eq!(played.finds(FITS), [] as [String; 0]);
    let copies = |key: &Key| key.holds::<RecordState>();
    played.change(copies, |copy: &mut RecordState| {
        let matched = matches!(copy.record.matched, Some(Matched::One { .. }));
        if matched {
            copy.record.account = None;
            copy.record.matched = Some(Matched::Nothing);
        }
        matched
    });
    assert_eq!(played.finds(FITS).len(), 1);
}

#[test]
fn a_merge_that_nobody_kept_is_found() {
    let mut played = played();
    assert_eq!(played.finds(MERGED), [] as [String; 0]);
    let leads = played.ending.records.keys();
    let leads = leads.filter(|id| id.kind == RecordKind::Lead).cloned();
    let leads: Vec<_> = leads.collect();
    let [gone, stays, ..] = leads.as_slice() else {
        panic!("there are no two leads")
    };
    let held = played.ending.records.get_mut(gone).expect("the lead");
    held.deleted = true;
    held.merged_into = Some(stays.clone());
    let found = played.finds(MERGED);
    assert!(found.len() >= 2, "{found:?}");
}
