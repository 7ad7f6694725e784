use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    AuditRecord, EventId, Indexes, Key,
    state::{
        Clock, ClockStatus, ClocksState, DeviationsState, DigestState, EffectState, EffectStatus,
        GateState, OpenDeviation, RecordState, RoutingState, RoutingStatus, Step, TurnedBack,
    },
};
use crm::{Record, RecordId, Value};
use jiff::SignedDuration;
use model::{Recipient, Severity};
use store::{MemoryStore, Put, Store, Transaction, audit_put, put_state};

use super::{anna, november, of_deal, of_digest, of_lead, record};

/// A table with all of it: the decisions, the states that they lead to, and what became of their
/// mails and writes by 24 November, 13:05 UTC.
///
/// # Panics
/// Never.
pub async fn table() -> MemoryStore {
    let audits = [of_lead(), of_deal(), vec![of_digest()]].concat();
    let decisions = audits.into_iter().map(audit_put);
    let mut puts: Vec<Put> = decisions.collect();
    puts.extend(states_of_lead());
    puts.extend(states_of_deal());
    let day = "2026-11-24".parse().expect("a day");
    puts.push(put(
        Key::digest(&anna(), "seller"),
        &DigestState::of(day),
        None,
    ));
    puts.extend(effects());
    let checks = Vec::new();
    let store = MemoryStore::new();
    let committed = store.commit(Transaction { puts, checks }).await;
    committed.expect("a new table takes everything");
    store
}

fn put<T: store::ItemState>(key: Key, state: &T, person: Option<&str>) -> Put {
    let person = person.map(str::to_owned);
    let indexes = Indexes {
        person,
        ..Indexes::default()
    };
    put_state::<T, ()>(key, state, None, indexes)
}

/// The event of a decision: which decision of a history, and which of its events.
fn event(history: &[AuditRecord], decision: usize, event: usize) -> EventId {
    let found = history.get(decision).and_then(|it| it.events.get(event));
    found.expect("an event").id.clone()
}

fn effects() -> Vec<Put> {
    use EffectStatus::{Claimed, Done, Skipped};
    let (lead, deal, digest) = (of_lead(), of_deal(), [of_digest()]);
    let all = [
        (event(&lead, 1, 1), Done, "23T08:02:13", "owner set"),
        (event(&lead, 1, 2), Done, "23T08:02:14", ""),
        (event(&lead, 3, 1), Claimed, "24T13:03:02", ""),
        (
            event(&deal, 1, 1),
            Skipped,
            "23T09:00:04",
            "the stage is proposal now, not sql",
        ),
        (event(&deal, 1, 2), Claimed, "24T13:04:50", ""),
        (event(&digest, 0, 0), Done, "24T07:05:02", ""),
    ];
    let state = |(event, status, time, result): (EventId, EffectStatus, &str, &str)| {
        let at = november(time);
        let state = EffectState {
            status,
            at,
            lease_until: at + SignedDuration::from_secs(45),
            result: result.to_owned(),
            asked: None,
            with: None,
        };
        put(Key::effect(&event), &state, None)
    };
    all.map(state).into()
}

fn states_of_lead() -> [Put; 3] {
    let lead = record("lead:42");
    let email = Value::Text("somebody@example.com".to_owned());
    let fields = BTreeMap::from([
        ("email".to_owned(), email),
        ("stage".to_owned(), Value::Text("new".to_owned())),
    ]);
    let routing = RoutingState {
        status: RoutingStatus::Routed,
        owner: Some(anna()),
        pool: Some("dach".to_owned()),
        out_of_turn: false,
        sequence: 3,
        ..RoutingState::waiting("dach", november("23T08:02:11"))
    };
    let clock = Clock {
        instance: 1,
        status: ClockStatus::Late,
        owner: anna(),
        started: november("23T08:02:12"),
        budget: "4 business hours".to_owned(),
        calendar: "berlin".to_owned(),
        due: november("23T13:02:11"),
        warn_at: None,
        steps: vec![Step {
            number: 3,
            at: november("25T09:00:00"),
            tell: Some(Recipient::Manager),
        }],
        met: None,
        ownerless: false,
        time_off: None,
        kept: None,
    };
    let clocks = ClocksState {
        clocks: BTreeMap::from([("first_response".to_owned(), clock)]),
        ..ClocksState::default()
    };
    [
        put(Key::record(&lead), &kept(&lead, fields, 3), None),
        put(Key::routing(&lead), &routing, None),
        put(Key::clocks(&lead), &clocks, Some("anna")),
    ]
}

fn states_of_deal() -> [Put; 3] {
    let deal = record("opportunity:9");
    let fields = BTreeMap::from([
        ("stage".to_owned(), Value::Text("sql".to_owned())),
        ("owner".to_owned(), Value::Person(anna())),
        (
            "name".to_owned(),
            Value::Text("A name that is nobody's business".to_owned()),
        ),
    ]);
    let gate = GateState {
        stage: "discovery".to_owned(),
        since: november("02T10:00:00"),
        turned_back: Some(TurnedBack {
            to: "sql".to_owned(),
            at: november("23T09:00:00"),
        }),
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    };
    let open = OpenDeviation {
        steps: None,
        since: november("20T01:00:00"),
        severity: Severity::High,
        resolve_by: Some(november("24T16:00:00")),
    };
    let deviations = DeviationsState {
        open: BTreeMap::from([("no_contact".to_owned(), open)]),
        unjudged: BTreeSet::from(["past_corridor".to_owned()]),
        next: None,
        ..DeviationsState::default()
    };
    [
        put(Key::record(&deal), &kept(&deal, fields, 2), None),
        put(Key::gate(&deal), &gate, None),
        put(Key::deviations(&deal), &deviations, Some("anna")),
    ]
}

fn kept(id: &RecordId, fields: BTreeMap<String, Value>, sequence: u64) -> RecordState {
    let record = Record {
        matched: None,
        merged_into: None,
        found_at: None,
        erased: None,
        merged: BTreeSet::new(),
        behaviour: None,
        latest: BTreeMap::new(),
        owner_in: None,
        others: None,
        id: id.clone(),
        created: november("01T08:00:00"),
        modified: november("23T08:02:09"),
        archived: false,
        fields,
        history: BTreeMap::new(),
        last_contact: None,
        activities: std::collections::BTreeMap::new(),
        last_reply: None,
        account: None,
    };
    RecordState { record, sequence }
}
