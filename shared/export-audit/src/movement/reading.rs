//! How deals stood, read from exports and from logs of changes.

use std::collections::BTreeMap;

use ::metrics::Quantity;
use crm::{FieldRef, RecordKind, SourceName, Value};
use decisions::{Rules, columns::Input};
use jiff::{Timestamp, civil::Date};

use crate::{
    cell::{self, People},
    error::AuditError,
    export::Export,
    layout::{EventKind, Layout, Layouts},
    metrics::number_of,
    table::{Cell, Table},
    unread::{Unread, line_of},
};

const KIND: RecordKind = RecordKind::Opportunity;

/// How a deal stands, or what a change says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) stage: Option<String>,
    pub(super) amount: Option<Quantity>,
    pub(super) close_date: Option<Date>,
}

/// How a deal was at the first instant, after each change, and at the last.
pub(super) type Way = Vec<Option<State>>;

/// What is read, and what could not be.
pub(super) struct Reading<'a> {
    rules: &'a Rules,
    layouts: &'a Layouts,
    pub(super) rows: u64,
    pub(super) doubled: u64,
    pub(super) unread: Unread,
}

impl<'a> Reading<'a> {
    pub(super) fn of(rules: &'a Rules, layouts: &'a Layouts) -> Self {
        let unread = Unread::default();
        Self {
            rules,
            layouts,
            rows: 0,
            doubled: 0,
            unread,
        }
    }

    /// The deals of an export by their ids.
    pub(super) fn states(
        &mut self,
        export: &Export,
    ) -> Result<BTreeMap<String, State>, AuditError> {
        let layout = self.layout(export, None)?;
        let mut states = BTreeMap::new();
        let mut doubled = 0;
        self.read(export, layout, |id, _, state| match states.entry(id) {
            std::collections::btree_map::Entry::Vacant(free) => drop(free.insert(state)),
            std::collections::btree_map::Entry::Occupied(_) => doubled += 1,
        })?;
        self.doubled += doubled;
        Ok(states)
    }

    /// The changes of a log by the ids of their deals, the earliest first.
    pub(super) fn changes(
        &mut self,
        export: &Export,
    ) -> Result<BTreeMap<String, Vec<(Timestamp, State)>>, AuditError> {
        let layout = self.layout(export, Some(EventKind::Change))?;
        let mut changes: BTreeMap<String, Vec<(Timestamp, State)>> = BTreeMap::new();
        self.read(export, layout, |id, at, change| {
            if let Some(at) = at {
                changes.entry(id).or_default().push((at, change));
            }
        })?;
        // What happened at the same time stays in the order of the file.
        changes
            .values_mut()
            .for_each(|it| it.sort_by_key(|(at, _)| *at));
        Ok(changes)
    }

