//! What a lead costs in all functions together, from the webhook to the echo of our own write: units written, events,
//! requests to queues. `make cost` measures the same on the local stack, with what only that has (the CRM's rate limit),
//! and says what it costs in money.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use aws::{DynamoStore, Meter};
use contracts::{AuditRecord, Event, EventData, EventId, Function, Key, hour_of};
use crm_sync::CrmSync;
use crm_writeback::CrmWriteback;
use decisions::Rules;
use deviation_watch::Watcher;
use engine::{
    Bus, BusError, Deciding, Failure, Handler, Mail, MailError, MailMessage, RecordPages, Table,
    routes,
};
use jiff::{SignedDuration, Timestamp};
use lead_routing::{LeadRouting, Router};
use live_metrics::LiveMetrics;
use notify::Notify;
use sla_timers::SlaTimers;
use stage_gates::Gatekeeper;
use store::{CommitError, DueItem, Item, Store, StoreError, Transaction, audits_of_hour};
use testkit::{MemoryCrm, TestClock, at, example_rules, record_id, source};
use tests::database::Database;

const NOW: &str = "2026-11-23T09:30:00Z";
/// Within how long what one person is told goes in one mail, by the template.
const WINDOW: SignedDuration = SignedDuration::from_mins(2);
/// What a queue gives at most, of those that call the CRM or that nobody waits for, and of the others.
const BATCHES: (usize, usize) = (100, 10);
/// Who gathers for seconds what comes, by the template, and so comes after all the others.
const GATHER: [Function; 3] = [
    Function::Notify,
    Function::DeviationWatch,
    Function::LiveMetrics,
];

/// The table; it keeps the audit records that were committed, as the table's stream does.
#[derive(Clone)]
struct Streamed(DynamoStore, Arc<Mutex<Vec<AuditRecord>>>);

impl Store for Streamed {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        self.0.partition(pk).await
    }
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        self.0.get(keys).await
    }
    async fn commit(&self, transaction: Transaction) -> Result<(), CommitError> {
        let audits = transaction.puts.iter().filter(|put| put.key.is_audit());
        let audits: Vec<AuditRecord> = audits.map(|put| put.body.read().unwrap()).collect();
        self.0.commit(transaction).await?;
        self.1.lock().unwrap().extend(audits);
        Ok(())
    }
    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        self.0.due(shard, after, until, limit).await
    }
    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        self.0.of_account(account).await
    }
    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        self.0.of_person(person).await
    }
    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        self.0.of_hour(hour).await
    }
}

/// A mailbox of which the mails are counted, and a bus for deadlines that nobody looks at.
#[derive(Clone, Default)]
struct Outside(Arc<AtomicU32>);

impl Mail for Outside {
    async fn send(&self, _: &MailMessage) -> Result<(), MailError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl Bus for Outside {
    async fn publish(&self, _: &[Event]) -> Result<(), BusError> {
        Ok(())
    }
}

/// What was counted.
#[derive(Debug, Default, Clone, Copy)]
struct Counted {
    written: f64,
    events: f64,
    /// One to send; for each batch one to receive and one to delete.
    requests: f64,
    mails: f64,
}

struct Company {
    crm: MemoryCrm,
    store: Streamed,
    meter: Meter,
    outside: Outside,
    rules: Rules,
    waiting: Mutex<BTreeMap<Function, VecDeque<Event>>>,
    counted: Mutex<Counted>,
    audits: Mutex<Vec<AuditRecord>>,
    /// How long it has been since `NOW` for whoever sends mail: notices to one person go in one mail.
    since: Mutex<SignedDuration>,
}

impl Company {
    async fn new() -> Self {
        let (store, meter) = Database::start().await.fresh_table().await.metered();
        Self {
            crm: MemoryCrm::new(),
            store: Streamed(store, Arc::default()),
            meter,
            outside: Outside::default(),
            rules: example_rules(),
            waiting: Mutex::default(),
            counted: Mutex::default(),
            audits: Mutex::default(),
            since: Mutex::default(),
        }
    }

