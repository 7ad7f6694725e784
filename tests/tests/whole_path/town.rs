use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use contracts::{AuditRecord, Event, EventData, EventId, Function, Key, state::ClocksState};
use crm::{PersonId, Value};
use crm_sync::CrmSync;
use crm_writeback::CrmWriteback;
use daily_digest::DailyDigest;
use decisions::Rules;
use deviation_watch::Watcher;
use engine::{
    Bus, BusError, CrmError, Deciding, Failure, Handler, Mail, MailError, MailMessage, RecordPages,
    Table, routes, time::business_time,
};
use jiff::{SignedDuration, Timestamp};
use lead_routing::{LeadRouting, Router};
use live_metrics::LiveMetrics;
use notify::Notify;
use sla_timers::SlaTimers;
use stage_gates::Gatekeeper;
use store::{MemoryStore, Store};
use testkit::{CrmFault, MemoryCrm, TestClock, at, example_rules, record_id, source};

use crate::{
    faults::{Faults, When},
    flaky_store::FlakyStore,
};

/// How often a message is delivered before the test gives it up for lost.
const DELIVERIES: u32 = 12;

/// The model is read once; the story is played hundreds of times.
static RULES: LazyLock<Rules> = LazyLock::new(example_rules);

/// Everything in one process.
pub struct Town {
    pub crm: MemoryCrm,
    pub faults: Faults,
    store: FlakyStore,
    mailbox: Mailbox,
    bus: Queue,
    now: Mutex<Timestamp>,
    clock: TestClock,
    again: AtomicU32,
}

/// What lies on the bus and in the queues: for whom, what, and how often it was delivered.
type Waiting = Arc<Mutex<VecDeque<(Function, Event, u32)>>>;

#[derive(Debug, Clone)]
struct Queue {
    waiting: Waiting,
    faults: Faults,
}

impl Queue {
    fn put(&self, events: &[Event]) {
        let mut waiting = self.waiting.lock().unwrap();
        for event in events {
            for function in routes(event) {
                waiting.push_back((*function, event.clone(), 0));
            }
        }
    }
}

