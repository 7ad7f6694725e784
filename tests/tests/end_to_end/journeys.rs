//! Journeys of the `enterprise` starter, as `fairlead init` writes it, on a stack of their own: its clocks are told
//! that weeks have passed.

use contracts::Function;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    expect::{SOON, eventually},
    stack::{Stack, stack_of_a_starter},
};

/// First executive of Europe, whose deals these are, by their id in the CRM.
const SELLER: &str = "4";

impl Stack {
    /// A person at the screen of the CRM gives a record new values.
    pub async fn by_hand(&self, user: &str, object: &str, id: &str, properties: Value) {
        let body = json!({ "user": user, "type": object, "id": id, "properties": properties });
        self.crm(Method::POST, "/_sandbox/ui/change", Some(body))
            .await;
    }

    /// A deal of the seller's at this stage of a pipeline, which its gate knows.
    async fn sellers_deal(&self, name: &str, at: (&str, &str), more: Value) -> (String, String) {
        let mut deal = json!({ "dealname": name, "pipeline": at.0, "dealstage": at.1,
            "hubspot_owner_id": SELLER, "amount": "80000" });
        let more = more.as_object().expect("properties").clone();
        deal.as_object_mut().expect("properties").extend(more);
        let company =
            json!({ "name": format!("{name} AG"), "country": "DE", "numberofemployees": "3000" });
        let company = self.create("companies", company, None).await;
        let deal = self.create("deals", deal, Some(&company)).await;
        let record = format!("opportunity:{deal}");
        eventually("the gate to know the deal", SOON, || {
            self.state(&record, "gate")
        })
        .await;
        (deal, record)
    }

    async fn eventually_at(&self, deal: &str, stage: &str) {
        eventually(&format!("deal {deal} at {stage}"), SOON, || async {
            let at = self.property("deals", deal, "dealstage").await?;
            (at == stage).then_some(())
        })
        .await;
    }

    /// The deals that were created since another one entered a stage.
    async fn that_follow(&self, deal: &str) -> Vec<Value> {
        let key = format!("opportunity-{deal}-customer");
        let body = json!({ "limit": 10, "properties": ["dealname", "pipeline", "dealstage", "amount", "closedate",
            "hubspot_owner_id", "fairlead_follows"],
            "filterGroups": [{ "filters": [{ "propertyName": "fairlead_follows", "operator": "EQ", "value": key }] }] });
        let path = "/crm/objects/2026-09/deals/search";
        let found = self.crm(Method::POST, path, Some(body)).await;
        found["results"].as_array().expect("a list").clone()
    }

    async fn one_that_follows(&self, deal: &str) -> Value {
        eventually("the deal that follows", SOON, || async {
            self.that_follow(deal).await.into_iter().next()
        })
        .await["properties"]
            .clone()
    }

