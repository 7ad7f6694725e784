//! A table at which others are busy, a clock that notes who waits by it, and a decider that says
//! which copy it judged.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use contracts::{
    AuditRecord, DecisionDraft, Event, EventData, Function, Indexes, Key, Subject,
    state::RecordState,
};
use engine::{Clock, Decider, Planned, Proposal, Read, RecordFacts, Table};
use futures_util::FutureExt;
use jiff::Timestamp;
use model::Revision;
use serde_json::{Value, json};
use store::{
    CommitError, DueItem, Guard, Item, MemoryStore, Put, Store, StoreError, Transaction, Versioned,
};
use testkit::{TestClock, at, lead, upon};

pub const NOW: &str = "2026-11-22T12:00:00Z";

/// The machine's clock, and how long was waited by it.
#[derive(Debug, Clone)]
pub struct Watched {
    clock: TestClock,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl Watched {
    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

impl Clock for Watched {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn sleep(&self, length: Duration) {
        self.waits.lock().unwrap().push(length);
        self.clock.sleep(length).await;
    }
}

type Deed = Box<dyn FnOnce(&MemoryStore) + Send>;

/// A table at which somebody else does something between our read and our commit.
#[derive(Default)]
pub struct Busy {
    pub inner: MemoryStore,
    deeds: Mutex<VecDeque<Deed>>,
    commits: Mutex<Vec<Transaction>>,
}

impl Busy {
    /// This happens before the next commit to which nothing is to happen yet.
    pub fn meanwhile(&self, deed: impl FnOnce(&MemoryStore) + Send + 'static) {
        self.deeds.lock().unwrap().push_back(Box::new(deed));
    }

    /// What was to be committed, whatever became of it.
    pub fn commits(&self) -> Vec<Transaction> {
        self.commits.lock().unwrap().clone()
    }
}

impl Store for Busy {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        self.inner.partition(pk).await
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        self.inner.get(keys).await
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), CommitError> {
        self.commits.lock().unwrap().push(transaction.clone());
        let deed = self.deeds.lock().unwrap().pop_front();
        if let Some(deed) = deed {
            deed(&self.inner);
        }
        self.inner.commit(transaction).await
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        self.inner.due(shard, after, until, limit).await
    }

    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        self.inner.of_account(account).await
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        self.inner.of_person(person).await
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        self.inner.of_hour(hour).await
    }
}

pub fn table() -> Table<Busy, Watched> {
    let clock = Watched {
        clock: TestClock::at(at(NOW)),
        waits: Arc::default(),
    };
    Table::new(Busy::default(), clock)
}

/// Writes at once: the table in memory never lets anybody wait.
pub fn write(store: &MemoryStore, put: Put) {
    let transaction = writing(put);
    let written = store.commit(transaction).now_or_never();
    written.expect("it does not wait").expect("it is written");
}

pub fn writing(put: Put) -> Transaction {
    Transaction {
        puts: vec![put],
        checks: Vec::new(),
    }
}

pub fn put(key: &Key, body: Value, guard: Guard) -> Put {
    Put {
        key: key.clone(),
        body,
        guard,
        indexes: Indexes::default(),
        expires: None,
    }
}

/// The copy of a lead as its CRM last changed it for the so-manieth time.
pub fn copy(sequence: u64) -> Put {
    let state = RecordState {
        record: lead("1", at(NOW)).build(),
        sequence,
    };
    let guard = match sequence {
        1 => Guard::Absent,
        later => Guard::Version(later - 1),
    };
    let body = serde_json::to_value(&state).unwrap();
    put(&Key::record(&state.record.id), body, guard)
}

/// An event about that lead.
pub fn event() -> Event {
    let lead = lead("1", at(NOW)).build();
    let data = EventData::RecordNoticed {
        property: None,
        occurred: at(NOW),
        deleted: false,
    };
    upon(&lead.id, at(NOW), data)
}

/// The audit records of that lead.
pub fn audits(store: &MemoryStore) -> Vec<AuditRecord> {
    let subject = Subject::Record(event().record.unwrap());
    let partition = Key::audit_partition_of(&subject);
    let found = store.partition(&partition).now_or_never();
    let items = found.expect("it does not wait").unwrap().into_iter();
    items
        .map(|item| serde_json::from_value(item.body).unwrap())
        .collect()
}

/// Where [`Witness`] writes what it saw.
pub fn seen() -> Key {
    Key {
        pk: Key::partition_of(&event().record.unwrap()),
        sk: "seen".to_owned(),
    }
}

/// Decides nothing but which copy of the record it judged.
#[derive(Debug, Default)]
pub struct Witness(Revision);

impl Decider for Witness {
    type Plan = ();

    fn function(&self) -> Function {
        Function::StageGates
    }

    fn revision(&self) -> &Revision {
        &self.0
    }

    fn plan(
        &self,
        _: &RecordFacts,
        _: &Event,
        _: Timestamp,
    ) -> Result<Option<Planned<Self::Plan>>, StoreError> {
        Ok(Some(Planned {
            plan: (),
            needs: vec![seen()],
        }))
    }

    fn decide(
        &self,
        facts: &RecordFacts,
        (): (),
        read: &Read,
        _: &Event,
        _: Timestamp,
    ) -> Result<Option<Proposal>, StoreError> {
        let before: Option<Versioned<Value>> = read.state(&seen())?;
        let guard = before.map_or(Guard::Absent, |before| Guard::Version(before.version));
        let sequence = facts.record.state.sequence;
        Ok(Some(Proposal {
            draft: DecisionDraft {
                outcome: format!("judged copy {sequence}"),
                ..DecisionDraft::default()
            },
            puts: vec![put(&seen(), json!({ "sequence": sequence }), guard)],
        }))
    }
}
