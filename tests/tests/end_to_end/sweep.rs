use serde_json::json;

use crate::{
    expect::{SOON, eventually},
    stack::stack_of_its_own,
};

/// A CRM that sends no webhooks at all loses no lead.
#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_lead_of_which_no_webhook_tells_is_found_and_routed() {
    // Its own, since a whole CRM is loaded once, and the others need its webhooks.
    let stack = &stack_of_its_own("sweep").await;
    let none = json!({ "url": null });
    stack
        .crm(reqwest::Method::PUT, "/_sandbox/webhooks", Some(none))
        .await;
    let lead = stack.german_lead("wiedehopf", 300).await;
    let record = format!("lead:{lead}");
    // The tick of the minute would do it as well, unless it has loaded the CRM before the lead was there.
    stack.fairlead(&["sweep", "--now", "changes"]).await;
    let owner = stack.owner_of(&lead, SOON).await;
    assert!(
        ["11001", "11002", "11003"].contains(&owner.as_str()),
        "{owner} is in the German pool"
    );
    let story = stack.fairlead(&["explain", &record]).await;
    let told = ["no webhook had told of it", "as the CRM was loaded"];
    assert!(
        told.iter().any(|told| story.contains(told)),
        "none of {told:?} in:\n{story}"
    );
    eventually("the load to come to its end", SOON * 4, || async {
        let sweep = stack.fairlead(&["sweep", "--json"]).await;
        let sweep: serde_json::Value = serde_json::from_str(&sweep).expect("JSON");
        (sweep["ended"][0]["look"] == "load").then_some(())
    })
    .await;
}
