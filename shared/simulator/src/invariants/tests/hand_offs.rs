use contracts::{AuditRecord, EventData};
use testkit::{at, example_model, rules};

use super::*;
use crate::{Players, story::ActionKind};

const ARRIVES: &str = "nothing leaves one team without arriving at the other";

#[test]
fn what_was_refused_without_a_word_and_what_came_to_nothing_are_found() {
    let rules = rules(example_model());
    let players = Players::strained(&rules, at("2026-11-23T00:00:00Z")).expect("rules");
    let refused = |event: &contracts::Event| matches!(event.data, EventData::HandOffRefused(_));
    // The first story in which somebody refuses what was handed to their team, and it is theirs to refuse.
    let stories = (1..).map(|seed| players.story(seed)).filter(|story| {
        let mut actions = story.actions.iter();
        actions.any(|it| matches!(it.what, ActionKind::HandedOver { refuses: true, .. }))
    });
    let mut played = stories
        .map(|story| Played {
            ending: players.ending(&story),
            rules: rules.clone(),
            story,
        })
        .find(|played| {
            played
                .audits()
                .iter()
                .any(|it| it.events.iter().any(refused))
        })
        .expect("a refusal");
    assert_eq!(played.finds(ARRIVES), [""; 0]);
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
