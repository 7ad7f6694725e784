//! Event logs: one row for each activity or move of a stage, told of a record by its id.

use std::collections::BTreeMap;

use crm::{FieldRef, RecordKind, Value};
use decisions::{
    Facts,
    columns::{Grain, Input},
};
use jiff::Timestamp;

use crate::{
    cases::Cases,
    cell::{self, People, Unfit},
    error::AuditError,
    export::Export,
    layout::{EventKind, Layout},
    metrics::Ways,
    table::{AT, Cell, Table},
    text_map::TextMap,
    unread::{Unread, line_of},
};

/// When the latest event of each record was, of one kind of event.
#[derive(Debug)]
pub(crate) struct EventTimes {
    /// What the latest event says of a record.
    pub(crate) input: Input,
    ids: TextMap<u32>,
    latest: Vec<Timestamp>,
}

/// One log, and how it is read.
pub(crate) struct Log<'a> {
    pub(crate) export: &'a Export,
    pub(crate) event: EventKind,
    pub(crate) table: &'a Table,
    pub(crate) layout: &'a Layout,
}

/// The event logs of an audit.
#[derive(Debug, Default)]
pub(crate) struct Events {
    times: BTreeMap<(RecordKind, Input), EventTimes>,
    ways: BTreeMap<RecordKind, Ways>,
}

impl Events {
    /// Reads a log, and says how many rows could be read. What happens after `now` has not happened yet. Where no export
    /// has the records, `cases` takes them up.
    pub(crate) fn read(
        &mut self,
        log: &Log<'_>,
        people: &People,
        now: Timestamp,
        unread: &mut Unread,
        mut cases: Option<&mut Cases>,
    ) -> Result<u64, AuditError> {
        let Log { export, table, .. } = *log;
        let input = log.event.input();
        // Not every change is one of the stage: since when a record stands there is told by none of them alone.
        let mut times = (log.event != EventKind::Change).then(|| {
            let times = self.times.entry((table.kind, input.clone()));
            times.or_insert_with(|| EventTimes::of(&input))
        });
        let Some(at) = table.cells.get(&input) else {
            return Err(AuditError::Unfit {
                file: export.name().to_owned(),
                what: "no column says when it happened".to_owned(),
                fix: format!("add `{AT}: {{ column: … }}` to its columns"),
            });
        };
        let stage = table
            .cells
            .get(&Input::Field(FieldRef::new(table.kind, "stage")));
        let mut ways = stage.map(|cell| (cell, self.ways.entry(table.kind).or_default()));
        let cannot = |why: csv::Error| export.unreadable(&why);
        let mut rows = export.rows(log.layout)?;
        let mut row = csv::ByteRecord::new();
        let mut read = 0;
        while rows.read_byte_record(&mut row).map_err(cannot)? {
            let Some(id) = unread.id(export.name(), &row, table) else {
                continue;
            };
            read += 1;
            let bytes = row.get(at.at).unwrap_or_default();
            match cell::read(
                &String::from_utf8_lossy(bytes),
                &at.mapping,
                &table.form,
                people,
            ) {
                Ok(Some(Value::Timestamp(at))) if at <= now => {
                    if let Some(times) = &mut times {
                        times.take(id, at);
                    }
                    if let Some((cell, ways)) = &mut ways {
                        let text = row.get(cell.at).unwrap_or_default();
                        if let Some(cases) = &mut cases {
                            cases.take(id, at, text, line_of(&row));
                        }
                        match place_of(text, cell, table, people) {
                            Ok(Some(stage)) => ways.take(id, at, stage),
                            Ok(None) => {}
                            Err(why) => unread.cell(export.name(), line_of(&row), text, cell, why),
                        }
                    }
                }
                Ok(_) => {}
                Err(unfit) => unread.cell(export.name(), line_of(&row), bytes, at, unfit),
            }
        }
        Ok(read)
    }

    /// The ways of records of a kind through the stages, if a log tells them.
    pub(crate) fn ways(&self, kind: RecordKind) -> Option<&Ways> {
        self.ways.get(&kind)
    }

    /// Those of a kind of record whose times the file of the records does not have itself.
    pub(crate) fn of(&self, table: &Table) -> Vec<&EventTimes> {
        let of_kind = self
            .times
            .iter()
            .filter(|((kind, _), _)| *kind == table.kind);
        let told = of_kind.filter(|((_, input), _)| !table.cells.contains_key(input));
        told.map(|(_, times)| times).collect()
    }
}

/// The place of a stage in the lifecycle.
fn place_of(text: &[u8], cell: &Cell, table: &Table, people: &People) -> Result<Option<u8>, Unfit> {
    let text = String::from_utf8_lossy(text);
    let value = cell::read(&text, &cell.mapping, &table.form, people)?;
    let stage = value.as_ref().and_then(Value::text);
    let place = stage.and_then(|it| cell.mapping.allowed.iter().position(|stage| stage == it));
    Ok(place.and_then(|it| u8::try_from(it).ok()))
}

impl EventTimes {
    /// Of no record yet.
    fn of(input: &Input) -> Self {
        Self {
            input: input.clone(),
            ids: TextMap::default(),
            latest: Vec::new(),
        }
    }

    fn take(&mut self, id: &[u8], at: Timestamp) {
        let known = self.ids.get(id).and_then(|it| usize::try_from(it).ok());
        if let Some(latest) = known.and_then(|it| self.latest.get_mut(it)) {
            *latest = at.max(*latest);
            return;
        }
        let next = u32::try_from(self.latest.len()).unwrap_or(u32::MAX);
        self.ids.insert(id, next);
        self.latest.push(at);
    }

    fn number(&self, id: &[u8]) -> Option<usize> {
        self.ids.get(id).and_then(|it| usize::try_from(it).ok())
    }

    /// When the latest event of a record was.
    pub(crate) fn latest(&self, id: &[u8]) -> Option<Timestamp> {
        self.latest.get(self.number(id)?).copied()
    }

    /// The class of each record's time, in the order of their numbers.
    pub(crate) fn classes(&self, grain: &Grain, facts: &Facts<'_>) -> Vec<u32> {
        let class = |at: &Timestamp| {
            let class = grain.class_of(&Value::Timestamp(*at), facts);
            class
                .and_then(|it| u32::try_from(it).ok())
                .unwrap_or(crate::classes::ALONE)
        };
        self.latest.iter().map(class).collect()
    }

    /// The class of a record among these; 0 if nothing happened.
    pub(crate) fn class(&self, id: &[u8], classes: &[u32]) -> u32 {
        let class = self.number(id).and_then(|it| classes.get(it));
        class.copied().unwrap_or(0)
    }
}
