//! Close dates held against what was: how long each segment's deals took until they were won.

mod counted;
mod report;

use crm::{FieldRef, RecordKind, Value};
use decisions::{Rules, columns::Input};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    cell::{self, Form, People},
    ends::ends,
    moments,
    table::{Cell, Table},
    unread::line_of,
};
pub(crate) use counted::Counted;
use counted::{OfSegment, put};
pub use report::CloseDates;
pub(crate) use report::reports;

/// How the days of a row are read.
pub(crate) struct Reading<'a> {
    created: &'a Cell,
    close_date: &'a Cell,
    form: &'a Form,
    people: &'a People,
    zone: &'a TimeZone,
    ends: Vec<Option<bool>>,
}

impl<'a> Reading<'a> {
    /// None if it is another kind of record, no column tells the days, or no stage is won.
    pub(crate) fn of(rules: &'a Rules, table: &'a Table, people: &'a People) -> Option<Self> {
        let kind = RecordKind::Opportunity;
        let ends = ends(&rules.model, kind);
        if table.kind != kind || !ends.contains(&Some(true)) {
            return None;
        }
        let close_date = Input::Field(FieldRef::new(kind, "close_date"));
        Some(Self {
            created: table.cells.get(&Input::Created)?,
            close_date: table.cells.get(&close_date)?,
            form: &table.form,
            people,
            zone: rules.company_zone(),
            ends,
        })
    }

    /// Counts a row; `stage` is the class of its stage, from 1.
    pub(crate) fn count(
        &self,
        (row, id): (&csv::ByteRecord, &[u8]),
        open: bool,
        (stage, segment): (usize, usize),
        counted: &mut Counted,
    ) {
        let end = stage.checked_sub(1).and_then(|it| self.ends.get(it));
        if !open && end != Some(&Some(true)) {
            return;
        }
        if counted.0.len() <= segment {
            counted.0.resize_with(segment + 1, OfSegment::default);
        }
        let Some(of) = counted.0.get_mut(segment) else {
            return;
        };
        let Some(days) = self.days(row) else {
            if open {
                of.unknown += 1;
                put(&mut of.unknown_listed, id, line_of(row));
            }
            return;
        };
        match open {
            true => of.listed(days, id, line_of(row)),
            false => put(&mut of.won_listed, id, line_of(row)),
        }
        let all = if open { &mut of.planned } else { &mut of.won };
        *all.entry(days).or_default() += 1;
    }

    /// How many days lie between a deal's creation and its close date; none before it.
    fn days(&self, row: &csv::ByteRecord) -> Option<i64> {
        let [created, closes] = [self.created, self.close_date].map(|cell| self.day(row, cell));
        let days = closes?.since(created?).ok()?.get_days();
        Some(i64::from(days.max(0)))
    }

    fn day(&self, row: &csv::ByteRecord, cell: &Cell) -> Option<Date> {
        let text = row.get(cell.at).unwrap_or_default();
        if let Some((seconds, _)) = moments::in_utc(text) {
            return Some(self.date(Timestamp::from_second(seconds).ok()?));
        }
        let text = String::from_utf8_lossy(text);
        match cell::read(&text, &cell.mapping, self.form, self.people) {
            Ok(Some(Value::Date(day))) => Some(day),
            Ok(Some(Value::Timestamp(at))) => Some(self.date(at)),
            _ => None,
        }
    }

    fn date(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }
}
