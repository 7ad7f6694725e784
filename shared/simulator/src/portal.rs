//! The CRM of a simulated company: its records with their histories, its tasks, and what was
//! written into it.

mod logged;

use std::collections::BTreeMap;

use crm::{
    Activities, Author, Change, Contacted, CrmPeople, ObjectMapping, Record, RecordId, RecordKind,
    Value,
};
use engine::{FieldValues, NewTask};
use jiff::{SignedDuration, Timestamp};

/// By what name the CRM calls us in its histories.
pub(crate) const OURSELVES: &str = "fairlead";

/// A record as the CRM has it.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// What its fields hold.
    pub fields: BTreeMap<String, Value>,
    /// What they were set to, newest first.
    pub history: BTreeMap<String, Vec<Change>>,
    /// The account it belongs to.
    pub account: Option<RecordId>,
    /// The latest contact.
    pub last_contact: Option<Contacted>,
    /// What was logged, newest first.
    pub activities: Activities,
    /// The latest reply.
    pub last_reply: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub modified: Timestamp,
    /// Whether it is gone.
    pub deleted: bool,
    /// Whether it is gone because its person was erased for privacy: then no list shows it, and nothing restores it.
    pub erased: bool,
    /// The record that stays, if it is gone because it was merged.
    pub merged_into: Option<RecordId>,
}

/// A write of ours into a field.
#[derive(Debug, Clone)]
pub struct Written {
    /// Which record.
    pub record: RecordId,
    /// Which field.
    pub field: String,
    /// What was written.
    pub value: Option<Value>,
    /// When it arrived.
    pub at: Timestamp,
    /// When that was decided, and about which copy of the record; none: it is no event's write.
    pub decided: Option<(Timestamp, u64)>,
}

/// A field, what it is to hold, and when that was decided, about which copy.
pub(crate) type DecidedValue = (String, Option<Value>, Option<(Timestamp, u64)>);

/// A record that changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changed {
    /// Whether it is gone.
    pub(crate) gone: bool,
    /// Whether it was erased for privacy.
    pub(crate) erased: bool,
    /// The record that stays, of one that was merged into it.
    pub(crate) into: Option<RecordId>,
    /// The one that was merged into it.
    pub(crate) merged: Option<RecordId>,
}

/// The CRM.
#[derive(Debug, Default)]
pub(crate) struct Portal {
    records: BTreeMap<RecordId, Held>,
    tasks: Vec<(RecordId, NewTask)>,
    written: Vec<Written>,
    /// What changed since this was last asked.
    changed: Vec<(RecordId, Changed)>,
    /// Who can own records, as it tells.
    pub(crate) people: CrmPeople,
}

impl Portal {
    pub(crate) const fn records(&self) -> &BTreeMap<RecordId, Held> {
        &self.records
    }

    pub(crate) fn tasks(&self) -> &[(RecordId, NewTask)] {
        &self.tasks
    }

    pub(crate) fn written(&self) -> &[Written] {
        &self.written
    }

    /// What its webhooks have to tell.
    pub(crate) fn take_changed(&mut self) -> Vec<(RecordId, Changed)> {
        std::mem::take(&mut self.changed)
    }

    /// The ids of the records of a kind that belong to an account and are there.
    pub(crate) fn below(&self, account: &RecordId, kind: RecordKind) -> Vec<String> {
        let records = self.records.iter().filter(|(id, held)| {
            id.kind == kind && !held.deleted && held.account.as_ref() == Some(account)
        });
        records.map(|(id, _)| id.id.clone()).collect()
    }

    /// A record that is there.
    pub(crate) fn find(&self, record: &RecordId) -> Option<&Held> {
        self.records.get(record).filter(|held| !held.deleted)
    }

    /// Changes a record, which is made if there is none; one that is gone stays as it is.
    fn touch(&mut self, record: &RecordId, now: Timestamp, change: impl FnOnce(&mut Held)) {
        let held = self.records.entry(record.clone()).or_insert_with(|| Held {
            created: now,
            ..Held::default()
        });
        if held.deleted {
            return;
        }
        change(held);
        held.modified = later(held.modified, now);
        self.changed.push((record.clone(), Changed::default()));
    }

