use contracts::state::{RecordState, RoutingState};
use model::Derived;
use testkit::{example_model, rules};

use super::*;

/// A company that asks for all counts that it has.
fn counting() -> Played {
    let mut model = example_model();
    for derived in model.derived.values_mut() {
        if let Derived::Count(count) = derived {
            count.asked = true;
        }
    }
    played_by(rules(model))
}

#[test]
fn a_count_that_is_not_what_the_crm_has_is_found() {
    const COUNTED: &str = "what is counted is there";
    let mut played = counting();
    assert_eq!(played.finds(COUNTED), [""; 0]);
    played.change(Key::holds::<RecordState>, |state: &mut RecordState| {
        let account = state.record.account.as_mut();
        let others = account.and_then(|account| account.others.as_mut());
        others.is_some_and(|others| {
            others
                .counts
                .values_mut()
                .for_each(|count| *count = crm::Counted::All(99));
            !others.counts.is_empty()
        })
    });
    let found = played.finds(COUNTED);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found.iter().all(|it| it.contains("of its account")),
        "{found:?}"
    );
}

#[test]
fn a_turn_that_is_held_past_its_time_or_given_back_twice_is_found() {
    const HELD: &str = "a turn that is held ends once";
    let mut played = played();
    assert_eq!(played.finds(HELD), [""; 0]);
    let begins = played.story.from;
    played.change(Key::holds::<RoutingState>, |state: &mut RoutingState| {
        state.held_until = Some(begins);
        true
    });
    let found = played.finds(HELD);
    assert!(
        matches!(found.as_slice(), [one] if one.contains("is held still")),
        "{found:?}"
    );
    let mut played = self::played();
    played.change(Key::is_audit, |audit: &mut AuditRecord| {
        let of_routing = audit.function == contracts::Function::LeadRouting;
        let by_pool =
            |data: &EventData| matches!(data, EventData::RecordRouted { pool: Some(_), .. });
        let given = of_routing && audit.events.iter().any(|event| by_pool(&event.data));
        if given {
            audit.events.clear();
            audit.outcome = "the turn of anna in pool one is given back".to_owned();
        }
        given
    });
    let found = played.finds(HELD);
    assert!(
        matches!(found.as_slice(), [one] if one.contains("gave back")),
        "{found:?}"
    );
}
