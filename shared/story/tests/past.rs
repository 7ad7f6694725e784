//! States folded from audit records, and records as they stood.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use contracts::{
    AuditRecord, Change, DecisionDraft, EventData, Function, Key, Made, ReadAt,
    state::{PoolState, Turn},
};
use crm::PersonId;
use serde_json::{Value, json};
use story::{NotTold, Past};
use testkit::history::{decide, first, november, record};

/// An audit record of so many minutes past nine that changes an item.
fn changes(minute: u8, item: &str, change: Change) -> AuditRecord {
    let at = november(&format!("23T09:{minute:02}:00"));
    let upon = first(&minute.to_string(), &record("lead:42"), at);
    let modified = november(&format!("23T08:{minute:02}:00"));
    let draft = DecisionDraft {
        emits: vec![EventData::RecordChanged {
            changed: Vec::new(),
            modified,
            first: false,
            contact: None,
            watched: false,
            left_domain: None,
        }],
        ..DecisionDraft::default()
    };
    let mut audit = decide(Function::CrmSync, &upon, 7, at, draft);
    audit.changes = BTreeMap::from([(item.to_owned(), change)]);
    audit
}

fn patch(version: u64, nth: u32, to: Value) -> Change {
    Change {
        version,
        nth,
        was: None,
        made: Made::Patch(to),
    }
}

fn whole(was: Value, change: Change) -> Change {
    Change {
        was: Some(was),
        ..change
    }
}

fn gate() -> [AuditRecord; 4] {
    [
        changes(1, "gate", patch(1, 0, json!({ "stage": "new" }))),
        changes(2, "gate", patch(2, 0, json!({ "since": 1 }))),
        // Two decisions of one transaction.
        changes(3, "gate", patch(3, 0, json!({ "stage": "sql" }))),
        changes(4, "gate", patch(3, 1, json!({ "since": null }))),
    ]
}

#[test]
fn a_state_is_what_its_changes_come_to_in_whatever_order_they_are_read() {
    let mut audits = gate();
    audits.reverse();
    let (past, key) = (Past::of(&audits), Key::gate(&record("lead:42")));
    let at = |read| past.state(&key, read).unwrap();
    assert_eq!(at(ReadAt::Version(0)), None);
    assert_eq!(at(ReadAt::Version(1)), Some(json!({ "stage": "new" })));
    assert_eq!(
        at(ReadAt::Within(3, 1)),
        Some(json!({ "stage": "sql", "since": 1 }))
    );
    assert_eq!(at(ReadAt::Version(3)), Some(json!({ "stage": "sql" })));
    assert_eq!(past.states(&key).unwrap().len(), 4);
    let at = |time| past.state_at(&key, november(time)).unwrap();
    assert_eq!(at("23T09:00:59"), None);
    assert_eq!(
        at("23T09:02:00"),
        Some(json!({ "stage": "new", "since": 1 }))
    );
    assert_eq!(
        past.state_at(&Key::pool("none"), november("23T09:00:00")),
        Ok(None)
    );
}

#[test]
fn what_is_missing_is_said_and_what_is_told_whole_needs_nothing_before() {
    let [_, two, three, four] = gate();
    let key = Key::gate(&record("lead:42"));
    let missing = |version| NotTold::Missing {
        item: "R#hubspot:lead:42/gate".to_owned(),
        version,
    };
    let past = Past::of([&two, &three, &four]);
    assert_eq!(past.state(&key, ReadAt::Version(3)), Err(missing(1)));
    assert_eq!(past.states(&key), Err(missing(1)));
    // The one between is missing.
    let audits = gate();
    let past = Past::of([&audits[0], &three]);
    assert_eq!(past.state(&key, ReadAt::Version(3)), Err(missing(2)));
    // What was long ago is forgotten, and the next change says what it was.
    let told = changes(
        3,
        "gate",
        whole(
            json!({ "stage": "old" }),
            patch(9, 0, json!({ "since": 2 })),
        ),
    );
    let past = Past::of([&told]);
    let old = Some(json!({ "stage": "old" }));
    assert_eq!(past.state(&key, ReadAt::Version(8)), Ok(old.clone()));
    assert_eq!(past.state_at(&key, november("01T00:00:00")), Ok(old));
    assert_eq!(
        past.state(&key, ReadAt::Version(9)),
        Ok(Some(json!({ "stage": "old", "since": 2 })))
    );
}

#[test]
fn a_record_is_rebuilt_as_it_stood() {
    let created = "2026-11-01T08:00:00Z";
    let one = json!({ "sequence": 1, "created": created, "fields": { "title": { "text": "CTO" } },
        "personal": ["email"], "domains": { "email_domain": "kranich.example" } });
    let audits = [
        changes(1, "record", patch(1, 0, one)),
        // Version 2 was only newer, and has no audit record.
        changes(
            3,
            "record",
            patch(3, 0, json!({ "sequence": 2, "fields": { "title": null } })),
        ),
    ];
    let (past, lead) = (Past::of(&audits), record("lead:42"));
    for version in [1, 2] {
        let copy = past.copy(&lead, ReadAt::Version(version)).unwrap().unwrap();
        assert_eq!(copy.sequence, 1);
        assert_eq!(
            copy.record.value("title").and_then(|it| it.text()),
            Some("CTO")
        );
        assert_eq!(copy.record.modified, november("23T08:01:00"));
    }
    let copy = past
        .copy_at(&lead, november("23T09:05:00"))
        .unwrap()
        .unwrap();
    assert_eq!((copy.sequence, copy.record.value("title")), (2, None));
    assert_eq!(past.copy_at(&lead, november("23T09:00:00")), Ok(None));
}

#[test]
fn a_rotation_is_what_its_turns_come_to() {
    let anna = PersonId::new("anna");
    let turn = Turn {
        by: vec![(0, [anna.clone()].into())],
        got: Some((anna.clone(), november("23T09:01:00"))),
        ..Turn::default()
    };
    let change = Change {
        version: 1,
        nth: 0,
        was: None,
        made: Made::Turn(turn),
    };
    let audits = [changes(1, "P#dach/rotation", change)];
    let state = Past::of(&audits).state(&Key::pool("dach"), ReadAt::Version(1));
    let pool: PoolState = serde_json::from_value(state.unwrap().unwrap()).unwrap();
    assert_eq!(pool.members[&anna].received, 1);
}
