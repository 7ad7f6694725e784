#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod answered;
mod answers;
mod busy;
mod counted;
mod doubles;
mod excepted;
mod links;
mod list;
mod others;
mod pages;
mod reads;
mod reminding;
mod shown;
mod why;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use contracts::{
    EventData, EventId, LinkAction,
    state::{DeviationsState, OpenDeviation, RoutingState, RoutingStatus},
};
use crm::PersonId;
use decisions::links::revoke;
use engine::webhooks::Body;
use jiff::SignedDuration;
use model::Severity;
use store::MemoryStore;
use testkit::{at, deviating, example_rules, keep, lead, put, record_id};

use super::*;
use doubles::{TestBus, TestWeb, Vault};

const NOW: &str = "2026-11-23T12:00:00Z";

/// A function with lead 1, which is anna's, and what it talks to.
struct Tested {
    views: Views<Arc<MemoryStore>, TestBus, Vault, TestWeb>,
    store: Arc<MemoryStore>,
    bus: TestBus,
    vault: Vault,
    web: TestWeb,
}

impl Tested {
    async fn new() -> Self {
        Self::by(example_rules()).await
    }

    /// One by these rules.
    async fn by(rules: Rules) -> Self {
        let (store, bus, vault) = (
            Arc::new(MemoryStore::new()),
            TestBus::default(),
            Vault::default(),
        );
        let keys = LinkKeys::new(&vault, "links");
        let views = Views::new(store.clone(), bus.clone(), keys, rules);
        let tested = Self {
            views,
            store,
            bus,
            vault,
            web: TestWeb::default(),
        };
        let name = "<b>Ada</b> & Co\u{202e}";
        let record = lead("1", at(NOW)).text("name", name).owner("anna");
        keep(&tested.store, record.build()).await;
        tested
    }

    /// The path of a link that was made an hour ago.
    async fn link(&self, change: impl FnOnce(&mut Link)) -> String {
        let mut link = Link {
            person: PersonId::new("anna"),
            record: Some(record_id("lead:1")),
            action: LinkAction::LookAgain,
            mail: EventId::of(&["a mail"]),
            issued: at(NOW) - SignedDuration::from_hours(1),
            until: at(NOW) + SignedDuration::from_hours(24),
        };
        change(&mut link);
        let signer = LinkKeys::new(&self.vault, "links")
            .signer("", at(NOW))
            .await
            .unwrap();
        signer.signed_link(&link).unwrap()
    }

    async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, "", NOW).await
    }

    async fn call(&self, method: &str, path: &str, body: &str, now: &str) -> Answer {
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            body: Body::Bytes(body.as_bytes().to_vec()),
            ..Request::default()
        };
        self.views.answer(request, at(now)).await
    }
}

/// The body that the form of a page sends.
fn form_of(page: &Answer) -> String {
    let value = |name: &str| {
        let (_, rest) = page
            .body
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    format!("shown={}&token={}", value("shown"), value("token"))
}