    fn layout(&self, export: &Export, event: Option<EventKind>) -> Result<&'a Layout, AuditError> {
        let unfit = |what: &str, fix: &str| AuditError::Unfit {
            file: export.name().to_owned(),
            what: what.to_owned(),
            fix: fix.to_owned(),
        };
        let layout = self.layouts.files.get(export.name()).ok_or_else(|| {
            unfit(
                "the mapping does not say how it is read",
                "add it below `files`",
            )
        })?;
        if layout.record != Some(KIND) {
            let fix = "say `record: opportunity` of it in the mapping";
            return Err(unfit("its rows are no opportunities", fix));
        }
        match (event, layout.event) {
            (one, other) if one == other => Ok(layout),
            (None, _) => Err(unfit(
                "it is a log of events",
                "give it alone and with --since, or two exports of the deals themselves",
            )),
            (Some(_), _) => Err(unfit(
                "it is no log of changes",
                "say `event: change` of it in the mapping, with the columns `at`, `stage`, `amount` and `close_date`; \
                 or give two exports of the deals, the older one first",
            )),
        }
    }

    fn read(
        &mut self,
        export: &Export,
        layout: &Layout,
        mut told: impl FnMut(String, Option<Timestamp>, State),
    ) -> Result<(), AuditError> {
        let cannot = |why: csv::Error| export.unreadable(&why);
        let mut rows = export.rows(layout)?;
        let headings = rows.byte_headers().map_err(cannot)?;
        let table = Table::of(self.rules, export.name(), KIND, layout, headings)?;
        let source = SourceName::new("export").map_err(|why| export.unreadable(&why))?;
        let people = People::nobody(source);
        let field = |name: &str| table.cells.get(&Input::Field(FieldRef::new(KIND, name)));
        let cells = ["stage", "amount", "close_date"].map(field);
        let at = layout.event.map(EventKind::input);
        let at = at.and_then(|it| table.cells.get(&it));
        if layout.event.is_some() && at.is_none() {
            return Err(AuditError::Unfit {
                file: export.name().to_owned(),
                what: "no column says when it happened".to_owned(),
                fix: "add `at: { column: … }` to its columns".to_owned(),
            });
        }
        let mut row = csv::ByteRecord::new();
        while rows.read_byte_record(&mut row).map_err(cannot)? {
            let Some(id) = self.unread.id(export.name(), &row, &table) else {
                continue;
            };
            let id = String::from_utf8_lossy(id).into_owned();
            self.rows += 1;
            let mut value = |cell: &Option<&Cell>| {
                let cell = (*cell)?;
                let bytes = row.get(cell.at).unwrap_or_default();
                let text = String::from_utf8_lossy(bytes);
                cell::read(&text, &cell.mapping, &table.form, &people).unwrap_or_else(|unfit| {
                    self.unread
                        .cell(export.name(), line_of(&row), bytes, cell, unfit);
                    None
                })
            };
            let [stage, amount, close_date] = cells.each_ref().map(&mut value);
            let at = match value(&at) {
                Some(Value::Timestamp(at)) => Some(at),
                _ => None,
            };
            let zone = self.rules.company_zone();
            let state = State {
                stage: stage.as_ref().and_then(Value::text).map(str::to_owned),
                amount: amount.as_ref().and_then(number_of),
                close_date: match close_date {
                    Some(Value::Date(day)) => Some(day),
                    Some(Value::Timestamp(at)) => Some(at.to_zoned(zone.clone()).date()),
                    _ => None,
                },
            };
            told(id, at, state);
        }
        Ok(())
    }
}

/// How a deal was at an instant, after each of its changes since then, and so until another. What a change does not
/// say stays as it was; what happened at one time is one change.
pub(super) fn way(changes: &[(Timestamp, State)], since: Timestamp, until: Timestamp) -> Way {
    let mut way: Way = vec![None];
    let mut last: Option<Timestamp> = None;
    for (at, change) in changes.iter().filter(|(at, _)| *at <= until) {
        let mut state = way.last().cloned().flatten().unwrap_or_default();
        state.stage = change.stage.clone().or(state.stage);
        state.amount = change.amount.or(state.amount);
        state.close_date = change.close_date.or(state.close_date);
        if *at <= since || last == Some(*at) {
            way.pop();
        }
        last = (*at > since).then_some(*at);
        way.push(Some(state));
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("an instant")
    }

    #[test]
    fn a_way_begins_where_the_deal_stood() {
        let stage = |it: &str| State {
            stage: Some(it.to_owned()),
            ..State::default()
        };
        let worth = |it| State {
            amount: Some(Quantity::whole(it)),
            ..State::default()
        };
        let log = [
            (at(1), stage("sql")),
            (at(5), worth(3)),
            (at(5), stage("won")),
            (at(9), worth(4)),
        ];
        let is = |it: &str, amount: Option<i64>| {
            Some(State {
                amount: amount.map(Quantity::whole),
                ..stage(it)
            })
        };
        let (open, won) = (is("sql", None), is("won", Some(3)));
        assert_eq!(way(&log, at(0), at(0)), [None]);
        assert_eq!(way(&log, at(0), at(6)), [None, open.clone(), won.clone()]);
        assert_eq!(way(&log, at(1), at(6)), [open, won.clone()]);
        assert_eq!(way(&log, at(5), at(6)), std::slice::from_ref(&won));
        assert_eq!(way(&log, at(6), at(9)), [won, is("won", Some(4))]);
    }
}
