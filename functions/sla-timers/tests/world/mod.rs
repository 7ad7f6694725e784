//! sla-timers over the store in memory, a bus that is a queue, and one call that fails.
#![allow(dead_code, reason = "each test file that shares it uses a part of it")]

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use contracts::{
    AuditRecord, Event, EventData, EventId, Indexes, Key, shard_of,
    state::{AbsencesState, ClockStatus, ClocksState, RecordState},
};
use crm::PersonId;
use decisions::Rules;
use engine::{Bus, BusError, Failure, Handler, Table};
use jiff::Timestamp;
use sla_timers::SlaTimers;
use store::{CommitError, DueItem, Guard, Item, MemoryStore, Put, Store, StoreError, Transaction};
use testkit::{TestClock, at, lead, record_id, upon};

/// Counts the calls to the table and the bus once armed, and lets one of them fail: before it is
/// done, or after.
#[derive(Debug, Clone)]
pub struct Faults {
    calls: Arc<Mutex<Option<u32>>>,
    at: Option<(u32, bool)>,
}

impl Faults {
    pub fn none() -> Self {
        Self {
            calls: Arc::default(),
            at: None,
        }
    }

    pub fn at(call: u32, after: bool) -> Self {
        Self {
            at: Some((call, after)),
            ..Self::none()
        }
    }

    pub fn arm(&self) {
        *self.calls.lock().unwrap() = Some(0);
    }

    pub fn calls(&self) -> u32 {
        self.calls.lock().unwrap().unwrap_or(0)
    }

    fn next(&self) -> Option<bool> {
        let mut calls = self.calls.lock().unwrap();
        let call = calls.as_mut()?;
        let now = *call;
        *call += 1;
        self.at.filter(|(at, _)| *at == now).map(|(_, after)| after)
    }
}

#[derive(Debug, Clone)]
pub struct Flaky {
    inner: Arc<MemoryStore>,
    faults: Faults,
}

fn gone() -> StoreError {
    StoreError::Unavailable("a fault of the test".to_owned())
}

impl Flaky {
    fn ask(&self) -> Result<(), StoreError> {
        self.faults.next().map_or(Ok(()), |_| Err(gone()))
    }
}

impl Store for Flaky {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        self.ask()?;
        // What the store in memory does by looking at every item, which takes long for many.
        let sorts = ["clocks", "record", "routing"];
        let keys = sorts.map(|sk| Key {
            pk: pk.to_owned(),
            sk: sk.to_owned(),
        });
        Ok(self.inner.get(&keys).await?.into_iter().flatten().collect())
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        self.ask()?;
        self.inner.get(keys).await
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), CommitError> {
        match self.faults.next() {
            None => self.inner.commit(transaction).await,
            Some(after) => {
                if after {
                    self.inner.commit(transaction).await?;
                }
                Err(gone().into())
            }
        }
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        self.ask()?;
        self.inner.due(shard, after, until, limit).await
    }

    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        self.inner.of_account(account).await
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        self.ask()?;
        self.inner.of_person(person).await
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        self.inner.of_hour(hour).await
    }
}

/// The bus, with the queue of sla-timers behind it.
#[derive(Debug, Clone)]
pub struct Queue {
    waiting: Arc<Mutex<VecDeque<Event>>>,
    sent: Arc<Mutex<Vec<Timestamp>>>,
    faults: Faults,
}

impl Queue {
    fn put(&self, events: &[Event]) {
        for event in events {
            if let EventData::DeadlineDue { due, .. } = event.data {
                self.sent.lock().unwrap().push(due);
            }
            self.waiting.lock().unwrap().push_back(event.clone());
        }
    }

    /// The due times of what was sent since the last call, in order.
    pub fn sent(&self) -> Vec<Timestamp> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }
}

impl Bus for Queue {
    async fn publish(&self, events: &[Event]) -> Result<(), BusError> {
        let fault = self.faults.next();
        if fault != Some(false) {
            self.put(events);
        }
        match fault {
            None => Ok(()),
            Some(_) => Err(BusError::Unavailable("a fault of the test".to_owned())),
        }
    }
}

pub struct World {
    /// The machine's, which goes on only while somebody waits.
    pub clock: TestClock,
    pub bus: Queue,
    pub faults: Faults,
    store: Flaky,
    rules: Rules,
    timers: SlaTimers<Flaky, TestClock, Queue>,
}

impl World {
    pub fn new(rules: Rules, faults: Faults) -> Self {
        let store = Flaky {
            inner: Arc::default(),
            faults: faults.clone(),
        };
        let bus = Queue {
            waiting: Arc::default(),
            sent: Arc::default(),
            faults: faults.clone(),
        };
        let clock = TestClock::at(at("2026-11-01T00:00:00Z"));
        let table = Table::new(store.clone(), clock.clone());
        Self {
            timers: SlaTimers::new(table, bus.clone(), rules.clone()),
            clock,
            bus,
            faults,
            store,
            rules,
        }
    }

    /// The same table and bus, and a function with another model.
    pub fn under(self, rules: Rules) -> Self {
        let table = Table::new(self.store.clone(), self.clock.clone());
        Self {
            timers: SlaTimers::new(table, self.bus.clone(), rules.clone()),
            rules,
            ..self
        }
    }

    /// The same, in a process that sends on so many deadlines of a shard at a time.
    pub fn sending(self, at_once: usize) -> Self {
        Self {
            timers: self.timers.sending(at_once),
            ..self
        }
    }

