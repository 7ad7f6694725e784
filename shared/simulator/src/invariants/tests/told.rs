use std::{collections::BTreeMap, sync::Arc};

use contracts::{
    DigestRequested, Event, Finding, Found, Function, Quarantined, Reason, Subject, Verdict,
    state::{DigestState, LoadState, RecordState, RoutingState},
};
use crm::{FieldType, RecordKind};
use jiff::{SignedDuration, civil::date};
use testkit::source;

use super::*;
use crate::{
    generate::PERSONAL,
    story::{Action, ActionKind},
};

const NOT_PERSONAL: &str = "no personal value outside the copies";
const FOLDED: &str = "every state is the fold of its audit records";

#[test]
fn a_personal_value_on_the_bus_and_what_cannot_be_read_are_found() {
    let mut played = played();
    assert!(played.finds(NOT_PERSONAL).is_empty());
    let events = &mut played.ending.events;
    let event = events.values_mut().next().expect("an event");
    let mut spoiled = Event::clone(event);
    spoiled.data = EventData::WebhookQuarantined(Quarantined {
        source: source(),
        reason: format!("{PERSONAL}reason"),
        subscription: None,
        object: None,
        of: None,
    });
    *event = Arc::new(spoiled);
    assert_eq!(played.finds(NOT_PERSONAL).len(), 1);
    // A name must be a text.
    let unreadable = BTreeMap::from([((1_u8, 1_u8), 1_u8)]);
    let items = &mut played.ending.items;
    let item = items.iter_mut().find(|item| item.key.is_audit());
    item.expect("an audit record").body = Body::of(unreadable);
    assert_eq!(played.finds(NOT_PERSONAL).len(), 2);
}

#[test]
fn the_reason_of_an_absence_stays_where_it_was_entered() {
    let mut played = played();
    let from = played.story.from;
    let person = played.rules.model.people.keys().next().expect("a person");
    played.story.actions = vec![Action {
        at: from + SignedDuration::from_hours(1),
        what: ActionKind::Away {
            person: person.clone(),
            from: from + SignedDuration::from_hours(9),
            to: from + SignedDuration::from_hours(30),
            cover: None,
        },
    }];
    played.ending = players(&played.rules).ending(&played.story);
    let items = &played.ending.items;
    let absences = items.iter().find(|item| item.key == Key::absences());
    let text = absences.expect("the absences").body.text().expect("JSON");
    assert!(text.contains(PERSONAL));
    for name in [NOT_PERSONAL, FOLDED] {
        let found = played.finds(name);
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn a_value_that_the_copy_never_had_is_found_in_a_decision() {
    let mut played = played();
    assert!(played.finds(FOLDED).is_empty());
    let copies = played.states::<RecordState>(Key::holds::<RecordState>);
    let fields = &played.rules.model.records[&RecordKind::Lead];
    let given = fields.iter().filter(|(_, field)| {
        let given = !field.personal && !field.properties.is_empty();
        given && !matches!(field.holds, FieldType::Stage | FieldType::Person)
    });
    let given: Vec<&String> = given.map(|(name, _)| name).collect();
    let audits = played.audits();
    let mut never = copies.iter().filter_map(|(_, copy)| {
        let id = &copy.record.id;
        let decided = audits.iter().any(|audit| {
            audit.function == Function::LeadRouting && audit.subject == Subject::Record(id.clone())
        });
        let held = played.ending.records.get(id)?;
        let mut given = given
            .iter()
            .filter(|_| decided && id.kind == RecordKind::Lead);
        let name = given
            .find(|name| !held.fields.contains_key(**name) && !held.history.contains_key(**name))?;
        Some((id.clone(), (*name).clone()))
    });
    let (lead, name) = never.next().expect("a field that was never filled in");
    played.change(Key::is_audit, |audit: &mut AuditRecord| {
        let of_it = audit.subject == Subject::Record(lead.clone());
        if !of_it || audit.function != Function::LeadRouting {
            return false;
        }
        let mut reason = Reason::note("routing.lead.made_up", None, "spoiled");
        reason.findings.push(Finding {
            field: format!("lead.{name}"),
            found: Found::Value("made up".to_owned()),
            needed: "anything".to_owned(),
            verdict: Verdict::Held,
            place: None,
        });
        audit.reasons.push(reason);
        true
    });
    let found = played.finds(FOLDED);
    assert!(
        matches!(found.as_slice(), [one] if one.contains("nothing is rebuilt")),
        "{found:?}"
    );
}

#[test]
fn only_the_mark_of_a_digest_that_nobody_asked_for_needs_no_decision() {
    let mut played = played();
    let events = played.audits().into_iter().flat_map(|audit| audit.events);
    let mut digests = events.filter_map(|event| match event.data {
        EventData::DigestRequested(DigestRequested { to, digest, day }) => {
            Some((Key::digest(&to, &digest), day))
        }
        _ => None,
    });
    let (key, day) = digests.next().expect("a digest");
    for (day, found) in [(date(2020, 1, 2), 0), (day, 1)] {
        let mark = Body::of(DigestState::of(day));
        played.ending.states.push((key.clone(), 99, mark));
        assert_eq!(played.finds(FOLDED).len(), found, "{day}");
    }
}

const COUNTED: &str = "open counts are what is open";

#[test]
fn a_count_that_is_not_what_is_open_is_found() {
    let mut played = played();
    assert!(played.finds(COUNTED).is_empty());
    let counted = played.states::<RoutingState>(Key::holds::<RoutingState>);
    assert!(counted.iter().any(|(_, routing)| routing.counted.is_some()));
    played.change(Key::is_load, |load: &mut LoadState| {
        load.open += 1;
        true
    });
    let found = played.finds(COUNTED);
    assert!(
        found.len() == 1 && found[0].contains("is kept with"),
        "{found:?}"
    );
    played.change(Key::holds::<RoutingState>, |routing: &mut RoutingState| {
        routing.counted.take().is_some()
    });
    let found = played.finds(COUNTED);
    assert!(
        found.iter().any(|it| it.contains("counts for nobody")),
        "{found:?}"
    );
}
