//! Keys: what they are written as is read again, and no two things share one.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeSet;

use contracts::{
    DeadlineKind, DecisionId, EventId, Function, Key, Subject, hour_of, is_same_hour, shard_of,
    state::{
        ApprovalsState, ClocksState, DeviationsState, ExceptionsState, GateState, HandedState,
        RecordState, RoutingState,
    },
};
use crm::{PersonId, RecordId, RecordKind, SourceName};

fn source(name: &str) -> SourceName {
    SourceName::new(name).unwrap()
}

/// Records of every kind of two sources, with ids of every allowed character.
fn records() -> Vec<RecordId> {
    let mut records = Vec::new();
    for name in ["hubspot", "hub"] {
        for kind in RecordKind::ALL {
            for id in ["1", "a-B_9", &"9".repeat(RecordId::MAX_LENGTH)] {
                records.push(RecordId::new(&source(name), kind, id).unwrap());
            }
        }
    }
    records
}

/// What is kept of one record.
fn of_record(record: &RecordId) -> Vec<Key> {
    vec![
        Key::record(record),
        Key::routing(record),
        Key::gate(record),
        Key::clocks(record),
        Key::handed(record),
        Key::deviations(record),
        Key::exceptions(record),
        Key::approvals(record),
    ]
}

#[test]
fn a_record_is_read_from_every_key_of_it_as_it_was_written() {
    for record in records() {
        for key in of_record(&record) {
            assert_eq!(key.record_id().as_ref(), Some(&record), "{key:?}");
            assert_eq!(key.pk, Key::partition_of(&record));
            assert!(!key.is_audit());
        }
    }
}

#[test]
fn each_key_of_a_record_says_what_it_holds_and_nothing_else() {
    for record in records() {
        let holds = |key: &Key| {
            [
                key.holds::<RecordState>(),
                key.holds::<RoutingState>(),
                key.holds::<GateState>(),
                key.holds::<ClocksState>(),
                key.holds::<HandedState>(),
                key.holds::<DeviationsState>(),
                key.holds::<ExceptionsState>(),
                key.holds::<ApprovalsState>(),
            ]
        };
        for (index, key) in of_record(&record).iter().enumerate() {
            let mut expected = [false; 8];
            expected[index] = true;
            assert_eq!(holds(key), expected, "{key:?}");
        }
    }
}

#[test]
fn a_deadline_is_read_from_its_key_as_it_was_written() {
    for record in records() {
        for kind in DeadlineKind::ALL {
            let key = Key::of_deadline(kind, &record);
            assert_eq!(key.deadline(), Some((kind, record.clone())));
        }
        let items = of_record(&record);
        let with_deadlines = items.iter().filter(|key| key.deadline().is_some());
        assert_eq!(
            with_deadlines.collect::<Vec<_>>(),
            [
                &Key::record(&record),
                &Key::routing(&record),
                &Key::clocks(&record),
                &Key::deviations(&record),
                &Key::exceptions(&record),
                &Key::approvals(&record)
            ]
        );
        assert_eq!(
            Key::of_deadline(DeadlineKind::Record, &record),
            Key::record(&record)
        );
        assert_eq!(
            Key::of_deadline(DeadlineKind::Clocks, &record),
            Key::clocks(&record)
        );
        assert_eq!(
            Key::of_deadline(DeadlineKind::Deviations, &record),
            Key::deviations(&record)
        );
        assert_eq!(
            Key::of_deadline(DeadlineKind::Routing, &record),
            Key::routing(&record)
        );
        assert_eq!(
            Key::of_deadline(DeadlineKind::Exceptions, &record),
            Key::exceptions(&record)
        );
        assert_eq!(
            Key::of_deadline(DeadlineKind::Approvals, &record),
            Key::approvals(&record)
        );
    }
}

/// What is kept of no record.
fn others() -> Vec<Key> {
    let event = EventId::of(&["event"]);
    let decision = DecisionId::of(Function::LeadRouting, &event);
    let anna = PersonId::new("anna");
    let mut keys = vec![
        Key::pool("dach"),
        Key::pool("clocks"),
        Key::absences(),
        Key::sweep(),
        Key::digest(&anna, "seller"),
        Key::digest(&anna, "clocks"),
        Key::review("forecast"),
        Key::minutes("forecast"),
        Key::effect(&event),
        Key::mailing(&anna),
        Key::enclosed(&event, &event),
        Key::enclosed(&event, &EventId::of(&["other"])),
        Key::quarantine("2026-11-23".parse().unwrap(), &event),
        Key::audit(&Subject::Person(anna), &decision),
    ];
    for name in ["hubspot", "hub"] {
        keys.push(Key::bucket(&source(name), "requests"));
        keys.push(Key::bucket(&source(name), "writes"));
    }
    for record in records() {
        keys.push(Key::audit(&Subject::Record(record), &decision));
    }
    keys
}

