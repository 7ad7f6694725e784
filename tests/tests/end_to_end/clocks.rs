use serde_json::json;

use crate::{
    expect::{SOON, eventually},
    stack::stack,
};

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_clock_that_runs_out_breaches_and_escalates_once() {
    let stack = stack().await;
    let lead = stack.german_lead("wiedehopf", 300).await;
    let record = format!("lead:{lead}");
    let clocks = eventually("a clock", SOON, || stack.state(&record, "clocks")).await;
    let clock = &clocks["clocks"]["first_response"];
    // The step after this one takes the lead from its owner.
    let manager = &clock["steps"][1];
    let manager = manager["at"].as_str().expect("an instant").to_owned();
    for _ in 0..3 {
        stack.tick(&manager).await;
    }
    eventually("the breach", SOON, || async {
        let clocks = stack.state(&record, "clocks").await?;
        (clocks["clocks"]["first_response"]["status"] == "late").then_some(())
    })
    .await;
    eventually("the escalation to the manager", SOON, || async {
        let mails = stack.mails_with(&record).await;
        mails
            .iter()
            .any(|mail| {
                mail.contains("jonas@northwind.example") || mail.contains("carla@northwind.example")
            })
            .then_some(())
    })
    .await;
    let story = stack.fairlead(&["explain", &record]).await;
    assert!(story.contains("breached"), "{story}");
    let fired = stack
        .decisions(&record, contracts::Function::SlaTimers)
        .await;
    let breaches = fired
        .iter()
        .flat_map(|audit| &audit.events)
        .filter(|event| event.name() == "clock.breached");
    assert_eq!(breaches.count(), 1);
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_contact_by_the_owner_meets_the_clock() {
    let stack = stack().await;
    let lead = stack.german_lead("dohle", 300).await;
    stack.owner_of(&lead, SOON).await;
    let record = format!("lead:{lead}");
    eventually("a clock", SOON, || stack.state(&record, "clocks")).await;
    let now = jiff::Timestamp::now();
    stack
        .change(
            "contacts",
            &lead,
            json!({ "notes_last_contacted": now.as_millisecond().to_string() }),
        )
        .await;
    eventually("the clock to be met", SOON, || async {
        let clocks = stack.state(&record, "clocks").await?;
        (clocks["clocks"]["first_response"]["status"] == "met_in_time").then_some(())
    })
    .await;
}
