use serde_json::json;

use crate::{
    expect::{SOON, eventually},
    stack::stack,
};

/// What the CRM erases for privacy is forgotten here as well, and its story is still told.
#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_person_whom_the_crm_erases_is_forgotten() {
    let stack = stack().await;
    let lead = stack.german_lead("zaunkoenig", 300).await;
    stack.owner_of(&lead, SOON).await;
    let (record, mail) = (format!("lead:{lead}"), "lead@zaunkoenig.example");
    let kept = stack.fairlead(&["forget", "--mail", mail]).await;
    assert!(kept.contains(&format!("{record}: email")), "{kept}");

    let erase = json!({ "objectId": lead });
    let path = "/crm/objects/2026-09/contacts/gdpr-delete";
    stack.crm(reqwest::Method::POST, path, Some(erase)).await;
    let forgotten = format!("{record}: forgotten since");
    eventually("the person to be forgotten", SOON, || async {
        let kept = stack.fairlead(&["forget", &record]).await;
        kept.contains(&forgotten).then_some(())
    })
    .await;
    let story = stack.fairlead(&["explain", &record]).await;
    let told = "the CRM has erased the person for privacy";
    assert!(story.contains(told), "{story}");
    assert!(!story.contains(mail), "{story}");
}
