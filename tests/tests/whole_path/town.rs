use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, LazyLock, Mutex},
};

use aws::{Mail, MailError};
use contracts::{AuditRecord, Event, EventData, EventId, Function, Key, state::ClocksState};
use crm_sync::CrmSync;
use crm_writeback::CrmWriteback;
use daily_digest::DailyDigest;
use decisions::Rules;
use deviation_watch::Watcher;
use jiff::{SignedDuration, Timestamp};
use lambda_shell::{Deciding, Failure, Handler};
use lead_routing::Router;
use notify::{Notify, Outbox, RecordPages};
use sla_timers::{Publisher, SlaTimers};
use stage_gates::Gatekeeper;
use store::{MemoryStore, Store};
use testkit::{at, example_rules};

use crate::{
    consumers,
    faults::{Faults, When},
    flaky_store::FlakyStore,
    small_crm::SmallCrm,
};

/// How often a message is delivered before the test gives it up for lost.
const DELIVERIES: u32 = 12;

/// The model is read once; the story is played hundreds of times.
static RULES: LazyLock<Rules> = LazyLock::new(example_rules);

/// Everything in one process.
pub struct Town {
    pub crm: SmallCrm,
    pub faults: Faults,
    store: FlakyStore,
    mailbox: Mailbox,
    bus: Queue,
    now: Mutex<Timestamp>,
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
            for function in consumers(event) {
                waiting.push_back((function, event.clone(), 0));
            }
        }
    }
}

impl Publisher for Queue {
    async fn publish(&self, events: &[Event]) -> Result<(), Failure> {
        let gone = || Err(Failure::Later("a fault of the test".to_owned()));
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

impl Outbox for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
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

impl Town {
    /// A Monday morning in Berlin.
    pub fn new(faults: Faults) -> Self {
        let store = FlakyStore {
            inner: Arc::new(MemoryStore::new()),
            faults: faults.clone(),
        };
        Self {
            crm: SmallCrm::new(faults.clone()),
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
        }
    }

    fn event(&self, key: &str, record: Option<&str>, data: EventData) -> Event {
        let id = EventId::of(&[key]);
        Event {
            id: id.clone(),
            version: Event::VERSION,
            time: *self.now.lock().unwrap(),
            record: record.map(|record| record.parse().expect("a record id")),
            sequence: 0,
            revision: RULES.model.revision.clone(),
            causation: None,
            correlation: id,
            data,
        }
    }

    /// A webhook says that a record is worth a look.
    pub fn notice(&self, record: &str) {
        let data = EventData::RecordNoticed {
            source: "hubspot".to_owned(),
            property: None,
            occurred: at("2026-11-23T09:30:00Z"),
            deleted: false,
        };
        self.bus
            .put(&[self.event(&format!("webhook {record}"), Some(record), data)]);
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
        let store = || self.store.clone();
        let sync = CrmSync::new(store(), self.crm.clone(), rules.model.clone());
        let routing = Deciding::new(store(), Router::new(rules.clone()));
        let timers = SlaTimers::new(store(), self.bus.clone(), rules.clone());
        let gates = Deciding::new(store(), Gatekeeper::new(rules.clone()));
        let watch = Deciding::new(store(), Watcher::new(rules.clone()));
        let digest = DailyDigest::new(store(), rules.clone());
        let notify = Notify::new(
            store(),
            self.mailbox.clone(),
            rules.clone(),
            RecordPages::default(),
        );
        let writeback = CrmWriteback::new(store(), self.crm.clone(), rules.clone());
        loop {
            self.publish_new();
            let next = self.bus.waiting.lock().unwrap().pop_front();
            let Some((function, event, delivered)) = next else {
                return;
            };
            assert!(delivered < DELIVERIES, "{function} never handled {event:?}");
            let now = match event.data {
                EventData::Tick { at }
                | EventData::DeadlineDue { at, .. }
                | EventData::DeadlinesContinued { at, .. } => at,
                _ => *self.now.lock().unwrap() + SignedDuration::from_mins(delivered.into()),
            };
            let handled = match function {
                Function::CrmSync => sync.handle(&event, now).await,
                Function::LeadRouting => routing.handle(&event, now).await,
                Function::SlaTimers => timers.handle(&event, now).await,
                Function::StageGates => gates.handle(&event, now).await,
                Function::DeviationWatch => watch.handle(&event, now).await,
                Function::DailyDigest => digest.handle(&event, now).await,
                Function::Notify => notify.handle(&event, now).await,
                Function::CrmWriteback => writeback.handle(&event, now).await,
                Function::WebhookIntake | Function::EventPublisher | Function::CommandLine => {
                    unreachable!("{function} has no queue")
                }
            };
            match handled {
                Ok(()) => {}
                Err(Failure::Later(_)) => {
                    self.bus
                        .waiting
                        .lock()
                        .unwrap()
                        .push_back((function, event, delivered + 1));
                }
                Err(Failure::Final(why)) => panic!("{function}: {why}"),
            }
        }
    }

    /// What the table's stream and event-publisher do.
    fn publish_new(&self) {
        for item in self.store.inner.drain_inserted() {
            if item.key.pk.starts_with("A#") {
                let audit: AuditRecord =
                    serde_json::from_value(item.body).expect("an audit record");
                self.bus.put(&audit.events);
            }
        }
    }

    /// The outcomes, by record and function.
    pub async fn decisions(&self) -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for item in self.store.inner.everything() {
            if item.key.pk.starts_with("A#") {
                let audit: AuditRecord =
                    serde_json::from_value(item.body).expect("an audit record");
                let key = format!("{} {}", audit.subject, audit.function);
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
        let key = Key::clocks(&record.parse().expect("a record id"));
        let found = self.store.inner.get(&[key]).await.expect("the store");
        let item = found.into_iter().flatten().next().expect("clocks");
        serde_json::from_value(item.body).expect("clocks")
    }

    /// When the last of the steps after the due time is taken.
    pub async fn last_step(&self, record: &str) -> Timestamp {
        let clocks = self.clocks(record).await;
        let steps = clocks.clocks.values().flat_map(|clock| &clock.steps);
        steps.map(|step| step.at).max().expect("a step")
    }
}