    /// A lead whose account the CRM knows.
    fn lead(&self, id: usize, account: usize) {
        let (lead, account_id) = (format!("lead:{id}"), format!("account:{account}"));
        self.crm.text(&account_id, "country", "DE");
        self.crm.text(&account_id, "industry", "software");
        let employees = crm::Value::Number(300.into());
        self.crm.edit(&account_id, "employees", Some(employees));
        self.crm
            .text(&lead, "email", &format!("lena{id}@firm{account}.example"));
        self.crm.belongs(&lead, &account.to_string());
    }

    fn put(&self, events: &[Event]) {
        let mut waiting = self.waiting.lock().unwrap();
        let mut counted = self.counted.lock().unwrap();
        for event in events {
            counted.events += 1.0;
            for function in routes(event) {
                counted.requests += 1.0;
                waiting
                    .entry(*function)
                    .or_default()
                    .push_back(event.clone());
            }
        }
    }

    /// Webhooks say that these are worth a look.
    fn notice(&self, records: &[String], why: &str, bulk: bool) {
        let events = records.iter().map(|record| {
            let data = EventData::RecordNoticed {
                property: None,
                occurred: at(NOW),
                deleted: false,
                merge: None,
                swept: None,
                erasure: None,
            };
            let id = EventId::of(&[why, record]);
            let event = Event::new(id, at(NOW), &self.rules.model.revision, data);
            let event = event.about(record_id(record), 0);
            if bulk { event.in_bulk() } else { event }
        });
        self.put(&events.collect::<Vec<_>>());
    }

    /// Some minutes go by.
    fn later(&self) {
        *self.since.lock().unwrap() += WINDOW * 2;
    }

    /// Delivers whatever waits until nothing does; those for whom nobody waits come last, and after them the notices
    /// that others go with.
    async fn settle(&self) {
        while self.settle_until_told().await {
            self.later();
        }
    }

    /// The same but for the notices that others go with, which are put back. Whether there are some.
    async fn settle_until_told(&self) -> bool {
        let mut put_back = Vec::new();
        let now_there = at(NOW) + *self.since.lock().unwrap();
        let table = || Table::new(self.store.clone(), TestClock::at(at(NOW)));
        let crms = || BTreeMap::from([(source(), self.crm.clone())]);
        let rules = || self.rules.clone();
        let sync = CrmSync::new(table(), crms(), rules());
        let routing = LeadRouting::new(table(), Router::new(rules()));
        let timers = SlaTimers::new(table(), self.outside.clone(), rules());
        let gates = Deciding::new(table(), Gatekeeper::new(rules()));
        let watch = Deciding::new(table(), Watcher::new(rules()));
        let metrics = LiveMetrics::new(table(), rules());
        let told = Table::new(self.store.clone(), TestClock::at(now_there));
        let notify = Notify::new(told, self.outside.clone(), rules(), RecordPages::default());
        let notify = notify.together_within(WINDOW);
        let writeback = CrmWriteback::new(table(), crms(), rules());
        while let Some((function, batch)) = self.next() {
            let now = match function {
                Function::Notify => now_there,
                _ => at(NOW),
            };
            let events: Vec<(Event, Timestamp)> =
                batch.into_iter().map(|event| (event, now)).collect();
            self.counted.lock().unwrap().requests += 2.0;
            let handled = match function {
                Function::CrmSync => sync.handle_batch(&events, &|| true).await,
                Function::LeadRouting => routing.handle_batch(&events, &|| true).await,
                Function::SlaTimers => timers.handle_batch(&events, &|| true).await,
                Function::StageGates => gates.handle_batch(&events, &|| true).await,
                Function::DeviationWatch => watch.handle_batch(&events, &|| true).await,
                Function::LiveMetrics => metrics.handle_batch(&events, &|| true).await,
                Function::Notify => notify.handle_batch(&events, &|| true).await,
                Function::CrmWriteback => writeback.handle_batch(&events, &|| true).await,
                other => unreachable!("{other} has no queue here"),
            };
            for ((event, _), result) in events.iter().zip(handled) {
                match result {
                    Err(Failure::Waits { .. }) if function == Function::Notify => {
                        put_back.push(event.clone());
                    }
                    result => result.expect("handled"),
                }
            }
            let audits = std::mem::take(&mut *self.store.1.lock().unwrap());
            for audit in &audits {
                self.put(&audit.events);
            }
            self.audits.lock().unwrap().extend(audits);
        }
        let again = !put_back.is_empty();
        let mut waiting = self.waiting.lock().unwrap();
        waiting
            .entry(Function::Notify)
            .or_default()
            .extend(put_back);
        again
    }

