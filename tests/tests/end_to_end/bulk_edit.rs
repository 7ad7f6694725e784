//! Somebody chooses many deals in a list and moves them all by one edit, none of which meets its gate.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use contracts::{Function, Key};
use crm::PersonId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    expect::{SOON, eventually},
    stack::{Stack, stack_for_load},
};

/// How many deals are moved, unless the variable `DEALS` says it.
const DEALS: usize = 300;
/// What `when_turned_back.at_most` of the example's deals allows one person.
const TURNED_BACK: usize = 20;
/// What the whole edit may take on a busy machine, with `make test` around it.
const HELD_WITHIN: Duration = Duration::from_secs(300);
/// Until when a single lead has its owner meanwhile, on a busy machine. On a quiet one it is to be three seconds: the
/// line that is printed says what it was.
const SINGLE_LEAD: Duration = Duration::from_secs(45);
const ANNA: &str = "11002";

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn of_many_moves_at_once_few_are_turned_back_and_the_rest_is_held_with_one_question() {
    // Its own: a hundred deals of one person at a time are in nobody else's way there.
    let stack = &stack_for_load("bulk-edit").await;
    let deals = stack.annas_deals(deals()).await;
    let moved = Instant::now();
    stack.moved_by_one_edit(&deals).await;
    let (held, owned) = tokio::join!(
        held_of_all(stack, deals.len(), moved),
        single_leads(stack, deals.len())
    );
    println!(
        "{} deals by one edit: the last held after {held:.0?}; meanwhile {} leads came alone: owned after {:.1?} at the \
         median, {:.1?} at the slowest",
        deals.len(),
        owned.len(),
        owned[owned.len() / 2],
        owned[owned.len() - 1]
    );
    assert!(owned[owned.len() - 1] <= SINGLE_LEAD, "{owned:?}");

    let back = eventually("those turned back to stand there again", SOON, || async {
        let back = stack.standing_at(&deals, "appointmentscheduled").await;
        (back.len() == TURNED_BACK).then_some(back)
    })
    .await;
    let about = |mail: &Value, id: &String| {
        let text = mail["BodyText"].as_str().unwrap_or_default();
        text.contains(&format!("(opportunity {id})"))
    };
    eventually("a mail about each that was turned back", SOON, || async {
        let mails = stack.mails_called("Turned back").await;
        let told = |id: &&String| mails.iter().any(|mail| about(mail, id));
        (back.iter().filter(told).count() == TURNED_BACK).then_some(())
    })
    .await;
    // What is asked is asked once of each: of whoever made the edit, and of the operators.
    eventually("both mails that ask", SOON, || async {
        (stack.mails_called("Held").await.len() >= 2).then_some(())
    })
    .await;
    let asked = stack.mails_called("Held").await;
    let to: BTreeSet<&str> = ["anna@northwind.example", "olga@northwind.example"]
        .into_iter()
        .filter(|to| asked.iter().any(|mail| mail.to_string().contains(to)))
        .collect();
    assert_eq!((asked.len(), to.len()), (2, 2), "{asked:?}");
    let mails = stack.mails_called("Turned back").await;
    assert_eq!(mails.len(), TURNED_BACK, "one mail each, and no other");
    let of_deal = |task: &Value| task["associations"]["deals"]["results"][0]["id"].clone();
    let tasks: Vec<Value> = stack.tasks().await.iter().map(of_deal).collect();
    assert!(tasks.len() <= TURNED_BACK, "{tasks:?}");
}

/// How many deals are to be moved.
fn deals() -> usize {
    let said = std::env::var("DEALS").unwrap_or_default();
    said.parse()
        .map_or(DEALS, |said: usize| said.clamp(50, 2_000))
}

/// Waits until no move of anna's is still to be judged. How long it took.
async fn held_of_all(stack: &Stack, deals: usize, moved: Instant) -> Duration {
    let breaker = Key::breaker(&PersonId::new("anna"));
    eventually("every move to be judged", HELD_WITHIN, || async {
        let items = stack.items(&breaker.pk).await;
        let breaker = items.iter().find(|item| item.key == breaker)?;
        let state = breaker.body.json().expect("JSON");
        let held = state["hold"]["moves"].as_u64()?;
        (usize::try_from(held).ok()? >= deals.checked_sub(TURNED_BACK)?).then_some(())
    })
    .await;
    moved.elapsed()
}

/// Leads that come alone, one after the other, while the edit is judged. How long each took to have its owner.
async fn single_leads(stack: &Stack, deals: usize) -> Vec<Duration> {
    let mut owned = Vec::new();
    for n in 0..5 {
        let came = Instant::now();
        let lead = stack.german_lead(&format!("beside-{deals}-{n}"), 300).await;
        stack.owner_of(&lead, HELD_WITHIN).await;
        owned.push(came.elapsed());
    }
    owned.sort_unstable();
    owned
}

impl Stack {
    /// So many deals of anna's in the first stage, which their gates know.
    async fn annas_deals(&self, count: usize) -> Vec<String> {
        let deal = |n: usize| {
            json!({ "properties": { "dealname": format!("One of many {n}"), "pipeline": "default",
                "dealstage": "appointmentscheduled", "hubspot_owner_id": ANNA } })
        };
        let inputs: Vec<Value> = (0..count).map(deal).collect();
        let deals = self.create_all("deals", &inputs).await;
        for id in deals.iter().rev() {
            let record = format!("opportunity:{id}");
            eventually("the gate to know each deal", HELD_WITHIN, || async {
                let judged = self.decisions(&record, Function::StageGates).await;
                (!judged.is_empty()).then_some(())
            })
            .await;
        }
        deals
    }

    async fn moved_by_one_edit(&self, deals: &[String]) {
        let edit = json!({ "user": ANNA, "type": "deals", "ids": deals,
            "properties": { "dealstage": "qualifiedtobuy" } });
        let path = "/_sandbox/ui/change-many";
        let changed = self.crm(Method::POST, path, Some(edit)).await;
        assert_eq!(changed["changed"], json!(deals.len()));
    }

    /// Those of these deals that stand at a stage in the CRM.
    async fn standing_at(&self, deals: &[String], stage: &str) -> Vec<String> {
        let mut standing = Vec::new();
        for ids in deals.chunks(100) {
            let inputs: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
            let body = json!({ "properties": ["dealstage"], "inputs": inputs });
            let path = "/crm/objects/2026-09/deals/batch/read";
            let read = self.crm(Method::POST, path, Some(body)).await;
            let read = read["results"].as_array().expect("a list");
            let there = read
                .iter()
                .filter(|deal| deal["properties"]["dealstage"] == stage);
            standing.extend(there.filter_map(|deal| deal["id"].as_str().map(str::to_owned)));
        }
        standing
    }

    /// The mails whose subject begins so.
    async fn mails_called(&self, subject: &str) -> Vec<Value> {
        let mails = self.mails_with(subject).await;
        let mails = mails
            .iter()
            .filter_map(|mail| serde_json::from_str::<Value>(mail).ok());
        { mails }
            .filter(|mail| {
                mail["Subject"]
                    .as_str()
                    .is_some_and(|it| it.starts_with(subject))
            })
            .collect()
    }
}
