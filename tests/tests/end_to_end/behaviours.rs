//! What people do outside the CRM comes as signed events, and decides whose their lead is.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    expect::{SOON, eventually},
    stack::{Stack, root, stack_of_a_starter},
};

/// What the events are called in the enterprise starter.
const VIEWED: &str = "com.example.pricing.viewed";
/// Who gets leads of the Americas first, which is whoever leads them while nobody works there, and who gets those that
/// look at the prices, by their ids in the CRM.
const DEVELOPERS: [&str; 2] = ["18", "11"];
const EXECUTIVES: [&str; 3] = ["3", "4", "5"];

impl Stack {
    /// Somebody with this mail address looks at the prices so often, as `behave.py` tells of it: it signs by itself.
    async fn looks_at_prices(&self, mail: &str, times: u32) {
        let told = Command::new(root().join(".local/venv/bin/python"))
            .current_dir(root())
            .args(["infra/local/behave.py", VIEWED, "--mail", mail, "--times"])
            .arg(times.to_string())
            .arg("--stack")
            .arg(self.beside("."))
            .output()
            .await
            .expect("behave.py");
        let said = String::from_utf8_lossy(&told.stdout);
        assert!(
            told.status.success() && said.starts_with("200 "),
            "{said}{}",
            String::from_utf8_lossy(&told.stderr)
        );
    }

    /// How often the person of a lead has looked at the prices, as its copy has it.
    async fn views(&self, record: &str) -> Option<Value> {
        let copy = self.state(record, "record").await?;
        let count = copy["record"]["behaviour"]["counts"]["pricing_views"].clone();
        (!count.is_null()).then_some(count)
    }

    async fn eventually_viewed(&self, record: &str, times: u32) {
        eventually(
            &format!("{record} to count {times} views"),
            SOON,
            || async { (self.views(record).await? == times).then_some(()) },
        )
        .await;
    }

    async fn eventually_owned(&self, lead: &str, by: &[&str]) -> String {
        eventually(&format!("lead:{lead} to be of {by:?}"), SOON, || async {
            let owner = self.property("contacts", lead, "hubspot_owner_id").await?;
            by.contains(&owner.as_str()).then_some(owner)
        })
        .await
    }

    /// A lead of an American shop with this mail address.
    async fn shops_lead(&self, mail: &str, company: Option<&str>) -> (String, String) {
        let company = match company {
            Some(company) => company.to_owned(),
            None => {
                let (_, domain) = mail.split_once('@').expect("an address");
                let company = json!({ "name": domain, "domain": domain, "country": "US", "industry": "retail",
                    "numberofemployees": "40" });
                self.create("companies", company, None).await
            }
        };
        let lead = self
            .create("contacts", json!({ "email": mail }), Some(&company))
            .await;
        let record = format!("lead:{lead}");
        (lead, record)
    }
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn who_looks_at_the_prices_is_somebody_elses_lead_and_so_is_who_comes_after_them() {
    let stack = &stack_of_a_starter("behaviours", "enterprise", |_, text| text).await;
    what_nobody_signed_is_refused(stack).await;
    the_third_look_gives_the_lead_to_who_sells(stack).await;
    who_is_not_known_yet_is_joined_when_they_appear(stack).await;
    for (queue, count) in stack.dead_letters().await {
        assert_eq!(count, 0, "dead letters of {queue}");
    }
}

async fn what_nobody_signed_is_refused(stack: &Stack) {
    let event = json!({ "specversion": "1.0", "id": "1", "source": "urn:nobody", "type": VIEWED,
        "subject": "id:nobody", "time": "2026-11-24T09:00:00Z" });
    let url = format!("{}/webhooks/events", stack.text("webhooks"));
    let request = stack
        .http
        .request(Method::POST, url)
        .body(event.to_string());
    let request = request.header("content-type", "application/cloudevents+json");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 401);
}

/// Twice is a curious person; three times within a week is a buyer, by the model.
async fn the_third_look_gives_the_lead_to_who_sells(stack: &Stack) {
    let mail = "Jo@harbour.example";
    let (lead, record) = stack.shops_lead(mail, None).await;
    let first = stack.eventually_owned(&lead, &DEVELOPERS).await;
    stack.looks_at_prices("jo@harbour.example ", 2).await;
    stack.eventually_viewed(&record, 2).await;
    assert_eq!(
        stack.property("contacts", &lead, "hubspot_owner_id").await,
        Some(first)
    );
    stack.looks_at_prices(mail, 1).await;
    stack.eventually_owned(&lead, &EXECUTIVES).await;
    let story = stack.fairlead(&["explain", &record]).await;
    for said in [
        "routing.lead.product_qualified",
        "viewed pricing 3 times since",
    ] {
        assert!(story.contains(said), "no {said} in:\n{story}");
    }
    assert!(!story.contains(mail), "{story}");
    let owners = stack.owners_so_far(&lead).await;
    assert_eq!(
        owners.len(),
        2,
        "once as it came, once by what its person did: {owners:?}"
    );
}

/// What somebody did before anybody knew them is theirs: their lead is qualified from the first decision on. And a
/// colleague who comes later, and has done nothing, goes to the same person.
async fn who_is_not_known_yet_is_joined_when_they_appear(stack: &Stack) {
    let mail = "kim@quay.example";
    stack.looks_at_prices(mail, 3).await;
    let (lead, record) = stack.shops_lead(mail, None).await;
    let owner = stack.eventually_owned(&lead, &EXECUTIVES).await;
    stack.eventually_viewed(&record, 3).await;
    let story = stack.fairlead(&["explain", &record]).await;
    assert!(story.contains("viewed pricing 3 times since"), "{story}");
    assert_eq!(
        stack.owners_so_far(&lead).await,
        std::slice::from_ref(&owner),
        "nobody else's"
    );

    eventually("our copy to have the owner", SOON, || async {
        let copy = stack.state(&record, "record").await?;
        copy["record"]["fields"].get("owner").cloned()
    })
    .await;
    let copy = stack.state(&record, "record").await.expect("a copy");
    let company = copy["record"]["account"]["id"]["id"].as_str();
    let (other, colleague) = stack.shops_lead("lee@quay.example", company).await;
    stack.eventually_owned(&other, &[&owner]).await;
    let story = stack.fairlead(&["explain", &colleague]).await;
    let said = format!("{record} of quay.example became ");
    for said in ["routing.lead.known_here", said.as_str(), ", today"] {
        assert!(story.contains(said), "no {said} in:\n{story}");
    }
}
