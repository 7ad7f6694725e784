//! Rows and cells that could not be read. They never stop a run.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    cell::Unfit,
    table::{Cell, Table},
};

/// How many are listed by their lines; the others are counted.
const LISTED: usize = 1_000;

/// What could not be read.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Unread {
    /// How many rows could not be read.
    pub rows: u64,
    /// The first of them.
    pub listed: Vec<UnreadRow>,
    /// Cells with a text that is no value, by file, column and reason.
    pub cells: Vec<UnreadCells>,
    #[serde(skip)]
    places: BTreeMap<(String, usize, Unfit), usize>,
}

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadRow {
    /// The file.
    pub file: String,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Why.
    pub why: String,
}

/// Cells of one column that have a text and no value, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadCells {
    /// The file.
    pub file: String,
    /// The field that the column holds.
    pub field: String,
    /// What is wrong with them.
    pub why: String,
    /// How many there are.
    pub count: u64,
    /// The line of the first.
    pub line: u64,
    /// The text of the first; none if the field is personal.
    pub text: Option<String>,
}

impl Unread {
    /// The id of a row; none if the row cannot be read.
    pub(crate) fn id<'r>(
        &mut self,
        file: &str,
        row: &'r csv::ByteRecord,
        table: &Table,
    ) -> Option<&'r [u8]> {
        self.id_at(file, row, table.id, table.width)
    }

    /// The id of a row in this column of so many; none if the row cannot be read.
    pub(crate) fn id_at<'r>(
        &mut self,
        file: &str,
        row: &'r csv::ByteRecord,
        column: usize,
        width: usize,
    ) -> Option<&'r [u8]> {
        let id = row.get(column).unwrap_or_default().trim_ascii();
        if row.len() == width && !id.is_empty() {
            return Some(id);
        }
        self.rows += 1;
        if self.listed.len() < LISTED {
            let why = if row.len() == width {
                "it has no id".to_owned()
            } else {
                format!("{} cells, where the headings are {width}", row.len())
            };
            self.listed.push(UnreadRow {
                file: file.to_owned(),
                line: line_of(row),
                why,
            });
        }
        None
    }

    /// Counts a cell whose text is no value.
    pub(crate) fn cell(&mut self, file: &str, line: u64, text: &[u8], cell: &Cell, unfit: Unfit) {
        let key = (file.to_owned(), cell.at, unfit);
        let known = self.places.get(&key).and_then(|at| self.cells.get_mut(*at));
        if let Some(known) = known {
            known.count += 1;
            return;
        }
        self.places.insert(key, self.cells.len());
        let text = String::from_utf8_lossy(text);
        self.cells.push(UnreadCells {
            file: file.to_owned(),
            field: cell.mapping.field.clone(),
            why: unfit.words().to_owned(),
            count: 1,
            line,
            text: (!cell.personal).then(|| decisions::shown::one_line(&text)),
        });
    }
}

/// The line on which a row begins; behind empty lines, that of the first of them.
pub(crate) fn line_of(row: &csv::ByteRecord) -> u64 {
    row.position().map_or(0, csv::Position::line)
}
