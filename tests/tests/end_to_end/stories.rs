//! Stories in which people answer by the links of their mails.

use contracts::Function;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    expect::{SOON, eventually},
    gates::annas_deal,
    stack::{Stack, stack},
    views::form_of,
};

impl Stack {
    /// The link behind these words in a mail about a record.
    pub async fn link_behind(&self, record: &str, words: &str) -> String {
        eventually(words, SOON, || async {
            let mails = self.mails_with(record).await;
            mails.iter().find_map(|mail| {
                let mail: Value = serde_json::from_str(mail).ok()?;
                let (_, rest) = mail["BodyText"].as_str()?.split_once(words)?;
                Some(rest.lines().next()?.to_owned())
            })
        })
        .await
    }

    /// Opens a link, and sends its form with this answer. The page that it showed.
    pub async fn answers(&self, link: &str, answer: &str) -> String {
        let shown = self.page(Method::GET, link, None).await;
        assert_eq!(shown.status, 200, "{}", shown.body);
        let form = format!("{}&{answer}", form_of(&shown.body));
        let done = self.page(Method::POST, link, Some(form)).await;
        assert_eq!(done.status, 200, "{}", done.body);
        shown.body
    }

    /// How often functions have told of this about a record.
    pub async fn told(&self, record: &str, function: Function, name: &str) -> usize {
        let decisions = self.decisions(record, function).await;
        let events = decisions.iter().flat_map(|audit| &audit.events);
        events.filter(|event| event.data.name() == name).count()
    }

    async fn eventually_told(&self, record: &str, function: Function, name: &str, times: usize) {
        eventually(name, SOON, || async {
            (self.told(record, function, name).await == times).then_some(())
        })
        .await;
    }
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn who_was_turned_back_asks_for_an_exception_and_whoever_may_grants_it() {
    let stack = stack().await;
    let (deal, record) = annas_deal(stack, "Excepted").await;
    let moved = json!({ "dealstage": "qualifiedtobuy", "decision_maker_met": "true", "pain_documented": "true",
        "timeline_agreed": "true", "closedate": "2027-01-15" });
    stack.change("deals", &deal, moved).await;
    let asks = stack.link_behind(&record, "Ask for an exception: ").await;
    let page = stack
        .answers(&asks, "answer=ask&reason=they+decide+in+December")
        .await;
    // As the CRM calls it, once crm-sync has asked for that; until then by its name.
    let said = ["sql", "Qualified to buy"].map(|stage| format!("budget, for the stage {stage}"));
    assert!(said.iter().any(|said| page.contains(said)), "{page}");
    let grants = stack.link_behind(&record, "Grant it or refuse it: ").await;
    let page = stack.page(Method::GET, &grants, None).await.body;
    let (_, rest) = page.split_once("max=\"").expect("a last day");
    let (day, _) = rest.split_once('"').expect("an end");
    let until = format!("answer=until&until={day}&reason=well+known");
    stack.answers(&grants, &until).await;
    eventually("the exception", SOON, || async {
        let state = stack.state(&record, "exceptions").await?;
        let granted = state["granted"].as_object()?;
        (granted.len() == 1).then_some(())
    })
    .await;
    let again = stack.page(Method::GET, &grants, None).await.body;
    assert!(again.contains("It is excepted, by "), "{again}");
    eventually("the stage to be restored", SOON, || async {
        let gate = stack.state(&record, "gate").await?;
        gate["turned_back"].is_null().then_some(())
    })
    .await;
    stack
        .change("deals", &deal, json!({ "dealstage": "qualifiedtobuy" }))
        .await;
    eventually("the gate to pass", SOON, || async {
        let gate = stack.state(&record, "gate").await?;
        (gate["stage"] == "sql").then_some(())
    })
    .await;
    let story = stack.fairlead(&["explain", &record]).await;
    assert!(story.contains("well known"), "{story}");
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_discount_is_approved_by_a_link_and_lapses_with_its_amount() {
    let stack = stack().await;
    let deal = json!({ "dealname": "Discounted", "pipeline": "default", "dealstage": "appointmentscheduled",
        "hubspot_owner_id": "11002", "amount": "20000", "discount_percent": "25" });
    let deal = stack.create("deals", deal, None).await;
    let record = format!("opportunity:{deal}");
    let link = stack.link_behind(&record, "Give it or refuse it: ").await;
    stack.answers(&link, "answer=yes").await;
    let gates = Function::StageGates;
    stack
        .eventually_told(&record, gates, "approval.given", 1)
        .await;
    stack
        .change("deals", &deal, json!({ "amount": "30000" }))
        .await;
    stack
        .eventually_told(&record, gates, "approval.lapsed", 1)
        .await;
    stack
        .eventually_told(&record, gates, "approval.asked", 2)
        .await;
    let old = stack.page(Method::GET, &link, None).await.body;
    assert!(!old.contains("Give the approval"), "{old}");
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_deal_of_a_pipeline_that_the_model_does_not_name_is_left_alone() {
    let stack = stack().await;
    let deal = json!({ "dealname": "Left alone", "pipeline": "renewals", "dealstage": "renewaloffered",
        "hubspot_owner_id": "11002", "closedate": "2020-01-15" });
    let deal = stack.create("deals", deal, None).await;
    let record = format!("opportunity:{deal}");
    eventually("the gate to see it", SOON, || async {
        let gate = stack.state(&record, "gate").await?;
        (gate["outside"] == true).then_some(())
    })
    .await;
    stack
        .change("deals", &deal, json!({ "dealstage": "renewed" }))
        .await;
    eventually("our copy to follow", SOON, || async {
        let copy = stack.state(&record, "record").await?;
        (copy["sequence"].as_u64()? >= 2).then_some(())
    })
    .await;
    let deviations = stack.state(&record, "deviations").await;
    let open = deviations.as_ref().and_then(|it| it["open"].as_object());
    assert!(open.is_none_or(serde_json::Map::is_empty), "{deviations:?}");
    let stage = stack.property("deals", &deal, "dealstage").await;
    assert_eq!(stage.as_deref(), Some("renewed"));
}
