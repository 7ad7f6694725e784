//! The table that the samples' decisions lead to, with what became of their mails and writes.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Indexes, Key,
    state::{
        Clock, ClockStatus, ClocksState, DeviationsState, DigestState, EffectState, EffectStatus,
        GateState, OpenDeviation, RecordState, RoutingState, RoutingStatus, Step, TurnedBack,
    },
};
use crm::{Record, RecordId, Value};
use model::{Recipient, Severity};
use serde::Serialize;
use store::{MemoryStore, Store, Transaction, audit_put, put_state};

use super::sample::{anna, at, deal_history, digest_history, lead_history, record};
use crate::stack::wait;

/// A table with all of it.
pub(super) fn table() -> MemoryStore {
    let store = MemoryStore::new();
    let (lead, deal) = (lead_history(), deal_history());
    let digest = digest_history();
    let mut puts: Vec<_> = lead
        .iter()
        .chain(&deal)
        .chain(&digest)
        .map(|audit| audit_put(audit).unwrap())
        .collect();
    let mut put = |key: Key, body: &dyn erased::State, person: Option<&str>| {
        let indexes = Indexes {
            person: person.map(str::to_owned),
            ..Indexes::default()
        };
        let mut one = put_state::<(), ()>(key, &(), None, indexes).unwrap();
        one.body = body.json();
        puts.push(one);
    };
    states_of_lead(&mut put);
    states_of_deal(&mut put);
    put(
        Key::digest(&anna(), "seller"),
        &DigestState {
            day: "2026-11-24".parse().unwrap(),
        },
        None,
    );
    for (event, status, time, result) in [
        (
            &lead[1].events[1],
            EffectStatus::Done,
            "23T08:02:13",
            "owner set",
        ),
        (&lead[1].events[2], EffectStatus::Done, "23T08:02:14", ""),
        (&lead[3].events[1], EffectStatus::Claimed, "24T13:03:02", ""),
        (
            &deal[1].events[1],
            EffectStatus::Skipped,
            "23T09:00:04",
            "the stage is proposal now, not sql",
        ),
        (&deal[1].events[2], EffectStatus::Claimed, "24T13:04:50", ""),
        (&digest[0].events[0], EffectStatus::Done, "24T07:05:02", ""),
    ] {
        let time = at(time);
        let lease_until = time + jiff::SignedDuration::from_secs(45);
        let state = EffectState {
            status,
            at: time,
            lease_until,
            result: result.to_owned(),
        };
        put(Key::effect(&event.id), &state, None);
    }
    wait(async {
        store
            .commit(Transaction {
                puts,
                checks: Vec::new(),
            })
            .await
            .unwrap();
        Ok(store)
    })
    .unwrap()
}

type Putting<'a> = dyn FnMut(Key, &dyn erased::State, Option<&str>) + 'a;

fn states_of_lead(put: &mut Putting<'_>) {
    let lead = record("lead:42");
    let email = Value::Text("somebody@example.com".to_owned());
    let fields = BTreeMap::from([
        ("email".to_owned(), email),
        ("stage".to_owned(), Value::Text("new".to_owned())),
    ]);
    put(Key::record(&lead), &kept(&lead, fields, 3), None);
    let routing = RoutingState {
        status: RoutingStatus::Routed,
        owner: Some(anna()),
        rule: "dach".to_owned(),
        pool: Some("dach".to_owned()),
        at: at("23T08:02:11"),
        out_of_turn: false,
        reassigned: Vec::new(),
        taken_from: BTreeSet::new(),
    };
    put(Key::routing(&lead), &routing, None);
    let clock = Clock {
        instance: 1,
        status: ClockStatus::Late,
        owner: anna(),
        started: at("23T08:02:12"),
        budget: "4 business hours".to_owned(),
        calendar: "berlin".to_owned(),
        due: at("23T13:02:11"),
        warn_at: None,
        steps: vec![Step {
            number: 3,
            at: at("25T09:00:00"),
            tell: Some(Recipient::Manager),
        }],
        met: None,
        time_off: None,
        kept: None,
    };
    let clocks = ClocksState {
        clocks: BTreeMap::from([("first_response".to_owned(), clock)]),
    };
    put(Key::clocks(&lead), &clocks, Some("anna"));
}

fn states_of_deal(put: &mut Putting<'_>) {
    let deal = record("opportunity:9");
    let fields = BTreeMap::from([
        ("stage".to_owned(), Value::Text("sql".to_owned())),
        ("owner".to_owned(), Value::Person(anna())),
        (
            "name".to_owned(),
            Value::Text("A name that is nobody's business".to_owned()),
        ),
    ]);
    put(Key::record(&deal), &kept(&deal, fields, 2), None);
    let turned_back = Some(TurnedBack {
        to: "sql".to_owned(),
        at: at("23T09:00:00"),
    });
    put(
        Key::gate(&deal),
        &GateState {
            stage: "discovery".to_owned(),
            since: at("02T10:00:00"),
            turned_back,
        },
        None,
    );
    let open = OpenDeviation {
        since: at("20T01:00:00"),
        severity: Severity::High,
        resolve_by: Some(at("24T16:00:00")),
    };
    let deviations = DeviationsState {
        open: BTreeMap::from([("no_contact".to_owned(), open)]),
        unjudged: BTreeSet::from(["past_corridor".to_owned()]),
        next: None,
    };
    put(Key::deviations(&deal), &deviations, Some("anna"));
}

fn kept(id: &RecordId, fields: BTreeMap<String, Value>, sequence: u64) -> RecordState {
    let record = Record {
        id: id.clone(),
        created: at("01T08:00:00"),
        modified: at("23T08:02:09"),
        archived: false,
        fields,
        history: BTreeMap::new(),
        last_contact: None,
        last_reply: None,
        account: None,
    };
    RecordState { record, sequence }
}

/// States of several types, to be written alike.
mod erased {
    use super::Serialize;

    pub(super) trait State {
        fn json(&self) -> serde_json::Value;
    }

    impl<T: Serialize> State for T {
        fn json(&self) -> serde_json::Value {
            serde_json::to_value(self).unwrap()
        }
    }
}