#[test]
fn what_is_of_no_record_is_read_as_none_and_has_no_deadline() {
    for key in others() {
        assert_eq!(key.record_id(), None, "{key:?}");
        assert_eq!(key.deadline(), None, "{key:?}");
        assert!(!key.holds::<RecordState>() && !key.holds::<ClocksState>());
        assert_eq!(key.is_audit(), key.pk.starts_with("A#"), "{key:?}");
        assert_eq!(Key::is_audit_partition(&key.pk), key.is_audit());
    }
}

/// Nor do two records of different sources, however alike their ids.
#[test]
fn no_two_things_share_a_key() {
    let mut all: Vec<Key> = records().iter().flat_map(of_record).collect();
    all.extend(others());
    let different: BTreeSet<&Key> = all.iter().collect();
    assert_eq!(different.len(), all.len());
    let partitions: BTreeSet<String> = records().iter().map(Key::partition_of).collect();
    assert_eq!(partitions.len(), records().len());
}

/// A source's name ends where its colon stands: `hub` with `spot…` is not `hubspot`.
#[test]
fn sources_whose_names_begin_alike_share_nothing() {
    let of = |name: &str| RecordId::new(&source(name), RecordKind::Lead, "1").unwrap();
    let (hub, hubspot) = (of("hub"), of("hubspot"));
    assert!(!Key::partition_of(&hubspot).starts_with(&Key::partition_of(&hub)));
    let audits = |record: RecordId| Key::audit_partition_of(&Subject::Record(record));
    assert_ne!(audits(hub), audits(hubspot));
}

/// Whatever a source is called: a person of the model has no colon in their name.
#[test]
fn a_persons_audit_records_are_nobody_elses() {
    for kind in RecordKind::ALL {
        for id in ["1", "anna"] {
            let record = RecordId::new(&source("person"), kind, id).unwrap();
            let of_record = Key::audit_partition_of(&Subject::Record(record));
            for name in ["anna", "lead", "1"] {
                let person = Subject::Person(PersonId::new(name));
                assert_ne!(of_record, Key::audit_partition_of(&person));
            }
        }
    }
}

#[test]
fn what_is_no_key_of_ours_is_read_as_none() {
    for pk in [
        "",
        "R#",
        "R#lead:1",
        "R#hubspot:lead:",
        "R#hubspot:tickets:1",
        "X#hubspot:lead:1",
    ] {
        for sk in ["clocks", "record", ""] {
            let key = Key {
                pk: pk.to_owned(),
                sk: sk.to_owned(),
            };
            assert_eq!((key.record_id(), key.deadline()), (None, None), "{key:?}");
        }
    }
    // A newer release may keep more of a record.
    let newer = Key {
        sk: "forecast".to_owned(),
        ..Key::record(&records()[0])
    };
    assert_eq!(
        (newer.record_id().as_ref(), newer.deadline()),
        (Some(&records()[0]), None)
    );
}

#[test]
fn deadlines_lie_on_few_shards_and_every_record_on_one_for_ever() {
    let shards: BTreeSet<String> = (0..1000)
        .map(|number| RecordId::new(&source("hubspot"), RecordKind::Lead, number.to_string()))
        .map(|record| shard_of(&record.unwrap()))
        .collect();
    let all = ["due#0", "due#1", "due#2", "due#3"];
    assert_eq!(shards.iter().map(String::as_str).collect::<Vec<_>>(), all);
    // As the first release wrote them: an item that moved would be found by no tick.
    let of = |id: &str| shard_of(&RecordId::new(&source("hubspot"), RecordKind::Lead, id).unwrap());
    assert_eq!([of("1"), of("2"), of("3"), of("123")], FIRST_RELEASE);
}

const FIRST_RELEASE: [&str; 4] = ["due#1", "due#0", "due#3", "due#2"];

#[test]
fn an_hour_is_that_of_utc() {
    for (at, hour) in [
        ("2026-11-22T14:00:00Z", "2026-11-22T14"),
        ("2026-11-22T14:59:59.999Z", "2026-11-22T14"),
        ("2026-11-22T15:00:00+02:00", "2026-11-22T13"),
        ("2026-01-01T00:30:00+01:00", "2025-12-31T23"),
    ] {
        assert_eq!(hour_of(at.parse().unwrap()), hour);
    }
}

#[test]
fn two_instants_are_in_the_same_hour_if_it_is_told_alike() {
    let instants = [
        "1969-12-31T22:59:59.9Z",
        "1969-12-31T23:00:00Z",
        "1969-12-31T23:59:59.5Z",
        "1970-01-01T00:00:00Z",
        "2026-11-22T14:00:00Z",
        "2026-11-22T14:59:59.999Z",
        "2026-11-22T15:00:00Z",
        "2026-11-23T14:30:00Z",
    ];
    let instants = instants.map(|it| it.parse::<jiff::Timestamp>().unwrap());
    let mut alike = 0;
    for one in instants {
        for other in instants {
            let told = hour_of(one) == hour_of(other);
            assert_eq!(is_same_hour(one, other), told, "{one}, {other}");
            alike += usize::from(told && one != other);
        }
    }
    assert_eq!(alike, 4);
}
