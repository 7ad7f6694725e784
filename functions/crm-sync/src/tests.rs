#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod accounts;
mod activities;
mod apart;
mod behaviour;
mod behaviour_of_account;
mod copies;
mod drifted;
mod erased;
mod labels;
mod latest;
mod matching;
mod merged;
mod missing;
mod others;
mod people;
mod quarantined;
mod swept;
mod time;
mod unreadable;

use contracts::{AuditRecord, EventId, Key, state::RecordState};
use model::OperatingModel;
use store::MemoryStore;
use testkit::{
    MemoryCrm, TestClock, at, audits, example_model, record_id, rules, source, state_of, upon,
};

use super::*;

/// The function, and the CRM and the clock that it was given.
struct Tested {
    function: CrmSync<MemoryStore, TestClock, MemoryCrm>,
    crm: MemoryCrm,
    clock: TestClock,
}

/// When webhooks tell of records; the clock stands two minutes later, so that "not found" is
/// believed.
const TOLD: &str = "2026-11-23T09:58:00Z";
const NOW: &str = "2026-11-23T10:00:00Z";

fn sync() -> Tested {
    over(example_model())
}

fn over(model: OperatingModel) -> Tested {
    let (crm, clock) = (MemoryCrm::new(), TestClock::at(at(NOW)));
    let table = Table::new(MemoryStore::new(), clock.clone());
    let crms = BTreeMap::from([(source(), crm.clone())]);
    Tested {
        function: CrmSync::new(table, crms, rules(model)),
        crm,
        clock,
    }
}

/// A webhook that tells of a record.
fn noticed(record: &str) -> Event {
    told(record, "one", TOLD, false)
}

fn told(record: &str, webhook: &str, time: &str, deleted: bool) -> Event {
    let data = EventData::RecordNoticed {
        property: None,
        occurred: at(time),
        deleted,
        merge: None,
        swept: None,
        erasure: None,
    };
    let mut event = upon(&record_id(record), at(time), data);
    event.id = EventId::of(&[record, webhook, time]);
    event.correlation = event.id.clone();
    event
}

/// Leads 1 to `count`, of which the CRM knows the mail addresses.
fn leads(tested: &Tested, count: usize) -> Vec<Event> {
    let names = (1..=count).map(|number| format!("lead:{number}"));
    names
        .map(|name| {
            tested.crm.text(&name, "email", "a@kranich.example");
            noticed(&name)
        })
        .collect()
}

impl Tested {
    async fn handle(&self, events: &[Event]) -> Vec<Result<(), Failure>> {
        let events: Vec<_> = events.iter().map(|it| (it.clone(), at(NOW))).collect();
        self.function.handle_batch(&events, &|| true).await
    }

    async fn copy(&self, record: &str) -> Option<RecordState> {
        let key = Key::record(&record_id(record));
        state_of(&self.function.table.store, key).await
    }

    /// The audit records of one record.
    fn audits_of(&self, record: &str) -> Vec<AuditRecord> {
        let of = contracts::Subject::Record(record_id(record));
        let mut all = audits(&self.function.table.store);
        all.retain(|audit| audit.subject == of);
        all
    }
}