    fn next(&self) -> Option<(Function, VecDeque<Event>)> {
        let mut waiting = self.waiting.lock().unwrap();
        let mut there = waiting.iter().filter(|(_, events)| !events.is_empty());
        let last = |it: &(&Function, &VecDeque<Event>)| GATHER.contains(it.0);
        let functions: Vec<_> = there.by_ref().collect();
        let first = functions
            .iter()
            .find(|it| !last(it))
            .or(functions.first())?;
        let function = *first.0;
        let most = match function {
            Function::CrmSync
            | Function::CrmWriteback
            | Function::DeviationWatch
            | Function::LiveMetrics => BATCHES.0,
            _ => BATCHES.1,
        };
        let events = waiting.get_mut(&function)?;
        let rest = events.split_off(most.min(events.len()));
        Some((function, std::mem::replace(events, rest)))
    }

    /// How many decisions there were, and how many of them stand in the index over hours. Each is found by its hour.
    async fn hours(&self) -> (usize, usize) {
        let hour = hour_of(at(NOW));
        let indexed = self.store.of_hour(&hour).await.unwrap().len();
        let found = audits_of_hour(&self.store, &hour).await.unwrap();
        let id = |it: &AuditRecord| (it.subject.to_string(), it.decision.clone());
        let found: BTreeSet<_> = found.iter().map(id).collect();
        let decided: BTreeSet<_> = self.audits.lock().unwrap().iter().map(id).collect();
        assert_eq!(found, decided);
        (decided.len(), indexed)
    }

    /// What one of so many leads has cost since the last time.
    fn each(&self, leads: usize) -> Counted {
        let counted = std::mem::take(&mut *self.counted.lock().unwrap());
        let leads = f64::from(u32::try_from(leads).unwrap());
        Counted {
            written: self.meter.take().written / leads,
            events: counted.events / leads,
            requests: counted.requests / leads,
            mails: f64::from(self.outside.0.swap(0, Ordering::Relaxed)) / leads,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_that_comes_alone() {
    let company = Company::new().await;
    for id in 1..=8 {
        company.lead(id, id.div_ceil(4));
        let (lead, account) = (format!("lead:{id}"), format!("account:{}", id.div_ceil(4)));
        company.notice(&[lead.clone(), account], &format!("created {id}"), false);
        company.settle().await;
        assert!(company.crm.get(&lead, "owner").is_some(), "{lead} is owned");
        company.notice(&[lead], "echo", false);
        company.settle().await;
        company.later();
        if id == 4 {
            // The pool's people have each had one: from here on it is as it is every day.
            let _ = company.each(1);
        }
    }
    let lead = company.each(4);
    println!("a lead alone: {lead:?}");
    // The CRM's rate limit and the ceiling of our writes, which are not here, are five more.
    assert!(lead.written <= 48.0, "{lead:?}");
    assert!(lead.events <= 12.0, "{lead:?}");
    assert!(lead.requests <= 56.0, "{lead:?}");
    // Eight leads and their two accounts.
    let (decided, indexed) = company.hours().await;
    assert_eq!((decided, indexed), (42, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_of_a_hundred() {
    let company = Company::new().await;
    let leads = 1..=100;
    let names: Vec<String> = leads.clone().map(|id| format!("lead:{id}")).collect();
    for id in leads {
        company.lead(id, id.div_ceil(4));
    }
    company.notice(&names, "created", true);
    company.settle().await;
    company.notice(&names, "echo", true);
    company.settle().await;
    let lead = company.each(100);
    println!("a lead of a hundred: {lead:?}");
    // Of 41 that it was, three are of notices that go together, each of which spares a mail: those cost thirty times as
    // much (ADR 78).
    assert!(lead.written <= 45.0, "{lead:?}");
    assert!(lead.mails <= 0.2, "{lead:?}");
    assert!(lead.events <= 12.0, "{lead:?}");
    assert!(lead.requests <= 30.0, "{lead:?}");
}