impl Bus for Queue {
    async fn publish(&self, events: &[Event]) -> Result<(), BusError> {
        let gone = || Err(BusError::Unavailable("a fault of the test".to_owned()));
        match self.faults.next() {
            None => self.put(events),
            Some(When::Before) => return gone(),
            Some(When::After) => {
                self.put(events);
                return gone();
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone)]
struct Mailbox {
    mails: Arc<Mutex<Vec<String>>>,
    faults: Faults,
}

impl Mail for Mailbox {
    async fn send(&self, mail: &MailMessage) -> Result<(), MailError> {
        let put = || {
            self.mails
                .lock()
                .unwrap()
                .push(format!("{}: {}", mail.to, mail.subject))
        };
        let gone = || Err(MailError::Unavailable("a fault of the test".to_owned()));
        match self.faults.next() {
            None => put(),
            Some(When::Before) => return gone(),
            Some(When::After) => {
                put();
                return gone();
            }
        }
        Ok(())
    }
}

/// A CRM whose calls fail as the others do.
fn flaky_crm(faults: &Faults) -> MemoryCrm {
    let (crm, faults) = (MemoryCrm::new(), faults.clone());
    crm.upon_calls(move |_| {
        let gone = |perhaps_done| CrmError::Unavailable {
            why: "a fault of the test".to_owned(),
            perhaps_done,
            retry_after: None,
        };
        faults.next().map(|when| match when {
            When::Before => CrmFault::Before(gone(false)),
            When::After => CrmFault::After(gone(true)),
        })
    });
    crm
}

impl Town {
    /// A Monday morning in Berlin.
    pub fn new(faults: Faults) -> Self {
        let store = FlakyStore {
            inner: Arc::new(MemoryStore::new()),
            faults: faults.clone(),
        };
        Self {
            crm: flaky_crm(&faults),
            clock: TestClock::at(at("2026-11-23T09:30:00Z")),
            store,
            mailbox: Mailbox {
                mails: Arc::default(),
                faults: faults.clone(),
            },
            bus: Queue {
                waiting: Arc::default(),
                faults: faults.clone(),
            },
            faults,
            now: Mutex::new(at("2026-11-23T09:30:00Z")),
            again: AtomicU32::new(0),
        }
    }

    fn event(&self, key: &str, record: Option<&str>, data: EventData) -> Event {
        let now = *self.now.lock().unwrap();
        let event = Event::new(EventId::of(&[key]), now, &RULES.model.revision, data);
        match record {
            Some(record) => event.about(record_id(record), 0),
            None => event,
        }
    }

    pub fn company(&self, id: &str, country: &str, industry: &str, employees: u32) {
        let record = format!("account:{id}");
        self.crm.text(&record, "country", country);
        self.crm.text(&record, "industry", industry);
        let employees = Value::Number(employees.into());
        self.crm.edit(&record, "employees", Some(employees));
    }

    pub fn contact(&self, id: &str, company: &str) {
        let record = format!("lead:{id}");
        self.crm.text(&record, "email", "lena@firm.example");
        self.crm.belongs(&record, company);
    }

    pub fn deal(&self, id: &str, company: &str, owner: &str) {
        let record = format!("opportunity:{id}");
        self.crm.text(&record, "stage", "discovery");
        let owner = Value::Person(PersonId::new(owner));
        self.crm.edit(&record, "owner", Some(owner));
        self.crm.belongs(&record, company);
    }

    /// What a field holds in the CRM.
    pub fn shown(&self, record: &str, field: &str) -> Option<String> {
        self.crm.get(record, field).map(|value| value.to_string())
    }

    /// A webhook says that a record is worth a look.
    pub fn notice(&self, record: &str) {
        self.notice_again(record, "webhook");
    }

    /// The same, told apart from what a webhook told of it before.
    pub fn notice_again(&self, record: &str, what: &str) {
        let data = EventData::RecordNoticed {
            property: None,
            occurred: at("2026-11-23T09:30:00Z"),
            deleted: false,
            merge: None,
            swept: None,
            erasure: None,
        };
        self.bus
            .put(&[self.event(&format!("{what} {record}"), Some(record), data)]);
    }

    /// A tick that tells a time at which nobody is yet; the machines' clocks stay where they are.
    pub fn tick_ahead(&self, at: Timestamp) {
        let mut event = self.event("ahead", None, EventData::Tick { at });
        event.time = at;
        self.bus.put(&[event]);
    }

    /// How often a message had to be delivered once more.
    pub fn delivered_again(&self) -> u32 {
        self.again.load(Ordering::Relaxed)
    }

    /// It is now this time, and nobody is told.
    pub fn is_at(&self, now: Timestamp) {
        *self.now.lock().unwrap() = now;
    }

    /// The audit records of a function.
    pub fn audits_of(&self, function: Function) -> Vec<AuditRecord> {
        let items = self.store.inner.everything().into_iter();
        let audits = items.filter(|item| item.key.is_audit());
        let audits = audits.map(|item| item.body.read::<AuditRecord>().expect("an audit record"));
        audits.filter(|audit| audit.function == function).collect()
    }

    /// It is now this time.
    pub fn tick(&self, now: Timestamp) {
        *self.now.lock().unwrap() = now;
        self.bus
            .put(&[self.event(&format!("tick {now}"), None, EventData::Tick { at: now })]);
    }

    /// Delivers whatever waits until nothing does. A message that fails comes back a minute later.
    pub async fn settle(&self) {
        let rules = &*RULES;
        let table = || Table::new(self.store.clone(), self.clock.clone());
        let crms = || BTreeMap::from([(source(), self.crm.clone())]);
        let sync = CrmSync::new(table(), crms(), rules.clone());
        let routing = LeadRouting::new(table(), Router::new(rules.clone()));
        let timers = SlaTimers::new(table(), self.bus.clone(), rules.clone());
        let gates = Deciding::new(table(), Gatekeeper::new(rules.clone()));
        let watch = Deciding::new(table(), Watcher::new(rules.clone()));
        let digest = DailyDigest::new(table(), rules.clone());
        let metrics = LiveMetrics::new(table(), rules.clone());
        let notify = Notify::new(
            table(),
            self.mailbox.clone(),
            rules.clone(),
            RecordPages::default(),
        );
        let writeback = CrmWriteback::new(table(), crms(), rules.clone());
        loop {
            self.publish_new();
            let next = self.bus.waiting.lock().unwrap().pop_front();
            let Some((function, event, delivered)) = next else {
                return;
            };
            assert!(delivered < DELIVERIES, "{function} never handled {event:?}");
            let host = *self.now.lock().unwrap() + SignedDuration::from_mins(delivered.into());
            self.clock.set(host);
            let now = business_time(&event, host);
            let handled = match function {
                Function::CrmSync => sync.handle(&event, now).await,
                Function::LeadRouting => routing.handle(&event, now).await,
                Function::SlaTimers => timers.handle(&event, now).await,
                Function::StageGates => gates.handle(&event, now).await,
                Function::DeviationWatch => watch.handle(&event, now).await,
                Function::DailyDigest => digest.handle(&event, now).await,
                Function::LiveMetrics => metrics.handle(&event, now).await,
                Function::Notify => notify.handle(&event, now).await,
                Function::CrmWriteback => writeback.handle(&event, now).await,
                Function::WebhookIntake
                | Function::EventPublisher
                | Function::Views
                | Function::CommandLine => {
                    unreachable!("{function} has no queue")
                }
            };
            match handled {
                Ok(()) => {}
                Err(Failure::Final(why)) => panic!("{function}: {why}"),
                Err(_) => {
                    self.again.fetch_add(1, Ordering::Relaxed);
                    self.bus
                        .waiting
                        .lock()
                        .unwrap()
                        .push_back((function, event, delivered + 1));
                }
            }
        }
    }

    /// What the table's stream and event-publisher do.
    fn publish_new(&self) {
        for item in self.store.inner.drain_inserted() {
            if item.key.is_audit() {
                let audit: AuditRecord = item.body.read().expect("an audit record");
                self.bus.put(&audit.events);
            }
        }
    }

    /// The outcomes, by record and function.
    pub async fn decisions(&self) -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for item in self.store.inner.everything() {
            if item.key.is_audit() {
                let audit: AuditRecord = item.body.read().expect("an audit record");
                let key = format!("{} {}", audit.subject.name(), audit.function);
                found.entry(key).or_default().push(audit.outcome);
            }
        }
        for outcomes in found.values_mut() {
            outcomes.sort();
        }
        found
    }

    pub fn mails(&self) -> Vec<String> {
        let mut mails = self.mailbox.mails.lock().unwrap().clone();
        mails.sort();
        mails
    }

    async fn clocks(&self, record: &str) -> ClocksState {
        let key = Key::clocks(&record_id(record));
        let found = self.store.inner.get(&[key]).await.expect("the store");
        let item = found.into_iter().flatten().next().expect("clocks");
        item.body.read().expect("clocks")
    }

    /// When the last of the steps after the due time is taken.
    pub async fn last_step(&self, record: &str) -> Timestamp {
        let clocks = self.clocks(record).await;
        let steps = clocks.clocks.values().flat_map(|clock| &clock.steps);
        steps.map(|step| step.at).max().expect("a step")
    }
}
