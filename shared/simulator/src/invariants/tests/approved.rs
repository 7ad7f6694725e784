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

const TRADED: &str = "a change that needs a yes is asked for, and put back without it";

/// What nobody has seen of an account is to be done still.
#[test]
fn an_account_of_which_nobody_knows_whose_it_was_is_found() {
    let mut model = testkit::example_model();
    crate::revisions::watch_accounts(&mut model);
    let mut played = played_by(testkit::rules(model));
    assert_eq!(played.finds(TRADED), Vec::<String>::new());
    let of_account = |item: &Item| {
        let kind = item.key.record_id().map(|id| id.kind);
        item.key.holds::<contracts::state::ApprovalsState>()
            && kind == Some(crm::RecordKind::Account)
    };
    assert!(played.ending.items.iter().any(of_account));
    played.ending.items.retain(|item| !of_account(item));
    assert!(!played.finds(TRADED).is_empty());
}
