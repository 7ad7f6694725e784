//! Our copy of a record, with one of everything that may be in it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::state::RecordState;
use crm::{
    AccountFacts, ActivityKind, Author, Behaviour, Change, Contacted, Latest, Record, RecordKind,
    Value as Held,
};

use super::{anna, noon, record};

pub fn latest() -> Latest {
    Latest {
        record: record(RecordKind::Lead),
        person: anna(),
        at: noon(),
    }
}

pub fn copy() -> RecordState {
    let values = [
        ("name", Held::Text("Hallig".to_owned())),
        ("amount", Held::Number("12.50".parse().unwrap())),
        ("budget_confirmed", Held::Boolean(true)),
        ("close_date", Held::Date("2026-12-01".parse().unwrap())),
        ("seen", Held::Timestamp(noon())),
        ("owner", Held::Person(anna())),
    ];
    let change = Change {
        value: Some(Held::Text("discovery".to_owned())),
        at: noon(),
        by: Author::App("77".to_owned()),
    };
    RecordState {
        record: Record {
            matched: None,
            merged_into: None,
            found_at: None,
            erased: Some(noon()),
            merged: BTreeSet::new(),
            behaviour: Some(Behaviour {
                counts: BTreeMap::from([("pricing_views".to_owned(), 4)]),
                next: Some(noon()),
                since: BTreeMap::from([("pricing_views".to_owned(), noon())]),
            }),
            latest: BTreeMap::from([("former_owner".to_owned(), latest())]),
            owner_in: None,
            others: None,
            id: record(RecordKind::Opportunity),
            created: noon(),
            modified: noon(),
            archived: false,
            fields: values.map(|(name, value)| (name.to_owned(), value)).into(),
            history: BTreeMap::from([("stage".to_owned(), vec![change])]),
            last_contact: Some(Contacted {
                at: noon(),
                by: None,
            }),
            activities: BTreeMap::from([(
                ActivityKind::Call,
                vec![Contacted {
                    at: noon(),
                    by: Some(anna()),
                }],
            )]),
            last_reply: Some(noon()),
            account: Some(AccountFacts {
                others: None,
                behaviour: None,
                id: record(RecordKind::Account),
                modified: noon(),
                fields: BTreeMap::from([("country".to_owned(), Held::Text("DE".to_owned()))]),
            }),
        },
        sequence: 4,
    }
}
