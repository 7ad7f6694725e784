//! A copy is kept once, whoever tells of it.

use crm::{PersonId, Value};

use super::*;

#[tokio::test]
async fn a_copy_that_three_webhooks_tell_of_is_one_decision() {
    let tested = sync();
    leads(&tested, 1);
    let told = ["one", "two", "three"].map(|webhook| told("lead:1", webhook, TOLD, false));
    // Two in one batch, and one of them again with the third.
    let results = tested.handle(&told[..2]).await;
    assert_eq!(results, [Ok(()), Ok(())]);
    let results = tested.handle(&told[1..]).await;
    assert_eq!(results, [Ok(()), Ok(())]);
    let audits = tested.audits_of("lead:1");
    assert_eq!(audits.len(), 1);
    assert_eq!(audits[0].events.len(), 1);
    assert_eq!(
        audits[0].correlation, told[0].id,
        "it belongs to the first one's chain"
    );
    assert_eq!(tested.copy("lead:1").await.unwrap().sequence, 1);
}

/// Each decision is upon a copy, and a copy has one id, whoever tells of it first.
#[tokio::test]
async fn the_order_of_the_webhooks_makes_no_other_decision() {
    let mut decisions = Vec::new();
    for order in [["one", "two"], ["two", "one"]] {
        let tested = sync();
        leads(&tested, 1);
        for webhook in order {
            tested.handle(&[told("lead:1", webhook, TOLD, false)]).await;
        }
        let audits = tested.audits_of("lead:1");
        assert_eq!(audits.len(), 1);
        decisions.push(audits[0].decision.clone());
    }
    assert_eq!(decisions[0], decisions[1]);
}

#[tokio::test]
async fn what_has_changed_is_told_and_nothing_else() {
    let tested = sync();
    let events = leads(&tested, 1);
    tested.handle(&events).await;
    tested.crm.text("lead:1", "title", "CFO");
    tested.handle(&[told("lead:1", "two", TOLD, false)]).await;
    let copy = tested.copy("lead:1").await.unwrap();
    assert_eq!(copy.sequence, 2);
    let audits = tested.audits_of("lead:1");
    let second = audits.iter().find(|audit| audit.sequence == 2).unwrap();
    let EventData::RecordChanged { changed, first, .. } = &second.events[0].data else {
        panic!("{:?}", second.events)
    };
    assert_eq!(
        (changed.as_slice(), *first),
        (["title".to_owned()].as_slice(), false)
    );
    assert_eq!(second.events[0].sequence, 2);
    let said = serde_json::to_string(&audits).unwrap();
    assert!(!said.contains("a@kranich"), "a personal value: {said}");
    // What is derived from it may be told, and that it is there.
    let [first, second] = [1, 2].map(|sequence| {
        let mut audits = audits.iter();
        let audit = audits.find(|audit| audit.sequence == sequence).unwrap();
        serde_json::to_value(&audit.changes["record"]).unwrap()
    });
    assert_eq!(
        first["to"]["domains"]["email_domain"], "kranich.example",
        "{first}"
    );
    assert_eq!(first["to"]["personal"][0], "email", "{first}");
    assert_eq!(
        second,
        serde_json::json!({
            "v": 2,
            "to": { "sequence": 2, "fields": { "title": { "text": "CFO" } } },
        })
    );
}

#[tokio::test]
async fn nothing_is_written_into_the_crm() {
    let tested = sync();
    let events = leads(&tested, 3);
    tested.handle(&events).await;
    let reading = ["read", "associated", "search"];
    let calls = tested.crm.calls();
    assert!(calls.iter().all(|call| reading.contains(&call.name)));
}

#[tokio::test]
async fn other_events_are_none_of_its_business() {
    let tested = sync();
    let waits = EventData::RecordWaiting {
        rule: "dach".to_owned(),
    };
    let other = upon(&record_id("lead:1"), at(NOW), waits);
    assert_eq!(tested.handle(&[other]).await, [Ok(())]);
    assert!(tested.crm.calls().is_empty());
    assert!(tested.function.table.store.everything().is_empty());
}

/// What is told of next month, by a story or a simulation, does not take along what came with it.
#[tokio::test]
async fn each_record_of_a_batch_is_kept_at_the_time_of_its_own_event() {
    let tested = sync();
    let events = leads(&tested, 2);
    tested.crm.text("account:5", "country", "DE");
    tested.crm.belongs("lead:2", "5");
    let ahead = at("2026-12-23T10:00:00Z");
    let batch = [(events[0].clone(), ahead), (events[1].clone(), at(NOW))];
    let results = tested.function.handle_batch(&batch, &|| true).await;
    assert_eq!(results, [Ok(()), Ok(())]);
    for (record, time) in [
        ("lead:1", ahead),
        ("lead:2", at(NOW)),
        ("account:5", at(NOW)),
    ] {
        let audits = tested.audits_of(record);
        assert_eq!(audits[0].at, time, "{record}");
    }
    let account = &tested.audits_of("account:5")[0];
    assert_eq!(
        account.correlation, events[1].id,
        "it belongs to the chain of the lead that needed it"
    );
}

/// By that the records of somebody who leaves are found: as long as they are open, and by the CRM theirs.
#[tokio::test]
async fn whose_an_open_record_is_stands_in_the_index() {
    let tested = sync();
    let [told] = leads(&tested, 1).try_into().unwrap();
    let owner = |name: &str| Some(Value::Person(PersonId::new(name)));
    tested.crm.edit("lead:1", "owner", owner("anna"));
    tested.handle(&[told]).await;
    assert_eq!(tested.owned_by("anna").await, ["lead:1"]);
    tested.crm.edit("lead:1", "owner", owner("ben"));
    tested.handle(&[later("lead:1", "two")]).await;
    assert!(tested.owned_by("anna").await.is_empty());
    assert_eq!(tested.owned_by("ben").await, ["lead:1"]);
    tested.crm.delete("lead:1");
    tested
        .handle(&[super::told("lead:1", "three", NOW, true)])
        .await;
    assert!(tested.owned_by("ben").await.is_empty());
}

fn later(record: &str, webhook: &str) -> Event {
    super::told(record, webhook, NOW, false)
}

impl Tested {
    async fn owned_by(&self, person: &str) -> Vec<String> {
        let store = &self.function.table.store;
        let items = store
            .of_person(&contracts::state::owned_by(&PersonId::new(person)))
            .await;
        let ids = items
            .unwrap()
            .into_iter()
            .filter_map(|item| item.key.record_id());
        ids.map(|id| id.name()).collect()
    }
}
