use std::time::{Duration, Instant};

use contracts::Function;
use serde_json::json;

use crate::{
    expect::{SOON, eventually},
    stack::stack,
};

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_lead_gets_an_owner_a_clock_and_the_owner_a_mail() {
    let stack = stack().await;
    let lead = stack.german_lead("kranich", 300).await;
    let owner = stack.owner_of(&lead, SOON).await;
    assert!(
        ["11001", "11002", "11003"].contains(&owner.as_str()),
        "{owner} is in the German pool"
    );
    let record = format!("lead:{lead}");
    let clocks = eventually("a clock", SOON, || stack.state(&record, "clocks")).await;
    assert_eq!(clocks["clocks"]["first_response"]["status"], "running");
    eventually("the mail", SOON, || async {
        let mails = stack.mails_with(&record).await;
        (mails.len() == 1).then_some(())
    })
    .await;
    let story = stack.fairlead(&["explain", &record]).await;
    for part in [
        "routing.lead.dach",
        "processes.yaml:",
        "pools.dach_account_executives",
        "clocks.first_response",
    ] {
        assert!(story.contains(part), "no {part} in:\n{story}");
    }
    assert!(
        !story.contains("lead@kranich"),
        "no personal value in the story:\n{story}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&stack.fairlead(&["explain", &record, "--json"]).await).expect("JSON");
    assert!(json.is_object(), "{json}");
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_warm_stack_sets_the_owner_within_five_seconds() {
    let stack = stack().await;
    let first = stack.german_lead("eisvogel", 300).await;
    stack.owner_of(&first, SOON).await;
    let start = Instant::now();
    let second = stack.german_lead("zaunkoenig", 300).await;
    stack.owner_of(&second, Duration::from_secs(5)).await;
    println!("owner set after {:?}", start.elapsed());
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn the_same_webhook_three_times_routes_once() {
    let stack = stack().await;
    let lead = stack.german_lead("amsel", 300).await;
    let events = json!([stack.creation("contact.creation", lead.parse().unwrap())]);
    for _ in 0..3 {
        let answer = stack.send(stack.webhook(&events)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    stack.owner_of(&lead, SOON).await;
    let record = format!("lead:{lead}");
    // The owner's echo comes last; when it has been seen, everything before it has been handled.
    eventually("our own echo", SOON, || async {
        let state = stack.state(&record, "record").await?;
        state["record"]["fields"].get("owner").cloned()
    })
    .await;
    assert_eq!(
        stack.decisions(&record, Function::LeadRouting).await.len(),
        1
    );
    assert_eq!(stack.decisions(&record, Function::SlaTimers).await.len(), 1);
    eventually("the mail", SOON, || async {
        (!stack.mails_with(&record).await.is_empty()).then_some(())
    })
    .await;
    assert_eq!(stack.mails_with(&record).await.len(), 1);
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_private_address_is_recycled_and_nobody_is_told() {
    let stack = stack().await;
    let lead = stack
        .create("contacts", json!({ "email": "someone@gmail.com" }), None)
        .await;
    eventually("the stage in the CRM", SOON, || async {
        let stage = stack.property("contacts", &lead, "fairlead_stage").await?;
        (stage == "recycled").then_some(())
    })
    .await;
    assert_eq!(
        stack.property("contacts", &lead, "hubspot_owner_id").await,
        None
    );
    assert_eq!(stack.mails_with(&format!("lead:{lead}")).await.len(), 0);
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_changed_account_reaches_its_leads() {
    let stack = stack().await;
    let lead = stack.german_lead("star", 300).await;
    stack.owner_of(&lead, SOON).await;
    let record = format!("lead:{lead}");
    let state = stack.state(&record, "record").await.expect("a record");
    let account = state["record"]["account"]["id"]["id"]
        .as_str()
        .expect("an account")
        .to_owned();
    stack
        .change(
            "companies",
            &account,
            json!({ "numberofemployees": "4000" }),
        )
        .await;
    eventually("the lead to know", SOON, || async {
        let state = stack.state(&record, "record").await?;
        (state["record"]["account"]["fields"]["employees"]["number"] == "4000").then_some(())
    })
    .await;
}
