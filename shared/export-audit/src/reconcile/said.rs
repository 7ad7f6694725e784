//! A reconciliation for the terminal.

use std::fmt::Write as _;

use super::{Reconciliation, Why};
use crate::grouped::grouped;

/// How many records are told.
const SHOWN: usize = 20;

impl Why {
    const fn words(self) -> &'static str {
        match self {
            Self::OnlyInFirst => "only in the first",
            Self::OnlyInSecond => "only in the second",
            Self::Doubled => "more than once",
            Self::Stage => "another stage",
            Self::Date => "another date",
            Self::Currency => "another currency",
            Self::Amount => "another amount",
        }
    }
}

impl Reconciliation {
    /// The reconciliation for a reader at a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let ([one, other], [first, second]) = (self.figures, &self.files);
        let difference = self.difference().normalize();
        let more = if difference.is_sign_negative() {
            "less"
        } else {
            "more"
        };
        let mut text = format!(
            "{} in {first}\n{} in {second}\n{} {more} in the first; the explanations come to it:\n\n",
            one.normalize(),
            other.normalize(),
            difference.abs()
        );
        for (why, (count, sum)) in self.by_reason() {
            let _ = writeln!(
                text,
                "  {:20} {:>9} records {:>16}",
                why.words(),
                grouped(count),
                sum.normalize().to_string()
            );
        }
        if !self.explanations.is_empty() {
            text.push('\n');
        }
        for it in self.explanations.iter().take(SHOWN) {
            let difference = it.difference.normalize().to_string();
            let _ = writeln!(
                text,
                "  {:>16}  {}: {} ({})",
                difference,
                it.id,
                it.why.words(),
                it.words
            );
        }
        let rest = self.explanations.len().saturating_sub(SHOWN);
        if rest > 0 {
            let _ = writeln!(text, "  and {rest} more; --json has all");
        }
        let [of_first, of_second] = self.rows;
        let _ = writeln!(
            text,
            "\n{} rows read, {} not read",
            of_first + of_second,
            self.unread.rows
        );
        for cells in &self.unread.cells {
            let _ = writeln!(
                text,
                "  {}:{}: {} {}; {} such cells",
                cells.file, cells.line, cells.field, cells.why, cells.count
            );
        }
        text
    }

    /// The reconciliation as one object of JSON.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
