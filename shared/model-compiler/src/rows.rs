//! Files of rows (CSV, RFC 4180), as spreadsheets write them: a line of headings, then a line for each row.
//! Parted by commas or, as where a comma parts whole numbers from their fractions, by semicolons.

use std::collections::{BTreeMap, BTreeSet};

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

/// Everybody, by their names and by their mail addresses, whatever the case of those.
pub(crate) struct People<'t> {
    names: BTreeSet<&'t str>,
    mailed: BTreeMap<String, &'t str>,
}

impl<'t> People<'t> {
    pub(crate) fn of(reading: &Reading<'t>) -> Self {
        let root = reading.trees.get(&ModelFile::People);
        let people = root.and_then(|root| root.get("people"));
        let entries = || people.into_iter().flat_map(Node::entries);
        let mailed = entries().filter_map(|(name, _, person)| {
            let email = person.text_of("email")?;
            Some((email.to_ascii_lowercase(), name))
        });
        Self {
            mailed: mailed.collect(),
            names: entries().map(|(name, ..)| name).collect(),
        }
    }

    /// The name of whoever is written so.
    pub(crate) fn named(&self, written: &str) -> Option<&'t str> {
        let by_name = self.names.get(written);
        let by_mail = || self.mailed.get(&written.to_ascii_lowercase());
        by_name.or_else(by_mail).copied()
    }
}
