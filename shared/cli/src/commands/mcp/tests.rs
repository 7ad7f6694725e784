//! What the tools that ask a stack tell, of a company that was played: everything has happened to its records that can.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{collections::BTreeSet, future::Future, path::PathBuf, pin::pin};

use contracts::{
    AuditRecord, DecisionDraft, Function, Indexes, Key,
    state::{RecordState, RoutingState, Waits},
};
use serde_json::{Map, Value, json};
use simulator::Players;
use store::{
    CommitError, Guard, Item, MemoryStore, Put, Reading, Store, Transaction, Versioned, audit_put,
    put_state,
};
use testkit::{at, example_rules};

use super::{explain, pools, queues, why_not};
use crate::commands::CouldNotRun;

/// What every mail address of a played record begins with.
const PERSONAL: &str = "someone-private-";

fn config() -> PathBuf {
    testkit::in_repository("config")
}

/// A played company at rest, and its records.
async fn played(seed: u64) -> (Reading<MemoryStore>, Vec<String>) {
    let rules = example_rules();
    let players = Players::new(&rules, at("2026-11-23T00:00:00Z")).unwrap();
    let ending = players.ending(&players.story(seed));
    let store = MemoryStore::new();
    let mut records = Vec::new();
    for item in &ending.items {
        records.extend(
            { item.key.record_id() }
                .filter(|_| item.key.holds::<RecordState>())
                .map(|id| rules.model.name_of(&id)),
        );
        let transaction = Transaction {
            puts: vec![Put {
                key: item.key.clone(),
                body: item.body.clone(),
                guard: Guard::Absent,
                indexes: indexes(item),
                expires: None,
                whole: item.whole,
            }],
            checks: Vec::new(),
        };
        store.commit(transaction).await.unwrap();
    }
    let copies = ending.items.iter();
    let copies = copies.filter(|it| it.key.holds::<RecordState>());
    let personal = copies.filter(|it| it.body.text().unwrap().contains(PERSONAL));
    assert!(personal.count() > 0, "the copies hold personal values");
    (Reading::new(store), records)
}

/// Where what waits is found, and what was decided in an hour.
fn indexes(item: &Item) -> Indexes {
    let mut indexes = Indexes::default();
    if item.key.holds::<RoutingState>() {
        let state = Versioned::<RoutingState>::read(item.clone()).unwrap().state;
        indexes.due = state.waits.map(|it| ("due#0".to_owned(), it.until));
    }
    if item.key.is_audit() {
        let audit: AuditRecord = item.body.read().unwrap();
        indexes.hour = Some((contracts::hour_of(audit.at), audit.at));
    }
    indexes
}

