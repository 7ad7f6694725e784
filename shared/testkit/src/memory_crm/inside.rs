//! What the CRM in memory holds, and how its calls are told and fail.

use std::collections::BTreeMap;

use crm::{Author, Change, CrmPeople, ObjectSetUp, RecordKind, Value};
use engine::{CrmError, NewTask};
use jiff::{SignedDuration, Timestamp};

use super::stored::Held;

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Which: `read`, `associated`, `search`, `list`, `changed_since`, `activities`, `people`, `fields`, `set_fields`, `find_record`, `create_record`,
    /// `associate`, `find_task`, `create_task`.
    pub name: &'static str,
    /// The ids it is about.
    pub ids: Vec<String>,
}

/// How a call fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CrmFault {
    /// Without having done anything.
    Before(CrmError),
    /// After it was done: the answer is lost.
    After(CrmError),
}

#[derive(Debug, Default)]
pub(super) struct Inside {
    pub(super) records: BTreeMap<(RecordKind, String), Held>,
    pub(super) tasks: Vec<(String, NewTask)>,
    pub(super) calls: Vec<Call>,
    pub(super) people: CrmPeople,
    /// How it is set up for the objects of a kind, if somebody has said it.
    pub(super) set_ups: BTreeMap<RecordKind, Result<ObjectSetUp, CrmError>>,
    /// How many records stand on a page of a list, if somebody has said it.
    pub(super) page: Option<usize>,
    seconds: i64,
}

pub(super) fn key(record: &str) -> (RecordKind, String) {
    let id = crate::record_id(record);
    (id.kind, id.id)
}

impl Inside {
    /// The record of a kind in which a field holds this text.
    pub(super) fn with(&self, kind: RecordKind, field: &str, text: &str) -> Option<String> {
        let mut records = self.records.iter();
        let found = records.find(|((of, _), held)| {
            *of == kind && held.fields.get(field).and_then(Value::text) == Some(text)
        });
        found.map(|((_, id), _)| id.clone())
    }

    pub(super) fn now(&mut self) -> Timestamp {
        self.seconds += 1;
        crate::at("2026-11-23T09:00:00Z") + SignedDuration::from_secs(self.seconds)
    }

    pub(super) fn set(
        &mut self,
        key: (RecordKind, String),
        field: &str,
        value: Option<Value>,
        by: Author,
    ) {
        let at = self.now();
        let record = self.records.entry(key).or_default();
        if record.created == Timestamp::default() {
            record.created = at;
        }
        record.modified = at;
        match &value {
            Some(value) => record.fields.insert(field.to_owned(), value.clone()),
            None => record.fields.remove(field),
        };
        let changes = record.history.entry(field.to_owned()).or_default();
        changes.insert(0, Change { value, at, by });
    }
}