    pub(crate) fn set(
        &mut self,
        record: &RecordId,
        fields: &[(String, Option<Value>)],
        by: &Author,
        now: Timestamp,
    ) {
        self.touch(record, now, |held| {
            for (field, value) in fields {
                if held.fields.get(field) == value.as_ref() {
                    continue;
                }
                match value {
                    Some(value) => held.fields.insert(field.clone(), value.clone()),
                    None => held.fields.remove(field),
                };
                let changes = held.history.entry(field.clone()).or_default();
                let at = changes.first().map_or(now, |last| later(last.at, now));
                let change = Change {
                    value: value.clone(),
                    at,
                    by: by.clone(),
                };
                changes.insert(0, change);
            }
        });
    }

    /// A write of ours into some fields, each with when that was decided.
    pub(crate) fn write(&mut self, record: &RecordId, fields: &[DecidedValue], now: Timestamp) {
        let values = fields.iter();
        let values = values.map(|(field, value, _)| (field.clone(), value.clone()));
        let values: Vec<_> = values.collect();
        self.set(record, &values, &Author::App(OURSELVES.to_owned()), now);
        let written = fields.iter().map(|(field, value, decided)| Written {
            record: record.clone(),
            field: field.clone(),
            value: value.clone(),
            at: now,
            decided: *decided,
        });
        self.written.extend(written);
    }

    /// The record of a kind in which a field holds this text, of those that are there.
    pub(crate) fn with(&self, kind: RecordKind, field: &str, text: &str) -> Option<RecordId> {
        let mut records = self.records.iter();
        let found = records.find(|(id, held)| {
            let its = held.fields.get(field).and_then(Value::text) == Some(text);
            id.kind == kind && its && !held.deleted
        });
        found.map(|(id, _)| id.clone())
    }

    /// An id that no record of the kind has.
    pub(crate) fn next_id(&self, kind: RecordKind) -> String {
        let of_kind = self.records.keys().filter(|id| id.kind == kind).count();
        (1_000_000 + of_kind).to_string()
    }

    /// Our app creates a record, or sets fields of one that is there.
    pub(crate) fn create(&mut self, record: &RecordId, fields: &FieldValues, now: Timestamp) {
        let values = fields.iter();
        let values = values.map(|(field, value)| (field.clone(), value.clone()));
        let values: Vec<_> = values.collect();
        self.set(record, &values, &Author::App(OURSELVES.to_owned()), now);
    }

    pub(crate) fn belongs(&mut self, record: &RecordId, account: &RecordId, now: Timestamp) {
        // A CRM puts nothing under an account that it does not have.
        if self.find(account).is_some() {
            self.touch(record, now, |held| held.account = Some(account.clone()));
        }
    }

    pub(crate) fn replied(&mut self, record: &RecordId, now: Timestamp) {
        self.touch(record, now, |held| held.last_reply = Some(now));
    }

    pub(crate) fn delete(&mut self, record: &RecordId, now: Timestamp) {
        if let Some(held) = self.records.get_mut(record).filter(|held| !held.deleted) {
            held.deleted = true;
            held.modified = later(held.modified, now);
            let gone = Changed {
                gone: true,
                ..Changed::default()
            };
            self.changed.push((record.clone(), gone));
        }
    }

    pub(crate) fn erase(&mut self, record: &RecordId, now: Timestamp) {
        if self.find(record).is_none() {
            return;
        }
        self.delete(record, now);
        if let Some(held) = self.records.get_mut(record) {
            held.erased = true;
        }
        if let Some((_, changed)) = self.changed.last_mut() {
            changed.erased = true;
        }
    }

    pub(crate) fn restore(&mut self, record: &RecordId, now: Timestamp) {
        if let Some(held) = self
            .records
            .get_mut(record)
            .filter(|held| held.deleted && !held.erased)
        {
            held.deleted = false;
            held.merged_into = None;
            held.modified = later(held.modified, now);
            self.changed.push((record.clone(), Changed::default()));
        }
    }

