#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod approved;
mod excepted;
mod held;
mod rounds;

use contracts::{
    AuditRecord, CrmWrite, EventData, EventId, Indexes, Key,
    state::{GateState, TurnedBack, UnjudgedState},
};
use engine::{Handler, Table};
use store::{Versioned, put_state};
use testkit::{
    Growing, InTheWay, TestClock, WatchedStore, at, audits, example_rules, keep, opportunity, put,
    record_id, state_of, upon,
};

use super::*;

const NOW: &str = "2026-11-23T09:00:00Z";

/// The function, and the table that it was given.
struct Tested {
    function: StageGates<WatchedStore, TestClock>,
    store: WatchedStore,
}

fn gates() -> Tested {
    gates_by(example_rules())
}

/// The same by a model of these files.
fn gates_of(files: testkit::Files) -> Tested {
    gates_by(testkit::rules(testkit::model_of(
        &files.into_iter().collect(),
    )))
}

fn gates_by(rules: decisions::Rules) -> Tested {
    let store = WatchedStore::new();
    let table = Table::new(store.clone(), TestClock::at(at(NOW)));
    Tested {
        function: StageGates::new(table, Gatekeeper::new(rules)),
        store,
    }
}

/// A deal that moved from discovery to sql now.
fn moved(id: &str) -> Growing {
    opportunity(id, at("2026-11-20T09:00:00Z"))
        .owner("anna")
        .stage("sql", at(NOW))
}

/// The same, with all that the gate asks for.
fn ready(id: &str) -> Growing {
    let fields = [
        "budget_confirmed",
        "decision_maker_met",
        "pain_documented",
        "timeline_agreed",
    ];
    let deal = fields
        .iter()
        .fold(moved(id), |deal, field| deal.boolean(field, true));
    deal.value("close_date", crm_date("2027-01-15"))
}

fn changed(id: &str) -> Event {
    let data = EventData::RecordChanged {
        changed: vec!["stage".to_owned()],
        modified: at(NOW),
        first: false,
        contact: None,
        watched: false,
        left_domain: None,
    };
    upon(&record_id(&format!("opportunity:{id}")), at(NOW), data)
}

impl Tested {
    /// A copy of a deal is kept, which the gate last saw at discovery.
    async fn has(&self, deal: Growing) -> Event {
        let record = deal.build();
        let (id, key) = (record.id.id.clone(), Key::gate(&record.id));
        keep(self.store.inside(), record).await;
        let gate = GateState {
            stage: "discovery".to_owned(),
            since: at("2026-11-20T09:00:00Z"),
            turned_back: None,
            unknown: false,
            outside: false,
            held: None,
            rounds: None,
            undoing: None,
        };
        put(self.store.inside(), key, &gate).await;
        changed(&id)
    }

    /// A newer copy of a record that is kept already.
    async fn replaces(&self, record: crm::Record) {
        let key = Key::record(&record.id);
        let found = store::Store::get(self.store.inside(), std::slice::from_ref(&key)).await;
        let before = found.unwrap().remove(0).unwrap().version;
        let state = contracts::state::RecordState {
            record,
            sequence: before + 1,
        };
        let before = Versioned {
            version: before,
            state: (),
        };
        let put = put_state(key, &state, Some(&before), Indexes::default());
        let transaction = store::Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        let store = self.store.inside();
        store::Store::commit(store, transaction).await.unwrap();
    }

    async fn gate(&self, id: &str) -> GateState {
        let record = record_id(&format!("opportunity:{id}"));
        let gate = state_of(self.store.inside(), Key::gate(&record)).await;
        gate.unwrap()
    }

    fn audits(&self) -> Vec<AuditRecord> {
        audits(self.store.inside())
    }
}

fn names(audit: &AuditRecord) -> Vec<&'static str> {
    audit.events.iter().map(Event::name).collect()
}

