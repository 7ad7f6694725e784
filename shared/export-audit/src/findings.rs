//! The deviations that were found, the first of them with their reasons.

use std::borrow::Cow;
use std::io::Write;

use contracts::Found;
use decisions::{Rules, evaluate};
use jiff::Timestamp;
use model::{DeviationRule, Severity};
use serde::Serialize;

use crate::{error::AuditError, row::Row};

/// A record that deviates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The deviation, by its name in the model.
    pub deviation: String,
    /// How bad it is.
    pub severity: Severity,
    /// The kind of record.
    pub record: &'static str,
    /// The record's id, as the export writes it.
    pub id: String,
    /// The owner; empty if there is none.
    pub owner: String,
    /// The stage.
    pub stage: String,
    /// The segment; empty if there is none.
    pub segment: String,
    /// The file.
    pub file: String,
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// The tests that made it so.
    pub reasons: Vec<FindingReason>,
    /// Where the rule is written.
    pub place: String,
}

/// One test of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingReason {
    /// The field.
    pub field: String,
    /// What was found.
    pub found: String,
    /// What it was held against, in words.
    pub needed: String,
}

/// Where the findings go: the first are kept with their reasons, and each is written as a line of CSV if somebody
/// wants it.
pub struct Findings<'w> {
    /// Those that are kept.
    pub(crate) kept: Vec<Finding>,
    most: usize,
    table: Option<csv::Writer<Box<dyn Write + 'w>>>,
}

impl<'w> Findings<'w> {
    /// Keeps so many with their reasons.
    #[must_use]
    pub const fn keeping(most: usize) -> Self {
        Self {
            kept: Vec::new(),
            most,
            table: None,
        }
    }

    /// Writes each finding as a line of CSV.
    ///
    /// # Errors
    /// If the headings cannot be written.
    pub fn written_to(mut self, out: impl Write + 'w) -> Result<Self, AuditError> {
        let mut table = csv::Writer::from_writer(Box::new(out) as Box<dyn Write + 'w>);
        table
            .write_record([
                "deviation",
                "severity",
                "record",
                "id",
                "owner",
                "stage",
                "segment",
                "file",
                "line",
            ])
            .map_err(|why| unwritten(&why))?;
        self.table = Some(table);
        Ok(self)
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.kept.len() >= self.most
    }

    /// Whether what comes next goes anywhere.
    pub(crate) const fn wants(&self) -> bool {
        !self.is_full() || self.table.is_some()
    }

    /// Takes a finding; its reasons are told only if it is kept.
    pub(crate) fn take<'r>(
        &mut self,
        mut finding: Finding,
        rule: &DeviationRule,
        rules: &Rules,
        now: Timestamp,
        row: impl FnOnce() -> &'r Row,
    ) -> Result<(), AuditError> {
        if let Some(table) = &mut self.table {
            let line = finding.line.to_string();
            let cells = [
                finding.deviation.as_str(),
                finding.severity.word(),
                finding.record,
                &finding.id,
                &finding.owner,
                &finding.stage,
                &finding.segment,
                &finding.file,
                &line,
            ];
            let cells = cells.map(defused);
            table
                .write_record(cells.iter().map(|cell| cell.as_bytes()))
                .map_err(|why| unwritten(&why))?;
        }
        if !self.is_full() {
            finding.reasons = reasons(rule, rules, now, row());
            self.kept.push(finding);
        }
        Ok(())
    }

    pub(crate) fn finish(&mut self) -> Result<(), AuditError> {
        match &mut self.table {
            Some(table) => table.flush().map_err(|why| unwritten(&why)),
            None => Ok(()),
        }
    }
}

/// A cell that a spreadsheet does not take for a formula (OWASP, "CSV Injection"): what stands in an export was
/// typed by anybody.
fn defused(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

fn unwritten(why: &dyn ToString) -> AuditError {
    AuditError::Unwritten(why.to_string())
}

/// What was found and what it was held against, test by test.
fn reasons(rule: &DeviationRule, rules: &Rules, now: Timestamp, row: &Row) -> Vec<FindingReason> {
    let findings = evaluate(&rule.when, &row.facts(rules, now)).findings;
    let said = findings.into_iter().map(|it| FindingReason {
        found: match it.found {
            Found::Value(value) => decisions::shown::one_line(&value),
            Found::NoValue => "no value".to_owned(),
            Found::Personal => "a personal value".to_owned(),
        },
        field: it.field,
        needed: it.needed,
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(defused("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(defused("@SUM(1)"), "'@SUM(1)");
        assert_eq!(defused("0051-a"), "0051-a");
    }
}