fn given(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

async fn told(answer: impl Future<Output = Result<Value, CouldNotRun>>) -> Value {
    let answer = pin!(answer).await;
    let answer = answer.unwrap_or_else(|why| panic!("{why}"));
    assert!(answer["revision"].is_string(), "{answer}");
    let text = answer.to_string();
    assert!(!text.contains(PERSONAL), "{text}");
    answer
}

#[tokio::test]
async fn no_tool_tells_a_personal_value_and_each_says_on_which_decisions_it_stands() {
    let config = config();
    let (mut explained, mut asked, mut gave) = (0, 0, 0);
    for seed in 1..=6 {
        let (store, records) = played(seed).await;
        for record in &records {
            let about = given(json!({ "about": record, "last": 50 }));
            let story = told(explain::answer(&config, &store, about)).await;
            let decisions = story["decisions"].as_array().unwrap();
            let chapters = story["story"]["chapters"].as_array().unwrap();
            let inside = chapters
                .iter()
                .flat_map(|it| it["decisions"].as_array().unwrap());
            let inside: Vec<&Value> = inside.map(|it| &it["decision"]).collect();
            assert_eq!(decisions.iter().collect::<Vec<_>>(), inside, "{record}");
            explained += decisions.len();
            if record.starts_with("lead:") {
                let whom = given(json!({ "record": record, "person": "ben" }));
                let ways = told(why_not::answer(&config, &store, whom)).await;
                asked += ways["decisions"].as_array().unwrap().len();
            }
        }
        let pools = told(pools::answer(&config, &store, Map::new())).await;
        for pool in pools["pools"].as_array().unwrap() {
            let given = pool["received"].as_u64().unwrap() > 0;
            gave += usize::from(given && pool["gave_last"]["decision"].is_string());
        }
        told(queues::answer(&config, &store, Map::new())).await;
    }
    let all = [explained, asked, gave];
    assert!(all.into_iter().all(|it| it > 0), "{all:?} are told of");
}

/// A deal in a queue, by the name that nobody but the CRM may tell.
#[tokio::test]
async fn what_waits_in_a_queue_is_told_with_its_decision_and_without_its_name() {
    let store = MemoryStore::new();
    let monday = at("2026-11-23T09:00:00Z");
    let deal = testkit::opportunity("5", monday).text("name", "someone-private-deal");
    let deal = deal.build();
    let mut routing = RoutingState::waiting("unowned_deal", monday);
    routing.waits = Some(Waits {
        facts: BTreeSet::new(),
        person: None,
        queue: Some("deal_desk".to_owned()),
        until: at("2026-11-24T09:00:00Z"),
    });
    let upon = testkit::history::first("a deal", &deal.id, monday);
    let draft = DecisionDraft {
        outcome: "waits in queue deal_desk".to_owned(),
        ..DecisionDraft::default()
    };
    let decided = testkit::history::decide(Function::LeadRouting, &upon, 8, monday, draft);
    let decision = decided.decision.to_string();
    let indexes = Indexes {
        due: Some(("due#1".to_owned(), at("2026-11-24T09:00:00Z"))),
        ..Indexes::default()
    };
    let waits = put_state::<_, ()>(Key::routing(&deal.id), &routing, None, indexes);
    let transaction = Transaction {
        puts: vec![waits, audit_put(decided)],
        checks: Vec::new(),
    };
    store.commit(transaction).await.unwrap();
    testkit::keep(&store, deal).await;
    let store = Reading::new(store);
    let queue = given(json!({ "queue": "deal_desk" }));
    let queues = told(queues::answer(&config(), &store, queue)).await;
    assert_eq!(queues["waiting"][0]["record"], "opportunity:5", "{queues}");
    let named = &queues["waiting"][0]["decisions"][0]["decision"];
    assert_eq!(named, &json!(decision), "{queues}");
    assert_eq!(queues["left_out"], 0);
}

#[tokio::test]
async fn what_is_not_there_is_an_answer_that_says_so() {
    let config = config();
    let (store, records) = played(1).await;
    let lead = records.iter().find(|it| it.starts_with("lead:")).unwrap();
    for (wrong, said) in [
        (json!({ "about": "lead:nobody" }), "nothing is known of"),
        (
            json!({ "about": "person:anna" }),
            "not told to an assistant",
        ),
        (json!({ "about": "x" }), "names nothing"),
        (json!({ "about": "abcdef123456" }), "name its record"),
    ] {
        let why = explain::answer(&config, &store, given(wrong)).await;
        let why = why.expect_err("it is not there").to_string();
        assert!(why.contains(said), "{why}");
    }
    for (wrong, said) in [
        (json!({ "record": lead }), "name one of"),
        (
            json!({ "record": lead, "person": "anna", "pool": "x" }),
            "name one of",
        ),
        (
            json!({ "record": lead, "person": "ana" }),
            "did you mean anna?",
        ),
        (
            json!({ "record": "lead:nobody", "person": "anna" }),
            "no copy of",
        ),
    ] {
        let why = why_not::answer(&config, &store, given(wrong)).await;
        let why = why.expect_err("it is not there").to_string();
        assert!(why.contains(said), "{why}");
    }
    let pool = given(json!({ "pool": "dach" }));
    let why = pools::answer(&config, &store, pool).await.unwrap_err();
    assert!(why.to_string().contains("the model has no pool dach"));
    let queue = given(json!({ "queue": "deal_dest" }));
    let why = queues::answer(&config, &store, queue).await.unwrap_err();
    assert!(why.to_string().contains("did you mean deal_desk?"));
}

#[tokio::test]
async fn what_the_tools_are_given_cannot_be_written() {
    let (store, _) = played(1).await;
    let written = store.commit(Transaction::default()).await;
    let Err(CommitError::Store(why)) = written else {
        panic!("{written:?}");
    };
    assert!(why.to_string().contains("nothing is written"), "{why}");
}
