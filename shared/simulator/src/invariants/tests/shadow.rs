use contracts::{AuditRecord, EventData, state::RoutingState};
use testkit::{example_model, observing, rules};

use super::*;

const SHADOW: &str = "nothing is written before a shadow month is over";

/// Three days of a company, the first of which is the last of its shadow month; or all of them.
fn in_shadow(until: &str) -> Played {
    played_by(rules(observing(example_model(), until)))
}

fn requests(played: &Played) -> usize {
    let events = played.ending.events.values();
    let requests = events.filter(|it| matches!(it.data, EventData::CrmWriteRequested { .. }));
    requests.count()
}

#[test]
fn a_write_in_a_shadow_month_is_found() {
    let mut played = in_shadow("2026-12-31");
    assert_eq!(played.finds(SHADOW), [] as [String; 0]);
    assert_eq!(requests(&played), 0, "nothing at all is written");
    played.change::<AuditRecord>(Key::is_audit, |audit| {
        let observed = audit.events.iter_mut().find_map(|event| match &event.data {
            EventData::CrmWriteObserved(write) => {
                let write = write.clone();
                Some((event, write))
            }
            _ => None,
        });
        let Some((event, write)) = observed else {
            return false;
        };
        event.data = EventData::CrmWriteRequested { write };
        true
    });
    assert_eq!(played.finds(SHADOW).len(), 1);
}

#[test]
fn what_waits_after_its_end_is_found_and_nothing_does() {
    let mut played = in_shadow("2026-11-23");
    assert_eq!(played.finds(SHADOW), [] as [String; 0]);
    assert!(requests(&played) > 0, "it is enforced by itself");
    let long_over = at("2026-11-24T00:00:00Z");
    played.change::<RoutingState>(Key::holds::<RoutingState>, |state| {
        state.observed_until = Some(long_over);
        true
    });
    assert_eq!(played.finds(SHADOW).len(), 1);
}
