use contracts::{AuditRecord, EventData};
use testkit::{at, example_model, rules};

use super::*;
use crate::Players;

const ARRIVES: &str = "nothing leaves one team without arriving at the other";

/// A story in which somebody refuses what was handed to their team.
const REFUSES: u64 = 50;

#[test]
fn what_was_refused_without_a_word_and_what_came_to_nothing_are_found() {
    let rules = rules(example_model());
    let players = Players::strained(&rules, at("2026-11-23T00:00:00Z")).expect("rules");
    let story = players.story(REFUSES);
    let ending = players.ending(&story);
    let mut played = Played {
        story,
        rules,
        ending,
    };
    assert_eq!(played.finds(ARRIVES), [""; 0]);
    let refused = |event: &contracts::Event| matches!(event.data, EventData::HandOffRefused(_));
    played.change(Key::is_audit, |audit: &mut AuditRecord| {
        let tells = audit.events.iter().any(refused);
        audit.events.retain(|it| !tells || refused(it));
        tells
    });
    let found = played.finds(ARRIVES);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("nothing followed"), "{found:?}");
    played.change(Key::is_audit, |audit: &mut AuditRecord| {
        let tells = audit.events.iter().any(refused);
        audit.events.retain(|it| !refused(it));
        tells
    });
    let found = played.finds(ARRIVES);
    assert!(found[0].contains("came to nothing"), "{found:?}");
}
