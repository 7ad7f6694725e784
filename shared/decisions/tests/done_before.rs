//! Where what somebody has done outside the CRM decides about their lead, the reasons name it.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{Reason, state::PoolState};
use crm::{Behaviour, Record, RecordKind};
use decisions::{
    Edge, Staffing,
    behaviour::{counted, with_seen},
    routing::{Happened, Todo, again, consider, route, route_again},
};
use jiff::Timestamp;
use testkit::{at, lead, model_of, put_before, staffing, texts_that_count_views};

/// Tuesday, ten in Berlin.
const NOW: &str = "2026-11-24T09:00:00Z";

/// The example, whose rules go by how often the prices were looked at.
fn warm() -> Staffing {
    let mut texts = texts_that_count_views("mail: lead.email", "warm");
    put_before(
        &mut texts,
        "processes.yaml",
        "    - { upon: owner.removed,",
        "    - { upon: field.changed, field: lead.pricing_views, while: { lead.warmth: { at_least: 30 } } }\n",
    );
    staffing(model_of(&texts))
}

/// A lead of a German company whose person has looked at the prices at these times.
fn looked(staffing: &Staffing, times: &[&str]) -> Record {
    let visitor = contracts::Visitor::of_id("jo").expect("a visitor");
    let mut done = None;
    for (number, time) in times.iter().enumerate() {
        let seen = contracts::BehaviourSeen {
            visitor: visitor.clone(),
            behaviour: "viewed_pricing".to_owned(),
            at: at(time),
        };
        let event = contracts::EventId::of(&[&number.to_string()]);
        done = with_seen(done.as_ref(), &seen, &event, at(NOW)).or(done);
    }
    let behaviour = counted(&staffing.model, RecordKind::Lead, &done, at(NOW));
    let lead = lead("1", at("2026-11-16T09:00:00Z")).account("DE", "software", 300);
    let mut record = lead.text("email", "jo@kranich.example").build();
    record.modified = at(NOW);
    record.behaviour = behaviour;
    record
}

fn now() -> Timestamp {
    at(NOW)
}

fn routed(staffing: &Staffing, record: &Record) -> decisions::routing::Routed {
    let Todo::Route(choice) = consider(staffing, record, None, now()) else {
        panic!("a new lead is routed");
    };
    route(staffing, record, choice, None, &PoolState::default(), now()).expect("somebody")
}

fn note_of<'r>(reasons: &'r [Reason], rule: &str) -> Option<&'r str> {
    let reason = reasons.iter().find(|reason| reason.rule == rule);
    reason.expect(rule).note.as_deref()
}

/// Of what is too long ago nothing is said.
const THREE: [&str; 4] = [
    "2026-11-10T09:00:00Z",
    "2026-11-20T23:30:00Z",
    "2026-11-23T09:00:00Z",
    "2026-11-24T08:00:00Z",
];

#[test]
fn a_rule_that_goes_by_points_says_what_was_done_and_since_when() {
    let staffing = warm();
    let done = routed(&staffing, &looked(&staffing, &THREE));
    assert_eq!(done.routing.rule, "warm");
    // By the day in Berlin.
    assert_eq!(
        note_of(&done.draft.reasons, "routing.lead.warm"),
        Some("viewed pricing 3 times since Sat 21 Nov")
    );
    let few = routed(&staffing, &looked(&staffing, &THREE[3..]));
    assert_eq!(few.routing.rule, "dach");
    assert_eq!(
        note_of(&few.draft.reasons, "routing.lead.warm"),
        Some("viewed pricing 1 time since Tue 24 Nov")
    );
    // What asks for nothing of that says nothing of it.
    assert_eq!(note_of(&few.draft.reasons, "routing.lead.dach"), None);
    let none = routed(&staffing, &looked(&staffing, &[]));
    assert_eq!(note_of(&none.draft.reasons, "routing.lead.warm"), None);
}

/// What the people of the account have done together is said apart, behind what the person has.
#[test]
fn what_the_people_of_the_account_have_done_is_said_as_theirs() {
    let staffing = warm();
    let mut record = looked(&staffing, &THREE[3..]);
    let account = record.account.as_mut().expect("an account");
    account.behaviour = Some(Behaviour {
        counts: [("pricing_views".to_owned(), 5)].into(),
        since: [("pricing_views".to_owned(), at("2026-11-20T23:30:00Z"))].into(),
        next: None,
    });
    let done = routed(&staffing, &record);
    assert_eq!(done.routing.rule, "warm");
    assert_eq!(
        note_of(&done.draft.reasons, "routing.lead.warm"),
        Some(
            "viewed pricing 1 time since Tue 24 Nov, people of the account viewed pricing 5 times since Sat 21 Nov"
        )
    );
    record.behaviour = None;
    let done = routed(&staffing, &record);
    assert_eq!(
        note_of(&done.draft.reasons, "routing.lead.warm"),
        Some("people of the account viewed pricing 5 times since Sat 21 Nov")
    );
}

/// As in a scenario or in the file of `fairlead route`.
#[test]
fn of_a_count_without_times_the_stretch_is_said() {
    let staffing = warm();
    let mut record = looked(&staffing, &[]);
    record.behaviour = Some(Behaviour {
        counts: [("pricing_views".to_owned(), 4)].into(),
        ..Behaviour::default()
    });
    let done = routed(&staffing, &record);
    assert_eq!(
        note_of(&done.draft.reasons, "routing.lead.warm"),
        Some("viewed pricing 4 times in the last 7 days")
    );
}

#[test]
fn a_lead_that_is_routed_again_for_it_says_so() {
    let staffing = warm();
    let before = routed(&staffing, &looked(&staffing, &THREE[3..]));
    let mut before = before.routing;
    before.sequence = 1;
    let owner = before.owner.clone().expect("an owner");
    let mut record = looked(&staffing, &THREE);
    let shown = crm::Value::Person(owner.clone());
    record.fields.insert("owner".to_owned(), shown);
    let edges = [Edge::FieldChanged {
        kind: RecordKind::Lead,
        name: "pricing_views",
    }];
    let happened = (Happened::Changed(&edges), 2);
    let found = again(&staffing, &record, Some(&before), happened, now()).expect("again");
    let rotations = (&PoolState::default(), &PoolState::default());
    let moved = route_again(&staffing, &record, &before, &found, rotations, now());
    let moved = moved.expect("shares").expect("somebody");
    let said = format!(
        "lead.pricing_views has changed; {owner} had it; viewed pricing 3 times since Sat 21 Nov"
    );
    let rule = "reroute.lead.field.changed lead.pricing_views";
    assert_eq!(note_of(&moved.draft.reasons, rule), Some(said.as_str()));
}
