use std::time::Duration;

use contracts::{Event, Function};
use serde_json::json;

use crate::{
    expect::{SOON, eventually},
    kills::kill,
    stack::{Stack, stack},
};

/// How long a chain may take in which functions are killed: their messages come back after eight
/// seconds here, a claimed effect after its lease of 45.
const AFTER_A_KILL: Duration = Duration::from_secs(150);

/// How long the CRM keeps a function waiting: less than its client waits, more than a kill takes.
const HELD_MS: u64 = 6_000;

/// How long the CRM refuses everything: 37 minutes, by the waits of this stack. Eight receives were over
/// after 64 seconds here.
const OUTAGE_MS: u64 = 75_000;

/// Kills a function at the moment at which the CRM keeps this request of it waiting.
async fn kill_while_held(stack: &Stack, function: &str, method: &str, lead: &str) {
    eventually(
        &format!("the CRM to keep {function} waiting"),
        AFTER_A_KILL,
        || async { stack.holds(method, lead).await.then_some(()) },
    )
    .await;
    kill(stack, function).await;
    assert!(
        stack.holds(method, lead).await,
        "{function} was killed too late: the CRM had answered already"
    );
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn two_functions_killed_in_mid_flight_lose_and_double_nothing() {
    let stack = stack().await;
    let lead = stack.german_lead("rotkehlchen", 300).await;
    // crm-sync is kept waiting for its first look at the lead; crm-writeback has the owner written,
    // and does not hear of it.
    stack.fault(json!({ "delay_ms": HELD_MS, "record": lead, "method": "POST", "path": "/crm/objects/2026-09/contacts/batch/read" })).await;
    stack.fault(json!({ "delay_ms": HELD_MS, "record": lead, "method": "PATCH", "path": "/crm/objects/2026-09/contacts", "after": true })).await;
    kill_while_held(stack, "crm-sync", "POST", &lead).await;
    kill_while_held(stack, "crm-writeback", "PATCH", &lead).await;
    let record = format!("lead:{lead}");
    let owner = stack.owner_of(&lead, AFTER_A_KILL).await;
    eventually("the write to be marked", AFTER_A_KILL, || async {
        (stack.writes_of(&record).await == ["done"]).then_some(())
    })
    .await;
    eventually("the mail", AFTER_A_KILL, || async {
        (!stack.mails_with(&record).await.is_empty()).then_some(())
    })
    .await;
    assert_eq!(
        stack.decisions(&record, Function::LeadRouting).await.len(),
        1
    );
    assert_eq!(stack.owners_so_far(&lead).await, [owner]);
    let clocks = stack.state(&record, "clocks").await.expect("a clock");
    assert_eq!(clocks["clocks"]["first_response"]["instance"], 1);
    assert_eq!(stack.mails_with(&record).await.len(), 1);
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_crm_that_fails_for_a_while_loses_nothing() {
    let stack = stack().await;
    for (status, times) in [(503, 4), (429, 3)] {
        stack.fault(json!({ "status": status, "times": times, "method": "PATCH", "path": "/crm/objects/2026-09/contacts" })).await;
    }
    let lead = stack.german_lead("schwalbe", 300).await;
    stack.owner_of(&lead, AFTER_A_KILL).await;
    assert_eq!(
        stack
            .decisions(&format!("lead:{lead}"), Function::LeadRouting)
            .await
            .len(),
        1
    );
}

/// The CRM refuses these leads for longer than eight receives took, each in another way; then it is well.
#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn an_outage_is_waited_for_and_everything_arrives_by_itself() {
    let stack = stack().await;
    let began = std::time::Instant::now();
    let mut leads = Vec::new();
    for (name, status) in [("buchfink", 401), ("drossel", 503), ("gimpel", 429)] {
        let lead = stack.german_lead(name, 300).await;
        stack
            .fault(json!({ "status": status, "for_ms": OUTAGE_MS, "record": lead }))
            .await;
        leads.push(lead);
    }
    let within = Duration::from_millis(OUTAGE_MS) + AFTER_A_KILL;
    for lead in leads {
        let record = format!("lead:{lead}");
        // Whoever asks the CRM for the lead is refused as well.
        eventually("the write to be marked", within, || async {
            (stack.writes_of(&record).await == ["done"]).then_some(())
        })
        .await;
        stack.owner_of(&lead, SOON).await;
        let decisions = stack.decisions(&record, Function::LeadRouting).await;
        assert_eq!(decisions.len(), 1);
    }
    let lasted = began.elapsed();
    assert!(
        lasted >= Duration::from_millis(OUTAGE_MS),
        "nobody waited: {lasted:?}"
    );
    for (queue, count) in stack.dead_letters().await {
        // The other test's, which nobody can read.
        let letter = if queue == "CrmSync" && count == 1 {
            stack.dead_letter(&queue).await.unwrap_or_default()
        } else {
            String::new()
        };
        let others = letter.contains("the event has version");
        assert!(count == 0 || others, "{queue}: {count} {letter}");
    }
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn what_nobody_can_read_is_a_dead_letter_with_its_reason() {
    let stack = stack().await;
    let id = "0".repeat(32);
    let event = json!({ "id": id, "version": Event::VERSION + 1, "time": "2026-11-22T00:00:00Z",
        "record": { "source": "hubspot", "kind": "opportunity", "id": "1" },
        "sequence": 0, "revision": { "number": 1, "hash": "f" }, "correlation": id,
        "name": "record.noticed", "data": { "property": null, "occurred": "2026-11-22T00:00:00Z", "deleted": false } });
    stack.put_on_bus("record.noticed", &event).await;
    let letter = eventually("the dead letter", SOON, || stack.dead_letter("CrmSync")).await;
    let why = format!("the event has version {}", Event::VERSION + 1);
    assert!(letter.contains(&why), "{letter}");
    assert!(letter.contains("<Name>function</Name>"), "{letter}");
}
