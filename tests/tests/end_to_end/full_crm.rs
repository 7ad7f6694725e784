//! A CRM that is full already is connected: everything in it is read, and nobody hears of its past.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    expect::eventually,
    kills::kill,
    stack::{Stack, stack_for_load},
};

/// How many records there are, unless the variable `RECORDS` says it: a fifth of them companies, a fifth deals, of
/// which each second is open, and the rest contacts.
const RECORDS: usize = 2_000;
/// What a page of a list with histories holds.
const PAGE: usize = 50;
/// What is asked besides the lists: who the owners are, what the properties hold and in which zone the portal shows
/// them, each again by whoever comes after a kill and at the end of an hour.
const BESIDES: usize = 20;
/// What a record may take on a busy machine.
const A_RECORD: Duration = Duration::from_millis(250);
/// How often progress is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often the time is told: not while one tick is at work still, as in an account, where it works for half a minute of
/// each. Two at work read the same page.
const TICK_EVERY: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the local stack, and alone: make first-load"]
async fn a_full_crm_is_loaded_without_a_mail_and_within_its_limits() {
    let stack = &stack_for_load("first-load").await;
    let records = records();
    let hook = stack.webhooks_to(Value::Null).await;
    let full = stack.filled(records).await;
    let aged = json!({ "minutes": 60 });
    stack.crm(Method::POST, "/_sandbox/age", Some(aged)).await;
    stack.webhooks_to(hook).await;
    stack.forget_requests().await;

    let began = Instant::now();
    let within = Duration::from_secs(120) + A_RECORD * u32::try_from(records).expect("a number");
    let mut killed = None;
    let mut ticked: Option<Instant> = None;
    loop {
        if ticked.is_none_or(|at| at.elapsed() >= TICK_EVERY) {
            stack.tick(&Timestamp::now().to_string()).await;
            ticked = Some(Instant::now());
        }
        tokio::time::sleep(LOOK_EVERY).await;
        let (seen, ended) = stack.loaded().await;
        if killed.is_none() && seen > records / 3 {
            kill(stack, "crm-sync").await;
            killed = Some(seen);
        }
        if ended {
            break;
        }
        assert!(
            began.elapsed() < within,
            "{seen} of {records} in {within:?}"
        );
    }
    let read = began.elapsed();
    let killed = killed.expect("a load that lasts longer than a look: give RECORDS");
    let judged = stack.all_judged(&full, within).await;
    println!(
        "{records} records: read after {read:.0?}, although crm-sync was killed at {killed}; {judged} open ones judged \
         after {:.0?}",
        began.elapsed()
    );

    let by_path = stack.requests_of_the_app().await;
    let requests: usize = by_path.values().sum();
    let lists: usize = full.counts().map(|count| count.div_ceil(PAGE)).sum();
    // A twentieth more, and the pages that were under way as it was killed.
    let most = lists + lists / 20 + BESIDES;
    println!("{requests} requests, {lists} of them pages; at most {most}: {by_path:#?}");
    assert!(requests <= most, "{requests} requests, {most} at most");
    let mails = stack.mails_with("").await;
    assert_eq!(mails.len(), 0, "{:?}", mails.first());
    for (queue, count) in stack.dead_letters().await {
        assert_eq!(count, 0, "dead letters of {queue}");
    }
}

fn records() -> usize {
    let said = std::env::var("RECORDS").unwrap_or_default();
    said.parse()
        .map_or(RECORDS, |said: usize| said.clamp(1_000, 50_000))
}

/// The ids of what there is in the CRM.
struct Full {
    companies: usize,
    contacts: Vec<String>,
    /// With whether each is open.
    deals: BTreeMap<String, bool>,
}

impl Full {
    /// How many there are of each kind.
    fn counts(&self) -> impl Iterator<Item = usize> {
        [self.companies, self.contacts.len(), self.deals.len()].into_iter()
    }

    /// What is to be judged: each lead, and each open deal, which all are older than any may become.
    fn open(&self) -> Vec<(String, &'static str)> {
        let leads = self.contacts.iter();
        let leads = leads.map(|id| (format!("lead:{id}"), "gate"));
        let deals = self.deals.iter().filter(|(_, open)| **open);
        let deals = deals.map(|(id, _)| (format!("opportunity:{id}"), "deviations"));
        leads.chain(deals).collect()
    }
}

impl Stack {
    /// A CRM with so many records, each associated with one of its companies.
    async fn filled(&self, records: usize) -> Full {
        let company = |n: usize| {
            json!({ "properties": { "name": format!("Company {n}"), "domain": format!("company{n}.example"),
                "industry": "software", "numberofemployees": "300", "country": "DE" } })
        };
        let companies: Vec<Value> = (0..records / 5).map(company).collect();
        let companies = self.create_all("companies", &companies).await;
        let of = |n: usize, kind: u32| {
            json!([{ "to": { "id": companies[n % companies.len()] }, "types": [
                { "associationCategory": "HUBSPOT_DEFINED", "associationTypeId": kind }] }])
        };
        let contact = |n: usize| {
            let company = n % companies.len();
            json!({ "properties": { "email": format!("lead{n}@company{company}.example"), "jobtitle": "VP" },
                "associations": of(n, 279) })
        };
        let contacts: Vec<Value> = (0..records * 3 / 5).map(contact).collect();
        let contacts = self.create_all("contacts", &contacts).await;
        let long_ago = Timestamp::now() - SignedDuration::from_hours(24 * 400);
        let long_ago = long_ago.as_millisecond().to_string();
        let deal = |n: usize| {
            let stage = if n.is_multiple_of(2) {
                "appointmentscheduled"
            } else {
                "closedlost"
            };
            json!({ "properties": { "dealname": format!("Deal {n}"), "pipeline": "default", "dealstage": stage,
                "hubspot_owner_id": "11002", "createdate": long_ago, "closed_lost_reason": "price" },
                "associations": of(n, 341) })
        };
        let deals: Vec<Value> = (0..records / 5).map(deal).collect();
        let deals = self.create_all("deals", &deals).await;
        let open = deals.into_iter().enumerate();
        Full {
            companies: companies.len(),
            contacts,
            deals: open.map(|(n, id)| (id, n.is_multiple_of(2))).collect(),
        }
    }

    /// How many records the load has gone through, and whether it is at its end.
    async fn loaded(&self) -> (usize, bool) {
        let told = self.fairlead(&["sweep", "--json"]).await;
        let told: Value = serde_json::from_str(&told).expect("JSON");
        let load = |list: &str| {
            let looks = told[list].as_array().into_iter().flatten();
            { looks }.find(|it| it["look"] == "load").cloned()
        };
        let seen = |it: &Value| {
            let seen = it["seen"].as_u64().expect("a count");
            usize::try_from(seen).expect("a count")
        };
        match (load("under_way"), load("ended")) {
            (Some(it), _) => (seen(&it), false),
            (None, Some(it)) => (seen(&it), true),
            (None, None) => (0, false),
        }
    }

    /// Waits until everything that is open is judged. How much that is.
    async fn all_judged(&self, full: &Full, within: Duration) -> usize {
        let open = full.open();
        for (record, item) in &open {
            eventually(&format!("{record} to be judged"), within, || {
                self.state(record, item)
            })
            .await;
        }
        open.len()
    }
}
