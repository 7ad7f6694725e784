//! One row as a record, for the ordinary way of judging it.

use std::collections::BTreeMap;

use contracts::state::GateState;
use crm::{AccountFacts, Contacted, Record, RecordId, RecordKind, SourceName, Value};
use decisions::{Dated, Facts, Rules, Told, columns::Input};
use jiff::Timestamp;

use crate::{
    cell::{self, Form, People},
    error::AuditError,
    joined::Joined,
    table::{Cell, Table},
};

/// A record, and what is known of it beside its fields.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    record: Record,
    gate: Option<GateState>,
    told: Told,
    dated: Dated,
}

/// A record without a value, of which everything else is made.
pub(crate) fn blank(source: &SourceName, kind: RecordKind) -> Result<Record, AuditError> {
    let id =
        RecordId::new(source, kind, "row").map_err(|why| AuditError::Nothing(why.to_string()))?;
    Ok(Record {
        matched: None,
        merged_into: None,
        found_at: None,
        erased: None,
        merged: std::collections::BTreeSet::new(),
        behaviour: None,
        latest: BTreeMap::new(),
        owner_in: None,
        others: None,
        id,
        created: Timestamp::UNIX_EPOCH,
        modified: Timestamp::UNIX_EPOCH,
        archived: false,
        fields: BTreeMap::new(),
        history: BTreeMap::new(),
        last_contact: None,
        activities: BTreeMap::new(),
        last_reply: None,
        account: None,
    })
}

impl Row {
    /// The record of a row, with the facts of its account.
    pub(crate) fn of(
        rules: &Rules,
        blank: &Record,
        row: &csv::ByteRecord,
        table: &Table,
        joined: &Joined<'_>,
        account: Option<u32>,
        people: &People,
    ) -> Self {
        let contacts = Input::LastContact;
        let logged = joined.events.iter().any(|it| it.input == contacts);
        let mut building = Building {
            row: Self {
                record: blank.clone(),
                gate: None,
                told: Told {
                    created: false,
                    contacts: logged || table.cells.contains_key(&contacts),
                    stage_since: false,
                },
                dated: Dated::default(),
            },
            of_account: BTreeMap::new(),
            since: None,
            people,
        };
        if let Some((accounts, number)) = joined.accounts.zip(account) {
            for (input, cell, text) in accounts.cells_of(number) {
                building.take(input, cell, text, &accounts.table.form);
            }
        }
        for (input, cell) in &table.cells {
            let text = row.get(cell.at).unwrap_or_default();
            building.take(input, cell, text, &table.form);
        }
        let id = row.get(table.id).unwrap_or_default().trim_ascii();
        for times in &joined.events {
            if let Some(at) = times.latest(id) {
                building.put(&times.input, Value::Timestamp(at));
            }
        }
        building.finish(rules)
    }

    pub(crate) fn facts<'a>(&'a self, rules: &'a Rules, now: Timestamp) -> Facts<'a> {
        Facts {
            gate: self.gate.as_ref(),
            told: self.told,
            dated: Some(&self.dated),
            ..Facts::of(rules, &self.record, now)
        }
    }
}

struct Building<'a> {
    row: Row,
    of_account: BTreeMap<String, Value>,
    since: Option<Timestamp>,
    people: &'a People,
}

impl Building<'_> {
    fn take(&mut self, input: &Input, cell: &Cell, text: &[u8], form: &Form) {
        let text = String::from_utf8_lossy(text);
        let Ok(Some(value)) = cell::read(&text, &cell.mapping, form, self.people) else {
            return;
        };
        self.put(input, value);
    }

    fn put(&mut self, input: &Input, value: Value) {
        let record = &mut self.row.record;
        match (input, value) {
            (Input::Field(field), value) if field.kind == record.id.kind => {
                record.fields.insert(field.name.clone(), value);
            }
            (Input::Field(field), value) => {
                self.of_account.insert(field.name.clone(), value);
            }
            (Input::Created, Value::Timestamp(at)) => {
                record.created = at;
                self.row.told.created = true;
            }
            (Input::LastContact, Value::Timestamp(at)) => {
                record.last_contact = Some(Contacted { at, by: None });
            }
            (Input::StageSince, Value::Timestamp(at)) => self.since = Some(at),
            (Input::Changed(field), Value::Timestamp(at)) => {
                self.row.dated.changed.insert(field.clone(), at);
            }
            (Input::Modified(kind), Value::Timestamp(at)) => {
                self.row.dated.modified.insert(*kind, at);
            }
            _ => {}
        }
    }

    fn finish(mut self, rules: &Rules) -> Row {
        let record = &mut self.row.record;
        if !self.of_account.is_empty() {
            record.account = Some(AccountFacts {
                others: None,
                behaviour: None,
                id: record.id.clone(),
                modified: record.modified,
                fields: self.of_account,
            });
        }
        let stage = Facts::of(rules, record, record.modified)
            .stage()
            .map(str::to_owned);
        if let Some((since, stage)) = self.since.zip(stage) {
            self.row.gate = Some(GateState {
                stage,
                since,
                turned_back: None,
                unknown: false,
                outside: false,
                held: None,
                rounds: None,
                undoing: None,
            });
        }
        self.row
    }
}
