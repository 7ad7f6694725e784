use contracts::{
    Function,
    state::{ClocksState, DeviationsState, RoutingState, RoutingStatus, Waits},
};
use decisions::routing::{ALREADY_OWNED, BY_HAND, OWNER_REMOVED};

use super::*;

const DEADLINES: &str = "every deadline is handled once, none early";
const ROUTED: &str = "every lead is routed once or waits";

#[test]
fn a_breach_of_a_clock_that_was_met_in_time_is_found() {
    let mut played = played();
    played.emit(|audit, data| match data {
        EventData::ClockMet {
            clock,
            instance,
            late: false,
        } => Some(EventData::ClockBreached {
            clock: clock.clone(),
            instance: *instance,
            due: audit.at,
        }),
        _ => None,
    });
    let found = played.finds(DEADLINES);
    assert!(found.iter().any(|it| it.contains("was met in time")));
}

/// What was withdrawn excuses the breach that follows, and nothing else.
#[test]
fn a_second_breach_is_found_unless_the_first_was_withdrawn() {
    let mut played = played();
    let mut run = None;
    for audit in played.audits() {
        run = run.or_else(|| {
            audit.events.iter().find_map(|event| match &event.data {
                EventData::ClockBreached {
                    clock,
                    instance,
                    due,
                } => Some((audit.subject.clone(), clock.clone(), *instance, *due)),
                _ => None,
            })
        });
    }
    let (subject, clock, instance, due) = run.expect("a clock that ran out");
    let of_it = |audit: &AuditRecord, data: &EventData| {
        let breached = matches!(
            data,
            EventData::ClockBreached { clock: of, instance: it, .. }
                if *of == clock && *it == instance
        );
        breached && audit.subject == subject
    };
    played.emit(|audit, data| of_it(audit, data).then(|| data.clone()));
    let twice = |played: &Played| {
        let found = played.finds(DEADLINES).into_iter();
        found.filter(|it| it.contains("came to clock.breached 2 times"))
    };
    assert_eq!(twice(&played).count(), 1);
    played.emit(|audit, data| {
        of_it(audit, data).then(|| EventData::ClockBreachWithdrawn {
            clock: clock.clone(),
            instance,
            due,
        })
    });
    assert_eq!(twice(&played).count(), 0);
    // It was started once all the same.
    played.emit(|audit, data| {
        let started = matches!(
            data,
            EventData::ClockStarted { clock: of, instance: it, .. }
                if *of == clock && *it == instance
        );
        (started && audit.subject == subject).then(|| data.clone())
    });
    let found = played.finds(DEADLINES);
    assert!(found.iter().any(|it| it.contains("clock.started 2 times")));
}

#[test]
fn a_deviation_that_opens_twice_or_is_not_looked_at_again_is_found() {
    let mut played = played();
    played.emit(|_, data| match data {
        EventData::DeviationOpened { .. } => Some(data.clone()),
        _ => None,
    });
    assert_eq!(played.finds(DEADLINES).len(), 1);
    let long_ago = played.story.from;
    played.change(
        Key::holds::<DeviationsState>,
        |state: &mut DeviationsState| {
            state.next = Some(long_ago);
            true
        },
    );
    assert_eq!(played.finds(DEADLINES).len(), 2);
}

#[test]
fn a_clock_that_is_open_though_the_owner_was_taken_off_is_found() {
    let mut played = played();
    let clocks = played.states::<ClocksState>(Key::holds::<ClocksState>);
    let mut open = clocks.into_iter().filter(|(_, state)| {
        let mut clocks = state.clocks.values();
        clocks.any(|clock| clock.status.is_open())
    });
    let (key, _) = open.next().expect("a clock that is open");
    let routing = Key::routing(&key.record_id().expect("a record"));
    played.change(
        |key| *key == routing,
        |state: &mut RoutingState| {
            state.status = RoutingStatus::Waiting;
            state.owner = None;
            state.rule = "none".to_owned();
            true
        },
    );
    // Whoever waits for other reasons may have had an owner a moment ago.
    assert!(played.finds(ROUTED).is_empty());
    played.change(
        |key| *key == routing,
        |state: &mut RoutingState| {
            state.rule = OWNER_REMOVED.to_owned();
            true
        },
    );
    let found = played.finds(ROUTED);
    assert!(found.iter().any(|it| it.contains("has no owner")));
}

#[test]
fn that_an_owner_was_taken_off_is_no_reason_to_route_a_lead_again() {
    for (rule, excused) in [(OWNER_REMOVED, false), ("none", true)] {
        let mut played = played();
        let routes = |audit: &AuditRecord| {
            let routed = audit.events.iter().any(|event| {
                matches!(
                    &event.data,
                    EventData::RecordRouted { rule, .. } if rule != ALREADY_OWNED && rule != BY_HAND
                )
            });
            routed
                && audit.function == Function::LeadRouting
                && audit.event_name == "record.changed"
        };
        let items = &mut played.ending.items;
        let at = items.iter().position(|item| {
            let audit = item.key.is_audit().then(|| item.body.read::<AuditRecord>());
            audit.is_some_and(|audit| routes(&audit.expect("an audit record")))
        });
        let at = at.expect("a lead that was routed");
        let again = items.get(at).expect("its audit record").clone();
        items.insert(at, again);
        played.emit(|audit, data| {
            let rule = rule.to_owned();
            let waits = EventData::RecordWaiting { rule };
            (routes(audit) && matches!(data, EventData::RecordRouted { .. })).then_some(waits)
        });
        let found = played.finds(ROUTED);
        assert_eq!(found.is_empty(), excused, "{rule}: {found:?}");
    }
}

#[test]
fn a_lead_that_waits_past_its_time_or_has_an_owner_is_found() {
    const WAITS: &str = "every wait ends";
    let mut played = played();
    let (from, until) = (played.story.from, played.story.until);
    let mut waits = |until| {
        played.change(Key::holds::<RoutingState>, |state: &mut RoutingState| {
            state.owner = None;
            let facts = [].into();
            state.waits = Some(Waits {
                queue: None,
                facts,
                person: None,
                until,
            });
            true
        });
        played.finds(WAITS)
    };
    assert!(waits(until).is_empty());
    let found = waits(from);
    assert!(found[0].contains("was to be decided upon at"), "{found:?}");
    played.change(Key::holds::<RoutingState>, |state: &mut RoutingState| {
        state.owner = Some(crm::PersonId::new("anna"));
        true
    });
    assert_eq!(played.finds(WAITS).len(), 2);
}
