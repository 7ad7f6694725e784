use std::sync::Arc;

use contracts::{
    CrmWrite, Event, EventId, Function,
    state::{EffectState, EffectStatus, RoutingState, RoutingStatus},
};
use crm::{Author, Change, PersonId, RecordId, Value};
use model::Revision;

use super::*;

const EFFECTS: &str = "every effect is done once or visibly failed";
const SHOWN: &str = "the CRM shows what was decided last";
const CAUSES: &str = "every cause reaches back";
const CHAINS: &str = "no more than eight actions of ours in a row";

#[test]
fn a_mail_that_went_out_twice_is_excused_by_no_doubt_about_another() {
    let mut played = played();
    assert!(played.ending.mails_in_doubt.is_empty());
    let mails = played.ending.mails.clone();
    let once = mails.first().expect("a mail").clone();
    let other = mails.iter().find(|mail| mail.effect != once.effect);
    let other = other.and_then(|mail| mail.effect.clone());
    let doubt = |played: &mut Played, effect: Key| {
        played.ending.mails_in_doubt.insert(effect, 1);
    };
    played.ending.mails.push(once.clone());
    doubt(&mut played, other.expect("another mail"));
    let found = played.finds(EFFECTS);
    assert!(
        matches!(found.as_slice(), [one] if one.contains("was sent 2 times")),
        "{found:?}"
    );
    doubt(&mut played, once.effect.expect("its effect"));
    assert!(played.finds(EFFECTS).is_empty());
}

#[test]
fn a_mail_that_is_marked_and_never_went_out_is_found_though_another_went_out_twice() {
    let mut played = played();
    let mails = &mut played.ending.mails;
    let first = mails.first().expect("a mail").clone();
    let last = mails.last_mut().expect("a mail");
    assert_ne!(last.effect, first.effect);
    *last = first;
    assert_eq!(played.finds(EFFECTS).len(), 2);
}

#[test]
fn a_mail_that_came_before_the_crm_had_taken_its_owner_is_found() {
    const MAILED: &str = "nobody is mailed a record that the CRM did not take as theirs";
    let mut played = played();
    assert!(played.finds(MAILED).is_empty());
    let mails = played.ending.mails.iter_mut();
    let mut mails = mails.filter(|mail| mail.subject.starts_with("New lead"));
    mails.next().expect("a mail").at = played.story.from;
    assert_eq!(played.finds(MAILED).len(), 1);
}

/// A lead that was routed and is its owner's in the CRM, and the write that made it so.
fn routed(played: &Played) -> (RecordId, PersonId, EventId) {
    let routing = played.states::<RoutingState>(Key::holds::<RoutingState>);
    let mut found = routing.into_iter().filter_map(|(key, state)| {
        let (record, owner) = (key.record_id()?, state.owner?);
        let held = played.ending.records.get(&record)?;
        let shown = held.fields.get("owner").and_then(Value::person);
        let mut events = played.ending.events.values();
        let write = events.find(|event| {
            let to = match &event.data {
                EventData::CrmWriteRequested {
                    write: CrmWrite::Owner { to, .. },
                } => Some(to),
                _ => None,
            };
            to == Some(&owner) && event.record.as_ref() == Some(&record)
        })?;
        let is = state.status == RoutingStatus::Routed && shown == Some(&owner) && !held.deleted;
        is.then(|| (record, owner.clone(), write.id.clone()))
    });
    found.next().expect("a lead that was routed")
}

/// The CRM shows somebody else since, set by this author.
fn show_another(played: &mut Played, record: &RecordId, by: Author) {
    let at = played.ending.now;
    let held = played.ending.records.get_mut(record).expect("the record");
    let other = Some(Value::Person(PersonId::new("somebody-else")));
    held.fields
        .extend(other.clone().map(|it| ("owner".to_owned(), it)));
    let change = Change {
        value: other,
        at,
        by,
    };
    let history = held.history.entry("owner".to_owned());
    history.or_default().insert(0, change);
}

#[test]
fn what_people_set_before_excuses_nothing_that_the_crm_shows_now() {
    let mut played = played();
    let (record, owner, _) = routed(&played);
    show_another(&mut played, &record, Author::Person(owner));
    assert!(played.finds(SHOWN).is_empty());
    show_another(&mut played, &record, Author::App("ourselves".to_owned()));
    assert_eq!(played.finds(SHOWN).len(), 1);
}

#[test]
fn a_write_that_was_left_excuses_only_the_decision_that_asked_for_it() {
    let mut played = played();
    let (record, _, write) = routed(&played);
    show_another(&mut played, &record, Author::App("ourselves".to_owned()));
    let effect = Key::effect(&write);
    played.change(
        |key| *key == effect,
        |state: &mut EffectState| {
            state.status = EffectStatus::Skipped;
            true
        },
    );
    assert!(played.finds(SHOWN).is_empty());
    let routing = Key::routing(&record);
    played.change(
        |key| *key == routing,
        |state: &mut RoutingState| {
            state.sequence = state.sequence.saturating_add(1_000);
            true
        },
    );
    assert_eq!(played.finds(SHOWN).len(), 1);
}

#[test]
fn an_event_whose_chain_or_cause_was_never_on_the_bus_is_found() {
    for function in [
        Function::CrmSync,
        Function::DailyDigest,
        Function::LiveMetrics,
        Function::LeadRouting,
    ] {
        let mut played = played();
        let mut audits = played.audits().into_iter();
        let audit = audits.find(|it| it.function == function && !it.events.is_empty());
        let audit = audit.expect("a decision");
        let cause = match function {
            Function::LeadRouting => &audit.event,
            _ => &audit.correlation,
        };
        assert!(played.finds(CAUSES).is_empty());
        played.ending.events.remove(cause).expect("an event");
        assert!(!played.finds(CAUSES).is_empty(), "{function}");
    }
}

/// So many writes, each the cause of the next.
fn in_a_row(count: usize) -> Ending {
    let mut ending = Ending::default();
    let mut before = None;
    for number in 0..count {
        let id = EventId::of(&["write", &number.to_string()]);
        let write = CrmWrite::Stage {
            to: "lost".to_owned(),
            only_if: None,
        };
        let data = EventData::CrmWriteRequested { write };
        let at = at("2026-11-23T08:00:00Z");
        let mut event = Event::new(id.clone(), at, &Revision::default(), data);
        event.causation = before.replace(id.clone());
        ending.events.insert(id, Arc::new(event));
    }
    ending
}

#[test]
fn more_than_eight_actions_that_are_causes_of_one_another_are_found() {
    let mut played = played();
    for (count, found) in [(8, 0), (9, 1)] {
        played.ending = in_a_row(count);
        assert_eq!(played.finds(CHAINS).len(), found, "{count} writes");
    }
}

#[test]
fn a_mark_that_is_lost_on_the_way_or_comes_from_nowhere_is_found() {
    let mut played = played();
    let routed = |event: &&Arc<Event>| event.name() == "record.routed";
    let event = played
        .ending
        .events
        .values()
        .find(routed)
        .expect("one")
        .clone();
    let cause = event.causation.clone().expect("its cause");
    let mut mark = |id: &EventId| {
        let marked = played.ending.events.get(id).expect("an event");
        let marked = Event::clone(marked).in_bulk();
        played.ending.events.insert(id.clone(), Arc::new(marked));
        played.finds("what follows from bulk goes its way").len()
    };
    assert!(mark(&event.id) > 0, "a mark from nowhere");
    assert!(
        mark(&cause) > 0,
        "what else follows from the cause came alone"
    );
}
