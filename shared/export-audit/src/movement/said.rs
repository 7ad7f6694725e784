//! A movement for the terminal.

use std::fmt::Write as _;

use ::metrics::Amounts;

use super::PipelineMovement;
use crate::grouped::{amount, grouped};

/// How many deals are told of each part.
const SHOWN: usize = 3;

impl PipelineMovement {
    /// The movement for a reader at a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.of_what());
        let mut line = |sign: &str, words: &str, amounts: &Amounts| {
            let (sum, count) = (amount(amounts.sum), grouped(amounts.count));
            let _ = writeln!(text, "  {sign} {words:10} {sum:>18}  {count:>8}");
        };
        line(" ", "opening", &self.opening);
        for part in self
            .parts
            .iter()
            .filter(|it| it.amounts.count > 0 || it.is_named())
        {
            line(
                if part.is_more { "+" } else { "−" },
                part.moved.words(),
                &part.amounts,
            );
        }
        line("=", "closing", &self.closing);
        for part in self.parts.iter().filter(|it| !it.deals.is_empty()) {
            let deals = part.deals.iter().take(SHOWN);
            let deals: Vec<String> = deals
                .map(|(id, it)| format!("{id} {}", amount(*it)))
                .collect();
            let more = part.deals.len().saturating_sub(SHOWN);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            let _ = write!(
                text,
                "\n  {}: {}{more}",
                part.moved.words(),
                deals.join(", ")
            );
        }
        if self.parts.iter().any(|it| !it.deals.is_empty()) {
            text.push('\n');
        }
        self.notes(&mut text);
        text
    }

    pub(crate) fn of_what(&self) -> String {
        let days = match self.days {
            [None, None] => "whenever they close".to_owned(),
            [Some(from), None] => format!("that close on {from} or later"),
            [None, Some(to)] => format!("that close on {to} or earlier"),
            [Some(from), Some(to)] => format!("that close from {from} to {to}"),
        };
        format!("open opportunities {days}; won is {}", self.won.join(", "))
    }

    /// What is in no pipeline, or there with nothing: in a sentence each.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let dated = self.days.iter().any(Option::is_some);
        let remarks = [
            (
                self.no_stage,
                "left out of both, since their stage is not known",
            ),
            (
                self.no_amount,
                "open without an amount, and there with nothing",
            ),
            (
                if dated { self.no_close_date } else { 0 },
                "open without a close date, and in no pipeline of these days",
            ),
            (
                self.doubled,
                "rows of deals that stand twice in one export; the first of each counts",
            ),
        ];
        let remarks = remarks.into_iter().filter(|(count, _)| *count > 0);
        remarks
            .map(|(count, words)| format!("{} {words}", grouped(count)))
            .collect()
    }

    fn notes(&self, text: &mut String) {
        text.push('\n');
        for remark in self.remarks() {
            let _ = writeln!(text, "{remark}");
        }
        let _ = writeln!(
            text,
            "{} rows read, {} not read",
            grouped(self.rows),
            self.unread.rows
        );
        for row in self.unread.listed.iter().take(SHOWN) {
            let _ = writeln!(text, "  {}:{}: {}", row.file, row.line, row.why);
        }
        for cells in &self.unread.cells {
            let _ = writeln!(
                text,
                "  {}:{}: {} {}; {} such cells",
                cells.file, cells.line, cells.field, cells.why, cells.count
            );
        }
    }

    /// The movement as one object of JSON.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

impl super::MovementPart {
    /// Whether it is told even where nothing of it happened.
    pub(crate) const fn is_named(&self) -> bool {
        use ::metrics::Moved::{Gone, Reopened};
        !matches!(self.moved, Reopened | Gone)
    }
}