    /// A mail to somebody about a record that has these words.
    async fn eventually_mailed(&self, to: &str, record: &str, words: &str) -> Value {
        eventually(&format!("a mail to {to}: {words}"), SOON, || async {
            let mails = self.mails_with(record).await;
            let mails = mails
                .iter()
                .filter_map(|mail| serde_json::from_str::<Value>(mail).ok());
            { mails }.find(|mail| {
                let subject = mail["Subject"].as_str().unwrap_or_default();
                let text = mail["BodyText"].as_str().unwrap_or_default();
                mail.to_string().contains(to) && (subject.contains(words) || text.contains(words))
            })
        })
        .await
    }
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn what_is_won_is_handed_over_renewed_and_what_is_idle_is_closed() {
    let change = |file: &str, text: String| match file {
        // The starter only says what it would do.
        "governance.yaml" => text.replacen("acts: warn ", "acts: act  ", 1),
        _ => text,
    };
    let stack = &stack_of_a_starter("journeys", "enterprise", change).await;
    a_property_is_renamed_in_the_crm(stack).await;
    tokio::join!(
        a_hand_off_is_refused_by_link_and_what_follows_is_created_once(stack),
        a_renewal_follows_a_renewal(stack),
    );
    an_idle_deal_is_warned_of_closed_and_taken_back(stack).await;
    for (queue, count) in stack.dead_letters().await {
        assert_eq!(count, 0, "dead letters of {queue}");
    }
}

/// Mails, tasks and pages call it from then on as the CRM does.
async fn a_property_is_renamed_in_the_crm(stack: &Stack) {
    let path = "/crm/properties/2026-09/deals/promised_scope";
    let label = json!({ "label": "What was promised" });
    stack.crm(Method::PATCH, path, Some(label)).await;
    stack.tick(&Timestamp::now().to_string()).await;
    eventually("the label of the CRM", SOON, || async {
        let items = stack.items("S#crm").await;
        let labels = items.iter().find(|it| it.key.sk == "labels")?;
        let labels = labels.body.json().expect("JSON");
        (labels["fields"]["opportunity.promised_scope"] == "What was promised").then_some(())
    })
    .await;
}

/// Who takes over sees what goes along; refused, the deal goes back, and whoever sold it hears why. Won again, it is
/// handed over anew, and its customer is there already.
async fn a_hand_off_is_refused_by_link_and_what_follows_is_created_once(stack: &Stack) {
    let carries = json!({ "onboarding_contact": "Lena Falk", "promised_scope": "two halls by March",
        "contract_end": "2027-11-30" });
    let (deal, record) = stack
        .sellers_deal("Hallenbau", ("default", "contractsent"), carries)
        .await;
    let won = json!({ "dealstage": "closedwon" });
    stack.by_hand(SELLER, "deals", &deal, won.clone()).await;
    let follows = stack.one_that_follows(&deal).await;
    assert_eq!(follows["dealname"], "Hallenbau");
    assert_eq!(follows["pipeline"], "customers");
    assert_eq!(follows["dealstage"], "customer_onboarding");
    assert_eq!(follows["amount"], "80000");
    assert_eq!(follows["hubspot_owner_id"], SELLER);
    // The beginning of that day where the CRM shows it.
    assert_eq!(follows["closedate"], "2027-11-29T23:00:00.000Z");

    let mail = stack
        .eventually_mailed(
            "success@example.com",
            &record,
            "To take over: Hallenbau, Hallenbau AG",
        )
        .await;
    let said = "What was promised: two halls by March";
    assert!(mail.to_string().contains(said), "{mail}");
    let link = stack
        .link_behind(&record, "Take it over or refuse it: ")
        .await;
    let page = stack
        .answers(&link, "answer=no&reason=no+date+for+the+kick-off")
        .await;
    for said in [
        "It was handed to customer success. What goes along:",
        "What was promised: two halls by March",
        "Onboarding contact: Lena Falk",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    stack.eventually_at(&deal, "contractsent").await;
    stack
        .eventually_mailed("europe-1@example.com", &record, "Refused: Hallenbau")
        .await;
    let settled = stack.page(Method::GET, &link, None).await.body;
    let said = "Customer Success Lead has refused it: no date for the kick-off.";
    assert!(settled.contains(said), "{settled}");

    eventually("the gate to know it is back", SOON, || async {
        let gate = stack.state(&record, "gate").await?;
        (gate["stage"] == "negotiation").then_some(())
    })
    .await;
    stack.by_hand(SELLER, "deals", &deal, won).await;
    eventually("the second hand-off", SOON, || async {
        let clocks = stack.state(&record, "clocks").await?;
        (clocks["clocks"]["won.hand_off"]["instance"] == 2).then_some(())
    })
    .await;
    eventually("both writes of what follows", SOON, || async {
        let writes = stack.writes_by(&record, Function::StageGates).await;
        let done = writes.iter().filter(|status| *status == "done");
        (done.count() == writes.len() && writes.len() >= 2).then_some(())
    })
    .await;
    assert_eq!(
        stack.that_follow(&deal).await.len(),
        1,
        "created once, however often it is won"
    );
}

/// A customer that is renewed is a customer once more.
async fn a_renewal_follows_a_renewal(stack: &Stack) {
    let term = json!({ "closedate": "2026-12-31", "contract_end": "2027-12-31" });
    let (deal, _) = stack
        .sellers_deal("Lagertechnik", ("customers", "renewal_talks"), term)
        .await;
    let renewed = json!({ "dealstage": "renewal_kept" });
    stack.by_hand(SELLER, "deals", &deal, renewed.clone()).await;
    let second = stack.one_that_follows(&deal).await;
    assert_eq!(second["dealstage"], "customer_onboarding");
    assert_eq!(second["dealname"], "Lagertechnik");
    assert_eq!(second["closedate"], "2027-12-30T23:00:00.000Z");

    // The next term goes its own way to the next renewal.
    let second = stack.that_follow(&deal).await[0]["id"].clone();
    let second = second.as_str().expect("an id");
    let steps = [
        (
            json!({ "onboarding_contact": "Lena Falk", "contract_end": "2028-12-31" }),
            "customer_adoption",
            "adoption",
        ),
        (json!({}), "renewal_talks", "in_talks"),
        (json!({}), "renewal_kept", "renewed"),
    ];
    let record = format!("opportunity:{second}");
    eventually("the gate to know the second term", SOON, || {
        stack.state(&record, "gate")
    })
    .await;
    for (mut properties, to, called) in steps {
        properties["dealstage"] = json!(to);
        stack.by_hand(SELLER, "deals", second, properties).await;
        eventually(called, SOON, || async {
            let gate = stack.state(&record, "gate").await?;
            (gate["stage"].as_str()?.ends_with(called)).then_some(())
        })
        .await;
    }
    let third = stack.one_that_follows(second).await;
    assert_eq!(third["closedate"], "2028-12-30T23:00:00.000Z");
    assert_eq!(stack.that_follow(&deal).await.len(), 1);
}

/// A deal with which nobody has spoken for a quarter: told at once, lost after two weeks, and taken back by one command.
async fn an_idle_deal_is_warned_of_closed_and_taken_back(stack: &Stack) {
    let now = Timestamp::now();
    let long_ago = (now - SignedDuration::from_hours(24 * 100)).as_millisecond();
    let idle = json!({ "notes_last_contacted": long_ago.to_string(),
        "createdate": long_ago.to_string() });
    let (deal, record) = stack
        .sellers_deal("Stillstand", ("default", "appointmentscheduled"), idle)
        .await;
    eventually("the deviation", SOON, || async {
        let state = stack.state(&record, "deviations").await?;
        state["open"].get("given_up").cloned()
    })
    .await;
    let warned = "If nothing changes, it is moved to \"Closed lost\" 14d after it began.";
    stack
        .eventually_mailed("europe-1@example.com", &record, warned)
        .await;
    assert_eq!(
        stack.property("deals", &deal, "dealstage").await.as_deref(),
        Some("appointmentscheduled")
    );

    let later = now + SignedDuration::from_hours(24 * 14 + 1);
    stack.tick(&later.to_string()).await;
    stack.eventually_at(&deal, "closedlost").await;
    let reason = stack.property("deals", &deal, "closed_lost_reason").await;
    assert_eq!(reason.as_deref(), Some("no_decision"));
    let mail = stack
        .eventually_mailed("europe-1@example.com", &record, "Done by itself")
        .await;
    let done = "so it is now moved to \"Closed lost\" and given \"no decision\" as its Closed lost reason.";
    let text = mail["BodyText"].as_str().expect("a text");
    assert!(text.contains(done), "{text}");
    // Whoever owns a deal has no command line: they hear who can take it back.
    assert!(
        text.contains("can take it back, with all that it has set"),
        "{text}"
    );

    eventually("our copy of what was moved", SOON, || async {
        let gate = stack.state(&record, "gate").await?;
        (gate["stage"] == "lost").then_some(())
    })
    .await;
    let model = stack.beside("model");
    let model = model.to_str().expect("a path");
    let undo = ["undo", &record, "--config", model, "--by", "europe_one"];
    let (code, said, why) = stack
        .asked(&[&undo[..], &["--reason", "they sign in January"]].concat())
        .await;
    assert_eq!(code, 0, "{why}");
    assert!(said.contains("taken back by europe_one"), "{said}");
    stack.eventually_at(&deal, "appointmentscheduled").await;
    eventually("the reason to be gone", SOON, || async {
        let reason = stack.property("deals", &deal, "closed_lost_reason").await;
        reason.is_none().then_some(())
    })
    .await;
    let story = stack.fairlead(&["explain", &record]).await;
    assert!(story.contains("they sign in January"), "{story}");
}
