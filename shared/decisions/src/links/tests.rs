#![allow(clippy::unwrap_used, reason = "a test may panic")]

use contracts::LinkAction;
use jiff::SignedDuration;
use testkit::{at, example_model};

use super::*;

fn person(name: &str) -> PersonId {
    PersonId::new(name)
}

fn right(of: &str, owner: &str) -> Option<Right> {
    right_of(&example_model(), &person(of), Some(&person(owner)))
}

#[test]
fn the_owner_and_whoever_they_report_to_may_act() {
    // ben reports to jonas, and jonas to carla.
    assert_eq!(right("ben", "ben"), Some(Right::Owner));
    assert_eq!(right("jonas", "ben"), Some(Right::Manager));
    assert_eq!(right("carla", "ben"), Some(Right::Manager));
}

#[test]
fn nobody_else_may() {
    assert_eq!(right("anna", "ben"), None);
    assert_eq!(right("ben", "jonas"), None);
    assert_eq!(right("nobody", "nobody"), None);
    assert_eq!(right("ben", "crm:11003"), None);
    assert_eq!(right_of(&example_model(), &person("carla"), None), None);
}

#[test]
fn a_circle_of_managers_ends() {
    let mut model = example_model();
    for (who, to) in [("ben", "jonas"), ("jonas", "ben")] {
        model.people.get_mut(&person(who)).unwrap().reports_to = Some(person(to));
    }
    assert_eq!(
        right_of(&model, &person("maya"), Some(&person("ben"))),
        None
    );
}

#[test]
fn revoking_reaches_what_was_made_until_then_and_forgets_what_is_over() {
    let noon = at("2026-11-23T12:00:00Z");
    let (anna, ben, mail) = (person("anna"), person("ben"), EventId::of(&["1"]));
    let link = Link {
        person: anna.clone(),
        record: Some(testkit::record_id("lead:1")),
        action: LinkAction::LookAgain,
        mail: mail.clone(),
        issued: noon,
        until: noon + Link::LONGEST,
    };
    let nothing = LinksState::default();
    let one = revoke(&nothing, &anna, Some(&mail), noon).links;
    let all = revoke(&nothing, &anna, None, noon);
    assert_eq!(all.draft.outcome, "anna's links are revoked");
    for state in [&one, &all.links] {
        assert!(state.revokes(&link));
        // As long as the link could be used, it stays revoked, whatever is revoked besides.
        let last = link.until - SignedDuration::from_secs(1);
        assert!(revoke(state, &ben, None, last).links.revokes(&link));
        let later = noon + Link::LONGEST + SignedDuration::from_secs(1);
        let left = revoke(state, &ben, None, later).links;
        assert_eq!(left.people.keys().collect::<Vec<_>>(), [&ben]);
    }
    // An earlier instant never takes a later one back.
    let again = revoke(
        &all.links,
        &anna,
        None,
        noon - SignedDuration::from_hours(1),
    );
    assert!(again.links.revokes(&link));
}