#[tokio::test]
async fn a_move_that_is_turned_back_asks_for_its_stage_a_task_and_a_word_in_one_transaction() {
    let tested = gates();
    let event = tested.has(moved("1")).await;
    tested.function.handle(&event, at(NOW)).await.unwrap();
    let gate = tested.gate("1").await;
    let turned_back = TurnedBack {
        to: "sql".to_owned(),
        at: at(NOW),
    };
    assert_eq!(gate.stage, "discovery");
    assert_eq!(gate.turned_back, Some(turned_back));
    let audits = tested.audits();
    assert_eq!(audits.len(), 1);
    let mut asked = names(&audits[0]);
    asked.sort_unstable();
    assert_eq!(
        asked,
        [
            "crm_write.requested",
            "crm_write.requested",
            "gate.turned_back",
            "notice.requested"
        ]
    );
    let stage = CrmWrite::Stage {
        to: "discovery".to_owned(),
        only_if: Some("sql".to_owned()),
    };
    let writes = |event: &Event| matches!(&event.data, EventData::CrmWriteRequested { write } if *write == stage);
    assert!(audits[0].events.iter().any(writes));
    let commits = tested.store.commits();
    assert_eq!(commits.len(), 1);
    assert_eq!((commits[0].puts.len(), commits[0].checks.len()), (3, 1));
}

#[tokio::test]
async fn beside_the_record_only_the_breaker_of_a_move_that_is_turned_back_is_read() {
    let tested = gates();
    let event = tested.has(moved("1")).await;
    tested.function.handle(&event, at(NOW)).await.unwrap();
    assert_eq!(tested.store.partitions().len(), 1);
    let breaker = Key::breaker(&crm::PersonId::new("hubspot:nobody-named"));
    assert_eq!(tested.store.keys(), [breaker]);
}

#[tokio::test]
async fn of_a_move_that_passes_nothing_beside_the_record_is_read() {
    let tested = gates();
    let event = tested.has(ready("1")).await;
    tested.function.handle(&event, at(NOW)).await.unwrap();
    assert_eq!(tested.store.partitions().len(), 1);
    assert!(tested.store.keys().is_empty());
}

#[tokio::test]
async fn a_repeated_event_turns_back_once() {
    let tested = gates();
    let event = tested.has(moved("1")).await;
    for _ in 0..3 {
        tested.function.handle(&event, at(NOW)).await.unwrap();
    }
    let mut another = event.clone();
    another.id = EventId::of(&["another"]);
    tested.function.handle(&another, at(NOW)).await.unwrap();
    assert_eq!(tested.audits().len(), 1);
    assert_eq!(tested.store.commits().len(), 1);
}

#[tokio::test]
async fn a_move_that_passes_is_told_once_with_its_state_in_one_transaction() {
    let tested = gates();
    let event = tested.has(ready("1")).await;
    let mut another = event.clone();
    another.id = EventId::of(&["another"]);
    for event in [&event, &another, &event] {
        tested.function.handle(event, at(NOW)).await.unwrap();
    }
    let audits = tested.audits();
    assert_eq!(audits.len(), 1);
    assert_eq!(
        names(&audits[0]),
        ["gate.passed", "stage.left", "stage.entered"]
    );
    assert_eq!(tested.gate("1").await.since, at(NOW));
    let commits = tested.store.commits();
    assert_eq!(commits.len(), 1);
    assert_eq!((commits[0].puts.len(), commits[0].checks.len()), (2, 1));
}

/// Our own restoration comes back as a change.
#[tokio::test]
async fn the_echo_of_the_restored_stage_closes_the_matter() {
    let tested = gates();
    let event = tested.has(moved("1")).await;
    tested.function.handle(&event, at(NOW)).await.unwrap();
    let later = at("2026-11-23T09:05:00Z");
    let restored = opportunity("1", at("2026-11-20T09:00:00Z")).stage("discovery", later);
    let key = Key::record(&record_id("opportunity:1"));
    let state = contracts::state::RecordState {
        record: restored.build(),
        sequence: 2,
    };
    let before = Versioned {
        version: 1,
        state: (),
    };
    let put = put_state(key, &state, Some(&before), Indexes::default());
    let transaction = store::Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    store::Store::commit(tested.store.inside(), transaction)
        .await
        .unwrap();
    let mut echo = changed("1");
    echo.id = EventId::of(&["echo"]);
    for _ in 0..2 {
        tested.function.handle(&echo, later).await.unwrap();
    }
    assert_eq!(tested.gate("1").await.turned_back, None);
    let audits = tested.audits();
    assert_eq!(audits.len(), 2);
    let second = audits.iter().find(|audit| audit.event == echo.id).unwrap();
    assert!(
        second.events.is_empty(),
        "nothing follows from our own echo"
    );
}

