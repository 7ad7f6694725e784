//! How the columns of an export are read: a file of YAML that somebody can correct.

use std::collections::BTreeMap;

use crm::RecordKind;
use serde::{Deserialize, Serialize};

use crate::error::AuditError;

/// The layouts of the files of an audit, by the files' names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layouts {
    /// By the file's name without its folder.
    pub files: BTreeMap<String, Layout>,
}

/// How one file is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// What a row is; none if the file is left out.
    #[serde(default)]
    pub record: Option<RecordKind>,
    /// What happened to a record of that kind, if the file is a log of events: then `id` is the record's, and `at` the
    /// column of the time.
    #[serde(default)]
    pub event: Option<EventKind>,
    /// The encoding by its name in the WHATWG standard: `utf-8`, `utf-16le`, `windows-1252` ….
    #[serde(default = "utf_8")]
    pub encoding: String,
    /// What stands between two cells.
    #[serde(default)]
    pub separator: Separator,
    /// What stands before the fraction of a number.
    #[serde(default)]
    pub decimal: DecimalMark,
    /// In which order a date is written.
    #[serde(default)]
    pub dates: DateOrder,
    /// The zone of days and of times without an offset, by its IANA name; the company's if absent.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Texts that mean that there is no value, beside the empty one.
    #[serde(default)]
    pub no_value: Vec<String>,
    /// Texts that mean yes, whatever the case.
    #[serde(default = "yes")]
    pub yes: Vec<String>,
    /// Texts that mean no, whatever the case.
    #[serde(default = "no")]
    pub no: Vec<String>,
    /// The column of the record's id; it stays text.
    #[serde(default)]
    pub id: String,
    /// The column of each field: one that the model declares (`amount`, `account.country`), `account` for the
    /// account's id, or a time that the model does not declare: `created`, `last_contact`, `stage_since`; `modified`, when
    /// anything of the record last changed, and `changed.amount`, when that field did.
    #[serde(default)]
    pub columns: BTreeMap<String, Column>,
}

/// What a row of an event log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A contact with the customer.
    Activity,
    /// The record came to another stage: the one in the column `stage`, if there is one.
    StageMove,
    /// The record changed: since then it has what stands in the columns `stage`, `amount` and `close_date`; an empty
    /// cell says nothing.
    Change,
}

impl EventKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::StageMove => "stage_move",
            Self::Change => "change",
        }
    }
}

/// Where a field stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The column by its heading.
    pub column: String,
    /// The export's spelling of a value: ours.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

/// What stands between two cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
}

impl Separator {
    /// Every separator, the commonest first.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// The character.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "pipe",
        }
    }
}

/// What stands before the fraction of a number. The other one may stand between groups of three digits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// `1,234.56`
    #[default]
    Point,
    /// `1.234,56`
    Comma,
}

impl DecimalMark {
    const fn word(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }
}

/// In which order a date is written. A date that begins with four digits is read with the year first in any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `2026-12-31`
    #[default]
    YearFirst,
    /// `31.12.2026`
    DayFirst,
    /// `12/31/2026`
    MonthFirst,
}

impl DateOrder {
    const fn word(self) -> &'static str {
        match self {
            Self::YearFirst => "year_first",
            Self::DayFirst => "day_first",
            Self::MonthFirst => "month_first",
        }
    }
}

fn utf_8() -> String {
    "utf-8".to_owned()
}

/// The words for yes, unless a layout says others.
pub(crate) fn yes() -> Vec<String> {
    ["yes", "true"].map(str::to_owned).to_vec()
}

/// The words for no, unless a layout says others.
pub(crate) fn no() -> Vec<String> {
    ["no", "false"].map(str::to_owned).to_vec()
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            record: None,
            event: None,
            encoding: utf_8(),
            separator: Separator::default(),
            decimal: DecimalMark::default(),
            dates: DateOrder::default(),
            time_zone: None,
            no_value: Vec::new(),
            yes: yes(),
            no: no(),
            id: String::new(),
            columns: BTreeMap::new(),
        }
    }
}

impl Layouts {
    /// The layouts that a text of YAML says.
    ///
    /// # Errors
    /// If it is none; the message names the line and what is wrong there.
    pub fn parse(text: &str) -> Result<Self, AuditError> {
        serde_yaml::from_str(text).map_err(|why| AuditError::Layout(why.to_string()))
    }

    /// The layouts as a text of YAML, each with remarks above it, by the file's name.
    #[must_use]
    pub fn to_yaml(&self, remarks: &BTreeMap<String, Vec<String>>) -> String {
        let mut text =
            "# How the columns of these exports are read. Correct what is wrong.\nfiles:\n"
                .to_owned();
        for (name, layout) in &self.files {
            for remark in remarks.get(name).into_iter().flatten() {
                text += &format!("  # {}\n", escaped(remark));
            }
            text += &format!("  {}:\n", quoted(name));
            layout.write(&mut text);
        }
        text
    }
}

impl Layout {
    fn write(&self, text: &mut String) {
        let mut line = |key: &str, value: String| *text += &format!("    {key}: {value}\n");
        let Some(record) = self.record else {
            return line("record", "null".to_owned());
        };
        line("record", record.word().to_owned());
        if let Some(event) = self.event {
            line("event", event.word().to_owned());
        }
        line("encoding", self.encoding.clone());
        line("separator", self.separator.word().to_owned());
        line("decimal", self.decimal.word().to_owned());
        line("dates", self.dates.word().to_owned());
        if let Some(zone) = &self.time_zone {
            line("time_zone", zone.clone());
        }
        line("no_value", list(&self.no_value));
        line("yes", list(&self.yes));
        line("no", list(&self.no));
        line("id", quoted(&self.id));
        *text += "    columns:\n";
        for (field, column) in &self.columns {
            *text += &format!("      {field}: {{ column: {}", quoted(&column.column));
            if !column.values.is_empty() {
                let pairs = column.values.iter();
                let pairs: Vec<String> = pairs
                    .map(|(theirs, ours)| format!("{}: {}", key(theirs), quoted(ours)))
                    .collect();
                *text += &format!(", values: {{ {} }}", pairs.join(", "));
            }
            *text += " }\n";
        }
    }
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|it| quoted(it)).collect();
    format!("[{}]", texts.join(", "))
}

/// A text of YAML between double quotes, in which JSON's escapes mean the same.
fn quoted(text: &str) -> String {
    escaped(&serde_json::to_string(text).unwrap_or_default())
}

/// A text as a key: one of more than 1,024 characters needs a mark of its own (YAML 1.2.2, 7.4.2).
fn key(text: &str) -> String {
    let quoted = quoted(text);
    match quoted.chars().count() {
        ..=1000 => quoted,
        _ => format!("? {quoted} "),
    }
}

/// A text in which whatever would end the line, or may not stand in YAML (YAML 1.2.2, 5.1), is written as JSON and
/// YAML escape it between double quotes: a cell may hold anything.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control()
            || matches!(
                letter,
                '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            )
        {
            escaped += &format!("\\u{:04x}", u32::from(letter));
        } else {
            escaped.push(letter);
        }
    }
    escaped
}
