//! Files of rows (CSV, RFC 4180), as spreadsheets write them: a line of headings, then a line for each row.
//! Parted by commas or, as where a comma parts whole numbers from their fractions, by semicolons.

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::{checks::check::Reading, yaml::node::Node};
use model::ModelFile;

/// The rows of a file. Lines without any value are left out.
#[derive(Debug)]
pub(crate) struct Rows {
    headings: StringRecord,
    /// Each with its line, from 1.
    rows: Vec<(u32, StringRecord)>,
}

/// Why a file cannot be read, and in which line.
#[derive(Debug)]
pub(crate) struct NoRows {
    pub(crate) line: u32,
    pub(crate) what: String,
}

impl Rows {
    pub(crate) fn of(text: &str) -> Result<Self, NoRows> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = ReaderBuilder::new()
            .delimiter(parted_by(text))
            .trim(Trim::All)
            .flexible(true)
            .from_reader(text.as_bytes());
        let no_rows = |error: &csv::Error| NoRows {
            line: error.position().map_or(1, |at| line(at.line())),
            what: "this line cannot be read".to_owned(),
        };
        let headings = reader.headers().map_err(|error| no_rows(&error))?.clone();
        let mut rows = Vec::new();
        for row in reader.into_records() {
            let row = row.map_err(|error| no_rows(&error))?;
            let at = row.position().map_or(1, |at| line(at.line()));
            if row.len() > headings.len() {
                let (has, needed) = (row.len(), headings.len());
                let what = format!("this line has {has} values, and there are {needed} headings");
                return Err(NoRows { line: at, what });
            }
            if row.iter().any(|cell| !cell.is_empty()) {
                rows.push((at, row));
            }
        }
        Ok(Self { headings, rows })
    }

    /// The headings, in order.
    pub(crate) fn headings(&self) -> impl Iterator<Item = &str> {
        self.headings.iter()
    }

    /// The number of the column with this heading.
    pub(crate) fn column(&self, heading: &str) -> Option<usize> {
        self.headings.iter().position(|it| it == heading)
    }

    /// The cells of a column, each with its line; empty where the row has none.
    pub(crate) fn cells(&self, column: usize) -> impl Iterator<Item = (u32, &str)> {
        let rows = self.rows.iter();
        rows.map(move |(line, row)| (*line, row.get(column).unwrap_or_default()))
    }

    /// The cells of two columns side by side.
    pub(crate) fn pairs(&self, from: usize, to: usize) -> impl Iterator<Item = (u32, &str, &str)> {
        let from = self.cells(from);
        let both = from.zip(self.cells(to));
        both.map(|((line, from), (_, to))| (line, from, to))
    }
}

fn line(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// What parts the headings: of comma and semicolon the one of which there are more.
fn parted_by(text: &str) -> u8 {
    let headings = text.lines().next().unwrap_or_default();
    let count = |parting: char| headings.matches(parting).count();
    if count(';') > count(',') { b';' } else { b',' }
}

/// The name of a person who is written by it or by their mail address.
pub(crate) fn person_of<'t>(reading: &Reading<'t>, written: &str) -> Option<&'t str> {
    let people = reading.trees.get(&ModelFile::People)?.get("people")?;
    let named = |(name, _, _): &(&str, &Node, &Node)| *name == written;
    let mailed = |(_, _, person): &(&str, &Node, &Node)| {
        let email = person.text_of("email");
        email.is_some_and(|email| email.eq_ignore_ascii_case(written))
    };
    let found = people.entries().find(named);
    let found = found.or_else(|| people.entries().find(mailed));
    found.map(|(name, ..)| name)
}
