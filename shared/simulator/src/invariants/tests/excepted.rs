use contracts::EventData;
use store::Item;

use super::*;

const EXCEPTED: &str = "an exception counts until its end, and is over once";

/// A story in which an exception was granted and its time was over.
fn with_an_exception() -> Played {
    let rules = example_rules();
    let players = players(&rules);
    let all = (1..=60).map(|seed| {
        let story = players.story(seed);
        let ending = players.ending(&story);
        let rules = rules.clone();
        Played {
            rules,
            story,
            ending,
        }
    });
    let mut all = all.filter(|played| played.audits().iter().any(ends));
    all.next().expect("one in sixty stories")
}

fn ends(audit: &AuditRecord) -> bool {
    let mut events = audit.events.iter();
    events.any(|it| matches!(it.data, EventData::ExceptionEnded { .. }))
}

fn grants(audit: &AuditRecord) -> bool {
    let mut events = audit.events.iter();
    events.any(|it| matches!(it.data, EventData::ExceptionGranted { .. }))
}

fn without(played: &mut Played, which: impl Fn(&AuditRecord) -> bool) {
    let is = |item: &Item| {
        let audit = item.key.is_audit().then(|| item.body.read::<AuditRecord>());
        matches!(audit, Some(Ok(audit)) if which(&audit))
    };
    played.ending.items.retain(|item| !is(item));
}

#[test]
fn an_exception_that_does_not_end_and_one_that_nobody_granted_are_found() {
    let mut played = with_an_exception();
    assert_eq!(played.finds(EXCEPTED), Vec::<String>::new());
    without(&mut played, ends);
    let found = played.finds(EXCEPTED);
    assert!(
        found.iter().any(|it| it.ends_with("ended 0 times")),
        "{found:?}"
    );
    let mut played = with_an_exception();
    without(&mut played, grants);
    let found = played.finds(EXCEPTED);
    assert!(
        found.iter().any(|it| it.ends_with("was never granted")),
        "{found:?}"
    );
}