#[tokio::test]
async fn a_batch_of_moves_is_judged_in_one_transaction_and_each_for_itself() {
    let tested = gates();
    let mut events = Vec::new();
    for number in 1..=10 {
        let deal = moved(&number.to_string());
        let ready = [
            "budget_confirmed",
            "decision_maker_met",
            "pain_documented",
            "timeline_agreed",
        ];
        let met = number % 2 == 0;
        let deal = ready
            .iter()
            .fold(deal, |deal, field| deal.boolean(field, met));
        let date = crm_date("2027-01-15");
        events.push(tested.has(deal.value("close_date", date)).await);
    }
    events.push(events[0].clone());
    let stamped: Vec<_> = events.into_iter().map(|event| (event, at(NOW))).collect();
    let results = tested.function.handle_batch(&stamped, &|| true).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    for number in 1..=10 {
        let gate = tested.gate(&number.to_string()).await;
        let stage = if number % 2 == 0 { "sql" } else { "discovery" };
        assert_eq!(gate.stage, stage, "{number}");
    }
    assert_eq!(tested.audits().len(), 10);
    assert_eq!(tested.store.commits().len(), 1);
}

fn crm_date(day: &str) -> crm::Value {
    crm::Value::Date(day.parse().unwrap())
}

/// The record changed while it was judged: what was judged is not written.
#[tokio::test]
async fn a_move_is_judged_by_the_copy_that_is_there_when_it_is_written() {
    let tested = gates();
    let event = tested.has(moved("1")).await;
    let key = Key::record(&record_id("opportunity:1"));
    let state = contracts::state::RecordState {
        record: opportunity("1", at("2026-11-20T09:00:00Z"))
            .stage("discovery", at(NOW))
            .build(),
        sequence: 2,
    };
    let before = Versioned {
        version: 1,
        state: (),
    };
    let put = put_state(key, &state, Some(&before), Indexes::default());
    let mut newer = Some(store::Transaction {
        puts: vec![put],
        checks: Vec::new(),
    });
    tested
        .store
        .upon_commits(move |_| newer.take().map_or(InTheWay::Nothing, InTheWay::Other));
    tested.function.handle(&event, at(NOW)).await.unwrap();
    assert!(tested.audits().is_empty(), "it stands where it stood");
    assert_eq!(tested.gate("1").await.turned_back, None);
}

#[tokio::test]
async fn an_archived_deal_and_other_events_are_none_of_its_business() {
    let tested = gates();
    let event = tested.has(moved("1")).await;
    let mut tick = event.clone();
    tick.data = EventData::Tick { at: at(NOW) };
    tested.function.handle(&tick, at(NOW)).await.unwrap();
    let mut archived = moved("2").build();
    archived.archived = true;
    keep(tested.store.inside(), archived).await;
    tested
        .function
        .handle(&changed("2"), at(NOW))
        .await
        .unwrap();
    tested
        .function
        .handle(&changed("3"), at(NOW))
        .await
        .unwrap();
    assert!(tested.store.commits().is_empty());
}

/// Two deals of a pipeline that the model does not know, one after the other and at once: it is said once.
#[tokio::test]
async fn what_is_not_judged_is_said_once() {
    let tested = gates();
    let mut events = Vec::new();
    for id in ["1", "2", "3"] {
        let deal = moved(id).text("pipeline", "partners").build();
        keep(tested.store.inside(), deal).await;
        events.push((changed(id), at(NOW)));
    }
    let (first, others) = (&events[0], &events[1..]);
    tested.function.handle(&first.0, first.1).await.unwrap();
    let results = tested.function.handle_batch(others, &|| true).await;
    assert_eq!(results, [Ok(()), Ok(())]);
    let audits = tested.audits();
    assert_eq!(audits.len(), 3);
    let told = audits.iter().filter(|audit| !audit.events.is_empty());
    assert_eq!(told.count(), 1, "{audits:?}");
    let told: UnjudgedState = state_of(tested.store.inside(), Key::unjudged())
        .await
        .unwrap();
    let told: Vec<&String> = told.told.keys().collect();
    assert_eq!(told, ["hubspot:opportunity: pipeline partners"]);
}
