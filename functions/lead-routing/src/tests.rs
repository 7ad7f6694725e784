#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod again;
mod alone;
mod archived;
mod batches;
mod in_hand;
mod kinds;
mod left;
mod merged;
mod properties;
mod refusals;
mod removed;
mod renamed;
mod same_person;
mod shadow;
mod told;
mod trial;
mod waiting;

use contracts::{
    AuditRecord, EventId, Indexes, ReadAt,
    state::{PoolState, RoutingStatus},
};
use crm::{PersonId, Record};
use decisions::Rules;
use engine::{Handler, Table};
use jiff::SignedDuration;
use store::{Store, Versioned, put_state};
use testkit::{
    InTheWay, TestClock, WatchedStore, at, audits, example_model, keep as keep_copy, lead, put,
    record_id, state_of, upon,
};

use super::*;

const DACH: &str = "dach_account_executives";
const AMERICA: &str = "america_account_executives";

/// Monday, ten in Berlin: everybody there works.
const NOW: &str = "2026-11-23T09:00:00Z";

/// The function, and the table that it was given.
struct Tested {
    function: LeadRouting<WatchedStore, TestClock>,
    store: WatchedStore,
}

/// By the example's model, with people who can take more than any of these tests gives them.
fn routing() -> Tested {
    let mut model = example_model();
    let mut people = model.people.values_mut();
    for capacity in people.by_ref().filter_map(|it| it.capacity.as_mut()) {
        capacity.open_leads = Some(1_000);
        capacity.per_day = Some(1_000);
    }
    over(testkit::rules(model))
}

fn over(rules: Rules) -> Tested {
    let store = WatchedStore::new();
    let table = Table::new(store.clone(), TestClock::at(at(NOW)));
    Tested {
        function: LeadRouting::new(table, Router::new(rules)),
        store,
    }
}

/// A lead of a company in this country: `DE` for the pool in Berlin, `US` for the one in New York.
fn lead_of(country: &str, id: &str) -> Record {
    lead(id, at(NOW)).account(country, "software", 300).build()
}

fn changed(lead: &str) -> Event {
    let data = EventData::RecordChanged {
        changed: Vec::new(),
        modified: at(NOW),
        first: true,
        contact: None,
        watched: false,
        left_domain: None,
    };
    upon(&record_id(lead), at(NOW), data)
}

fn refused_write(lead: &str, to: &str) -> Event {
    let data = EventData::CrmWriteRefused {
        write: CrmWrite::Owner {
            to: PersonId::new(to),
            only_if: None,
        },
        why: "status 400, INVALID_OWNER_ID".to_owned(),
    };
    let mut event = upon(&record_id(lead), at(NOW), data);
    event.id = EventId::of(&["refused", lead, to]);
    event
}

impl Tested {
    /// Copies of these leads of that pool are kept; what is told of each.
    async fn has(&self, country: &str, ids: impl IntoIterator<Item = u32>) -> Vec<Event> {
        let mut events = Vec::new();
        for id in ids {
            let id = id.to_string();
            keep_copy(self.store.inside(), lead_of(country, &id)).await;
            events.push(changed(&format!("lead:{id}")));
        }
        events
    }

    async fn handle(&self, event: &Event) {
        self.function.handle(event, at(NOW)).await.unwrap();
    }

    async fn routing_of(&self, lead: &str) -> Option<RoutingState> {
        let key = Key::routing(&record_id(lead));
        state_of(self.store.inside(), key).await
    }

    async fn owner(&self, lead: &str) -> Option<String> {
        let routing = self.routing_of(lead).await?;
        routing.owner.map(|owner| owner.to_string())
    }

    async fn pool(&self, name: &str) -> PoolState {
        let pool = state_of(self.store.inside(), Key::pool(name)).await;
        pool.unwrap_or_default()
    }

    fn audits(&self) -> Vec<AuditRecord> {
        audits(self.store.inside())
    }

    /// What the table holds, whatever its versions: a batch writes an item once. What an audit record
    /// says of versions is left out as well.
    fn everything(&self) -> Vec<(Key, String)> {
        let items = self.store.inside().everything().into_iter();
        let text = |item: store::Item| {
            if !item.key.is_audit() {
                return (item.key, item.body.text().unwrap());
            }
            let mut audit: AuditRecord = item.body.read().unwrap();
            for read in audit.read.values_mut() {
                *read = ReadAt::Version(0);
            }
            for change in audit.changes.values_mut() {
                (change.version, change.nth) = (0, 0);
            }
            (item.key, serde_json::to_string(&audit).unwrap())
        };
        items.map(text).collect()
    }
}

/// What is owed to all members together, in quanta; always nothing.
fn owed(pool: &PoolState) -> i64 {
    pool.members.values().map(|share| share.lag).sum()
}

fn received(pool: &PoolState) -> Vec<(&str, u64)> {
    let members = pool.members.iter();
    members
        .map(|(person, share)| (person.as_str(), share.received))
        .collect()
}
