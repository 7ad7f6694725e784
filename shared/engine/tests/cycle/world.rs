//! A table at which others are busy, a clock that notes who waits by it, and a decider that says
//! which copy it judged.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use contracts::{
    AuditRecord, DecisionDraft, Event, EventData, Function, Indexes, Key, Subject,
    state::RecordState,
};
use engine::{Clock, CycleError, Decider, Failure, Planned, Proposal, Read, RecordFacts, Table};
use futures_util::FutureExt;
use jiff::Timestamp;
use model::Revision;
use serde_json::{Value, json};
use store::{Guard, MemoryStore, Put, Store, StoreError, Transaction, Versioned};
use testkit::{InTheWay, TestClock, WatchedStore, at, lead, upon};

pub const NOW: &str = "2026-11-22T12:00:00Z";

/// Whether what failed so may pass.
pub fn may_pass(error: &CycleError) -> bool {
    !matches!(Failure::from(error.clone()), Failure::Final(_))
}

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

/// Somebody else does this between our read and our commit; it is told how manieth commit it is.
pub fn meanwhile(store: &WatchedStore, mut deed: impl FnMut(u64, &MemoryStore) + Send + 'static) {
    let (watched, mut commits) = (store.clone(), 1..);
    store.upon_commits(move |_| {
        if let Some(commit) = commits.next() {
            deed(commit, watched.inside());
        }
        InTheWay::Nothing
    });
}

pub fn table() -> Table<WatchedStore, Watched> {
    let clock = Watched {
        clock: TestClock::at(at(NOW)),
        waits: Arc::default(),
    };
    Table::new(WatchedStore::new(), clock)
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
        body: body.into(),
        guard,
        indexes: Indexes::default(),
        expires: None,
        whole: None,
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
        merge: None,
        swept: None,
        erasure: None,
    };
    upon(&lead.id, at(NOW), data)
}

/// The audit records of that lead.
pub fn audits(store: &MemoryStore) -> Vec<AuditRecord> {
    let subject = Subject::Record(event().record.unwrap());
    let partition = Key::audit_partition_of(&subject);
    let found = store.partition(&partition).now_or_never();
    let items = found.expect("it does not wait").unwrap().into_iter();
    items.map(|item| item.body.read().unwrap()).collect()
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