    /// The same, in a process that has just started.
    pub fn again(self) -> Self {
        let rules = self.rules.clone();
        self.under(rules)
    }

    /// The first tick of all, when no clock runs.
    pub async fn begin(&self) {
        self.tick(at("2026-11-01T00:00:00Z")).await;
    }

    /// So many items with a deadline at `due`, of which a tick sees no more than that.
    pub async fn fill(&self, count: usize, due: Timestamp) {
        for number in 0..count {
            let record = record_id(&format!("lead:filler-{number}"));
            let put = Put {
                key: Key::clocks(&record),
                body: serde_json::json!({ "clocks": {} }).into(),
                guard: Guard::Absent,
                indexes: Indexes {
                    due: Some((shard_of(&record), due)),
                    ..Indexes::default()
                },
                expires: None,
                whole: None,
            };
            let transaction = Transaction {
                puts: vec![put],
                checks: Vec::new(),
            };
            self.store.inner.commit(transaction).await.unwrap();
        }
    }

    /// So many leads are routed to Anna.
    pub async fn start(&self, count: usize, start: Timestamp) {
        self.start_for("anna", count, start).await;
    }

    /// So many leads are routed to this person.
    pub async fn start_for(&self, owner: &str, count: usize, start: Timestamp) {
        let _ = self.store.inner.drain_inserted();
        for number in 0..count {
            let id = format!("{owner}-{}-{number}", start.as_second());
            let record = lead(&id, start).account("DE", "software", 300).build();
            let event = upon(
                &record.id,
                start,
                EventData::RecordRouted {
                    owner: PersonId::new(owner),
                    rule: "dach".to_owned(),
                    pool: None,
                },
            );
            let state = RecordState {
                record,
                sequence: 1,
            };
            let put = Put {
                key: Key::record(&state.record.id),
                body: serde_json::to_value(&state).unwrap().into(),
                guard: Guard::Absent,
                indexes: Indexes::default(),
                expires: None,
                whole: None,
            };
            let transaction = Transaction {
                puts: vec![put],
                checks: Vec::new(),
            };
            self.store.inner.commit(transaction).await.unwrap();
            self.timers.handle(&event, start).await.unwrap();
        }
    }

    fn tick_event(&self, now: Timestamp) -> Event {
        let id = EventId::of(&["tick", &now.to_string()]);
        let data = EventData::Tick { at: now };
        Event::new(id, now, &self.rules.model.revision, data)
    }

    /// The function's tick, without what follows from it.
    pub async fn tick_only(&self, now: Timestamp) {
        let tick = self.tick_event(now);
        self.timers.handle(&tick, now).await.unwrap();
    }

    /// It is now this time; whatever follows is delivered until nothing is left. What fails is
    /// delivered again.
    pub async fn tick(&self, now: Timestamp) {
        self.deliver(self.tick_event(now), now).await;
    }

    /// It becomes known at this time that a person is away otherwise than before; whatever follows
    /// is delivered as with a tick.
    pub async fn away(&self, absences: &AbsencesState, changed: &EventData, now: Timestamp) {
        let key = Key::absences();
        let before = self.store.inner.get(std::slice::from_ref(&key)).await;
        let before = before.unwrap().into_iter().next().flatten();
        let put = Put {
            key,
            body: serde_json::to_value(absences).unwrap().into(),
            guard: before.map_or(Guard::Absent, |before| Guard::Version(before.version)),
            indexes: Indexes::default(),
            expires: None,
            whole: None,
        };
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        self.store.inner.commit(transaction).await.unwrap();
        let id = EventId::of(&["away", &now.to_string()]);
        let event = Event::new(id, now, &self.rules.model.revision, changed.clone());
        self.deliver(event, now).await;
    }

    async fn deliver(&self, event: Event, now: Timestamp) {
        self.bus.waiting.lock().unwrap().push_back(event);
        loop {
            let next = self.bus.waiting.lock().unwrap().pop_front();
            let Some(event) = next else { return };
            match self.timers.handle(&event, now).await {
                Ok(()) => {}
                Err(Failure::Everybody { .. }) => {
                    self.bus.waiting.lock().unwrap().push_back(event);
                }
                Err(why) => panic!("{why:?}"),
            }
        }
    }

    fn audits(&self) -> impl Iterator<Item = AuditRecord> {
        let items = self.store.inner.everything().into_iter();
        items
            .filter(|item| item.key.is_audit())
            .map(|item| item.body.read().unwrap())
    }

    /// How often each outcome was decided.
    pub fn outcomes(&self) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        for audit in self.audits() {
            *found.entry(audit.outcome).or_default() += 1;
        }
        found
    }

    /// One decision with this outcome.
    pub fn audit(&self, outcome: &str) -> AuditRecord {
        let mut audits = self.audits();
        audits.find(|audit| audit.outcome == outcome).unwrap()
    }

    fn books(&self) -> Vec<ClocksState> {
        let items = self.store.inner.everything().into_iter();
        items
            .filter(|item| item.key.holds::<ClocksState>())
            .map(|item| item.body.read().unwrap())
            .collect()
    }

    /// How many clocks have this status.
    pub fn standing(&self, status: ClockStatus) -> usize {
        let books = self.books();
        let clocks = books.iter().flat_map(|book| book.clocks.values());
        clocks.filter(|clock| clock.status == status).count()
    }

    /// When each clock is due.
    pub fn dues(&self) -> Vec<Timestamp> {
        let books = self.books();
        let clocks = books.iter().flat_map(|book| book.clocks.values());
        clocks.map(|clock| clock.due).collect()
    }
}
