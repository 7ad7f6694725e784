use contracts::EventData;
use store::Item;

use super::*;

const APPROVED: &str = "an approval is asked for once of its values, and counts for no others";

/// A story in which something was approved.
fn with_an_approval() -> Played {
    let rules = example_rules();
    let players = players(&rules);
    let all = (1..=200).map(|seed| {
        let story = players.story(seed);
        let ending = players.ending(&story);
        let rules = rules.clone();
        Played {
            rules,
            story,
            ending,
        }
    });
    let mut all = all.filter(|played| played.audits().iter().any(gives));
    all.next().expect("one in two hundred stories")
}

fn gives(audit: &AuditRecord) -> bool {
    let mut events = audit.events.iter();
    events.any(|it| matches!(it.data, EventData::ApprovalGiven(_)))
}

#[test]
fn an_approval_that_nobody_gave_is_found() {
    let mut played = with_an_approval();
    assert_eq!(played.finds(APPROVED), Vec::<String>::new());
    let is = |item: &Item| {
        let audit = item.key.is_audit().then(|| item.body.read::<AuditRecord>());
        matches!(audit, Some(Ok(audit)) if gives(&audit))
    };
    played.ending.items.retain(|item| !is(item));
    let found = played.finds(APPROVED);
    assert!(!found.is_empty(), "{found:?}");
}
