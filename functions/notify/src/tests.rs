#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod approvals;
mod digests;
mod excepted;
mod hand_offs;
mod leavers;
mod left_out;
mod links;
mod once;
mod reminders;
mod reviews;
mod shown;
mod steps;
mod taken;
mod texts;
mod together;

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use contracts::{
    Indexes, Notice,
    state::{
        Clock, ClockStatus, ClocksState, DeviationsState, DigestState, EXCEPTIONS, EffectState,
        EffectStatus, Exception, ExceptionsState, LoadState, OpenDeviation, RecordState, Told,
    },
};
use crm::{Record, RecordKind, Value};
use engine::MailError;
use model::Severity;
use store::{MemoryStore, Transaction, Versioned, put_state};
use testkit::{
    TestClock, at, deviating, example_rules, lead, opportunity, record_id, source, upon,
};

use super::*;

/// Keeps the mails, or refuses them for the reasons given, in order.
#[derive(Debug, Default)]
struct Kept {
    mails: Mutex<Vec<MailMessage>>,
    refusals: Mutex<Vec<MailError>>,
}

impl Mail for Kept {
    async fn send(&self, mail: &MailMessage) -> Result<(), MailError> {
        let refusal = self
            .refusals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match refusal {
            Some(refusal) => Err(refusal),
            None => {
                let wrong = testkit::wrong_with(&mail.html, 100_000);
                assert!(wrong.is_empty(), "{wrong:?}\n{}", mail.html);
                self.mails
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(mail.clone());
                Ok(())
            }
        }
    }
}

type Tested = Notify<MemoryStore, TestClock, Kept>;

/// Sunday noon in Berlin.
const NOW: &str = "2026-11-22T11:00:00Z";

/// Where the CRM shows leads and opportunities.
fn pages() -> RecordPages {
    let address = |kind: &str| format!("https://app.crm.example/62515/{kind}/{{id}}");
    RecordPages::new(BTreeMap::from([
        ((source(), RecordKind::Lead), address("0-1")),
        ((source(), RecordKind::Opportunity), address("0-3")),
    ]))
}

fn notify() -> Tested {
    let table = Table::new(MemoryStore::new(), TestClock::at(at(NOW)));
    Notify::new(table, Kept::default(), example_rules(), pages())
}

impl Tested {
    async fn keep<T: store::ItemState>(&self, key: Key, state: &T, person: Option<&str>) {
        let indexes = Indexes {
            person: person.map(str::to_owned),
            ..Indexes::default()
        };
        let put = put_state::<T, T>(key, state, None, indexes);
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        self.table.store.commit(transaction).await.unwrap();
    }

    async fn keep_record(&self, record: Record) -> RecordId {
        let id = record.id.clone();
        let state = RecordState {
            record,
            sequence: 1,
        };
        self.keep(Key::record(&id), &state, None).await;
        id
    }

    async fn effect_of(&self, event: &Event) -> EffectState {
        let found = self
            .table
            .store
            .get(&[Key::effect(&event.id)])
            .await
            .unwrap();
        let item = found.into_iter().next().unwrap().expect("an effect");
        Versioned::<EffectState>::read(item).unwrap().state
    }

    fn mails(&self) -> Vec<MailMessage> {
        self.mail.mails.lock().unwrap().clone()
    }

    /// The one mail that a notice about a record leads to.
    async fn mail_of(&self, record: &RecordId, to: &str, notice: Notice) -> MailMessage {
        let event = noticed(record, to, notice);
        self.handle(&event, at(NOW)).await.unwrap();
        let mut mails = self.mails();
        assert_eq!(mails.len(), 1);
        mails.remove(0)
    }
}

fn noticed(record: &RecordId, to: &str, notice: Notice) -> Event {
    let data = EventData::NoticeRequested {
        to: PersonId::new(to),
        notice,
    };
    let mut event = upon(record, at(NOW), data);
    event.id = EventId::of(&["notice", to]);
    event
}

fn ada() -> Record {
    let mut record = lead("123", at("2026-11-20T10:00:00Z"))
        .text("email", "ada@acme.example")
        .owner("anna")
        .account("DE", "software", 800)
        .build();
    let account = record.account.as_mut().unwrap();
    account
        .fields
        .insert("name".to_owned(), Value::Text("Acme GmbH".to_owned()));
    record
}

fn rollout() -> Record {
    opportunity("900", at("2026-08-01T10:00:00Z"))
        .text("name", "Acme rollout")
        .text("stage", "discovery")
        .owner("ben")
        .build()
}
