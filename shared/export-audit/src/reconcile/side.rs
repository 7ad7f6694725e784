//! The rows of one of two files.

use std::collections::BTreeMap;

use crm::{Decimal, FieldMapping, FieldType, SourceName, Value};
use jiff::{civil::Date, tz::TimeZone};

use crate::{
    cell::{self, Form, People},
    error::AuditError,
    export::Export,
    layout::{Layout, Layouts},
    table::Cell,
    unread::{Unread, line_of},
};

/// The columns that are compared, and what they hold.
const COLUMNS: [(&str, FieldType); 4] = [
    ("amount", FieldType::Money),
    ("stage", FieldType::Text),
    ("close_date", FieldType::Date),
    ("currency", FieldType::Text),
];

/// What counts.
#[derive(Debug, Clone, Default)]
pub struct WhatCounts {
    /// The stages, as the mapping spells them; every stage if there is none.
    pub stages: Vec<String>,
    /// The first day on which a deal may close.
    pub from: Option<Date>,
    /// The last.
    pub to: Option<Date>,
}

/// What of one row is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) amount: Decimal,
    pub(crate) stage: Option<String>,
    pub(crate) close_date: Option<Date>,
    pub(crate) currency: Option<String>,
}

/// Whether a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    Yes,
    NotByStage,
    NotByDate,
}

/// The rows of a file by the id, in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Side {
    pub(crate) rows: BTreeMap<String, Vec<Row>>,
    pub(crate) read: u64,
}

impl Row {
    /// A row without a date does not count where days are named, nor one without a stage where stages are.
    pub(crate) fn counted(&self, counts: &WhatCounts) -> Counted {
        let stage = self.stage.as_ref();
        if !counts.stages.is_empty() && !stage.is_some_and(|it| counts.stages.contains(it)) {
            return Counted::NotByStage;
        }
        let day = self.close_date;
        let early = counts
            .from
            .is_some_and(|from| day.is_none_or(|day| day < from));
        let late = counts.to.is_some_and(|to| day.is_none_or(|day| day > to));
        if early || late {
            Counted::NotByDate
        } else {
            Counted::Yes
        }
    }

    pub(crate) fn value(&self, counts: &WhatCounts) -> Decimal {
        match self.counted(counts) {
            Counted::Yes => self.amount,
            Counted::NotByStage | Counted::NotByDate => Decimal::ZERO,
        }
    }

    pub(crate) fn words(&self) -> String {
        let day = self.close_date.map(|it| it.to_string());
        let parts = [self.currency.clone(), self.stage.clone(), day];
        let mut words = self.amount.normalize().to_string();
        for part in parts.into_iter().flatten() {
            words += " ";
            words += &part;
        }
        words
    }
}

impl Side {
    pub(crate) fn figure(&self, counts: &WhatCounts) -> Decimal {
        self.rows
            .values()
            .flatten()
            .map(|it| it.value(counts))
            .sum()
    }

    pub(crate) fn of(
        export: &Export,
        layouts: &Layouts,
        unread: &mut Unread,
    ) -> Result<Self, AuditError> {
        let unfit = |what: String, fix: &str| AuditError::Unfit {
            file: export.name().to_owned(),
            what,
            fix: fix.to_owned(),
        };
        let layout = layouts.files.get(export.name()).ok_or_else(|| {
            let what = "the mapping does not say how it is read".to_owned();
            unfit(what, "add it below `files`")
        })?;
        let cannot = |why: csv::Error| export.unreadable(&why);
        let mut rows = export.rows(layout)?;
        let headings = rows.byte_headers().map_err(cannot)?.clone();
        let place = |heading: &str| {
            let found = headings
                .iter()
                .position(|it| it.trim_ascii() == heading.as_bytes());
            found.ok_or_else(|| {
                unfit(
                    format!("there is no column `{heading}`"),
                    "name one that is there",
                )
            })
        };
        let id = place(&layout.id)?;
        let mut cells = Vec::new();
        for (name, holds) in COLUMNS {
            if let Some(column) = layout.columns.get(name) {
                cells.push(cell_of(name, holds, place(&column.column)?, layout));
            }
        }
        if !layout.columns.contains_key("amount") {
            let what = "no column is named for the amount".to_owned();
            return Err(unfit(what, "add `amount: { column: … }` to its columns"));
        }
        let reading = Reading {
            export,
            form: form(layout),
            people: People::nobody(
                SourceName::new("export").map_err(|why| export.unreadable(&why))?,
            ),
            cells,
        };
        let mut side = Self::default();
        let mut row = csv::ByteRecord::new();
        while rows.read_byte_record(&mut row).map_err(cannot)? {
            if let Some(id) = unread.id_at(export.name(), &row, id, headings.len()) {
                side.read += 1;
                let id = String::from_utf8_lossy(id).into_owned();
                side.rows
                    .entry(id)
                    .or_default()
                    .push(reading.row(&row, unread));
            }
        }
        Ok(side)
    }
}

struct Reading<'a> {
    export: &'a Export,
    form: Form,
    people: People,
    cells: Vec<Cell>,
}

impl Reading<'_> {
    fn row(&self, row: &csv::ByteRecord, unread: &mut Unread) -> Row {
        let mut read = Row::default();
        for cell in &self.cells {
            let bytes = row.get(cell.at).unwrap_or_default();
            let text = String::from_utf8_lossy(bytes);
            match cell::read(&text, &cell.mapping, &self.form, &self.people) {
                Ok(Some(Value::Number(amount))) => read.amount = amount,
                Ok(Some(Value::Date(day))) => read.close_date = Some(day),
                Ok(Some(Value::Text(text))) if cell.mapping.field == "stage" => {
                    read.stage = Some(text)
                }
                Ok(Some(Value::Text(text))) => read.currency = Some(text),
                Ok(_) => {}
                Err(unfit) => unread.cell(self.export.name(), line_of(row), bytes, cell, unfit),
            }
        }
        read
    }
}

fn cell_of(name: &str, holds: FieldType, at: usize, layout: &Layout) -> Cell {
    let column = layout.columns.get(name);
    Cell {
        at,
        mapping: FieldMapping {
            field: name.to_owned(),
            property: name.to_owned(),
            holds,
            values: column.map(|it| it.values.clone()).unwrap_or_default(),
            otherwise: None,
            allowed: Vec::new(),
            domain: false,
            history: false,
        },
        personal: false,
    }
}

/// Days only are compared, as each file writes them, so that no zone matters.
fn form(layout: &Layout) -> Form {
    Form {
        decimal: layout.decimal,
        dates: layout.dates,
        zone: TimeZone::UTC,
        no_value: layout.no_value.clone(),
        yes: Vec::new(),
        no: Vec::new(),
    }
}