    pub(crate) fn merge(&mut self, record: &RecordId, into: &RecordId, now: Timestamp) {
        let Some(gone) = self.find(record).cloned() else {
            return;
        };
        if self.find(into).is_none() {
            return;
        }
        self.delete(record, now);
        if let Some(held) = self.records.get_mut(record) {
            held.merged_into = Some(into.clone());
        }
        self.touch(into, now, |held| {
            for (field, value) in gone.fields {
                held.fields.entry(field).or_insert(value);
            }
            held.account = held.account.take().or(gone.account);
        });
        // One webhook tells of both, the last two changes.
        for (of, changed) in self.changed.iter_mut().rev().take(2) {
            if of == record {
                changed.into = Some(into.clone());
            } else {
                changed.merged = Some(record.clone());
            }
        }
    }

    pub(crate) fn add_task(&mut self, record: &RecordId, task: NewTask) -> usize {
        self.tasks.push((record.clone(), task));
        self.tasks.len()
    }

    pub(crate) fn task(&self, record: &RecordId, marker: &str) -> Option<usize> {
        let its = |(of, task): &(RecordId, NewTask)| of == record && task.marker == marker;
        self.tasks.iter().position(its)
    }
}

impl Held {
    /// What a read of it answers, of the fields that the model maps.
    pub(crate) fn record(&self, id: RecordId, mapping: &ObjectMapping) -> Record {
        let mapped = mapping.fields.iter();
        let fields = mapped.clone().filter_map(|mapped| {
            let value = self.fields.get(&mapped.field)?;
            Some((mapped.field.clone(), value.clone()))
        });
        let history = mapped.filter(|mapped| mapped.history);
        let history = history.filter_map(|mapped| {
            let changes = self.history.get(&mapped.field)?;
            Some((mapped.field.clone(), changes.clone()))
        });
        Record {
            matched: None,
            merged_into: None,
            found_at: None,
            erased: None,
            merged: std::collections::BTreeSet::new(),
            behaviour: None,
            latest: BTreeMap::new(),
            owner_in: mapping.owner_in.clone(),
            others: None,
            id,
            created: self.created,
            modified: self.modified,
            archived: false,
            fields: fields.collect(),
            history: history.collect(),
            last_contact: self.last_contact.clone(),
            activities: BTreeMap::new(),
            last_reply: self.last_reply,
            account: None,
        }
    }
}

impl Portal {
    /// What it says of somebody who can own records.
    pub(crate) fn user(
        &mut self,
        owner: &str,
        archived: bool,
        out_of_office: Option<(Timestamp, Timestamp)>,
    ) {
        match archived {
            true => self.people.archived.insert(owner.to_owned()),
            false => self.people.archived.remove(owner),
        };
        let all = self.people.out_of_office.get_or_insert_default();
        all.insert(owner.to_owned(), out_of_office.into_iter().collect());
    }

    /// The CRM's own automation sets a field back to what it was before our last write, each time another part of
    /// it: what one alone moves too often is held.
    pub(crate) fn undo_last_write(&mut self, now: Timestamp) {
        let Some(written) = self.written.last().cloned() else {
            return;
        };
        let held = self.find(&written.record);
        let history = held.and_then(|held| held.history.get(&written.field));
        let before = history.and_then(|changes| changes.get(1).cloned());
        if let Some(before) = before {
            let fields = [(written.field, before.value)];
            let by = Author::App(format!("workflow-{}", self.written.len()));
            self.set(&written.record, &fields, &by, now);
        }
    }
}

/// Now, or a moment after `before` if that is not earlier: no two changes of one thing are at one
/// instant.
fn later(before: Timestamp, now: Timestamp) -> Timestamp {
    if before < now {
        return now;
    }
    before
        .checked_add(SignedDuration::from_millis(1))
        .unwrap_or(before)
}
