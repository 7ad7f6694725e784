//! Two figures of the same thing that differ, explained record by record.
//!
//! A figure is the sum of the amounts of the rows that count: those at some stages, closing within some days, or all.
//! Every record of either file explains its part of the difference, for one reason, so that the explanations come to the
//! difference exactly.

mod said;
pub(crate) mod side;

use std::collections::BTreeMap;

use crm::Decimal;
use serde::Serialize;

use crate::{error::AuditError, export::Export, layout::Layouts, unread::Unread};
pub use side::WhatCounts;
use side::{Counted, Row, Side};

/// Why a record counts for more on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The second file does not have it.
    OnlyInFirst,
    /// The first file does not have it.
    OnlyInSecond,
    /// It stands more than once in a file.
    Doubled,
    /// It counts on one side only, by its stage.
    Stage,
    /// It counts on one side only, by the day on which it closes.
    Date,
    /// The amounts differ, and so do the currencies.
    Currency,
    /// The amounts differ.
    Amount,
}

/// A record's part of the difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The record.
    pub id: String,
    /// Why.
    pub why: Why,
    /// By how much the first figure is larger for it; negative if it is smaller.
    pub difference: Decimal,
    /// What stands on either side.
    pub words: String,
}

/// Two figures, and what explains their difference.
#[derive(Debug, Clone, Serialize)]
pub struct Reconciliation {
    /// The files.
    pub files: [String; 2],
    /// How many rows were read of each.
    pub rows: [u64; 2],
    /// The figures.
    pub figures: [Decimal; 2],
    /// What explains the difference, the greatest parts first.
    pub explanations: Vec<Explanation>,
    /// What could not be read. It counts for nothing.
    pub unread: Unread,
}

/// Explains why the figures of two files differ.
///
/// # Errors
/// If a file has no layout, the layout names a column that is not there or none for the amount, or the file cannot be
/// read.
pub fn reconcile(
    first: &Export,
    second: &Export,
    layouts: &Layouts,
    counts: &WhatCounts,
) -> Result<Reconciliation, AuditError> {
    let mut unread = Unread::default();
    let one = Side::of(first, layouts, &mut unread)?;
    let other = Side::of(second, layouts, &mut unread)?;
    let mut explanations = Vec::new();
    let nothing = Vec::new();
    let mut ids: Vec<&String> = one.rows.keys().chain(other.rows.keys()).collect();
    ids.sort();
    ids.dedup();
    for id in ids {
        let of = |side: &'_ Side| side.rows.get(id).unwrap_or(&nothing).clone();
        explanations.extend(explain(id, &of(&one), &of(&other), counts));
    }
    explanations.sort_by(|a, b| {
        let most = b.difference.abs().cmp(&a.difference.abs());
        most.then_with(|| a.id.cmp(&b.id))
    });
    Ok(Reconciliation {
        files: [first, second].map(|it| it.name().to_owned()),
        rows: [one.read, other.read],
        figures: [&one, &other].map(|side| side.figure(counts)),
        explanations,
        unread,
    })
}

/// The parts of one record: what stands twice by itself, and the first rows of either side against each other.
fn explain(id: &str, one: &[Row], other: &[Row], counts: &WhatCounts) -> Vec<Explanation> {
    let mut all = Vec::new();
    let mut add = |why, difference: Decimal, words: String| {
        if !difference.is_zero() {
            let id = id.to_owned();
            all.push(Explanation {
                id,
                why,
                difference,
                words,
            });
        }
    };
    let value = |row: &Row| row.value(counts);
    for (rows, sign) in [(one, Decimal::ONE), (other, Decimal::NEGATIVE_ONE)] {
        let again: Decimal = rows.iter().skip(1).map(value).sum();
        add(Why::Doubled, sign * again, format!("{} rows", rows.len()));
    }
    match (one.first(), other.first()) {
        (Some(row), None) => add(Why::OnlyInFirst, value(row), row.words()),
        (None, Some(row)) => add(Why::OnlyInSecond, -value(row), row.words()),
        (Some(a), Some(b)) => {
            let words = format!("{}, {}", a.words(), b.words());
            add(why(a, b, counts), value(a) - value(b), words);
        }
        (None, None) => {}
    }
    all
}

/// Why two rows of one record count differently.
fn why(one: &Row, other: &Row, counts: &WhatCounts) -> Why {
    match (one.counted(counts), other.counted(counts)) {
        (Counted::Yes, Counted::Yes) if one.currency != other.currency => Why::Currency,
        (Counted::Yes, Counted::Yes) => Why::Amount,
        (Counted::NotByStage, _) | (_, Counted::NotByStage) => Why::Stage,
        _ => Why::Date,
    }
}

impl Reconciliation {
    /// The first figure less the second.
    #[must_use]
    pub fn difference(&self) -> Decimal {
        let [one, other] = self.figures;
        one - other
    }

    /// The parts by their reason: how many there are, and what they come to.
    #[must_use]
    pub fn by_reason(&self) -> BTreeMap<Why, (u64, Decimal)> {
        let mut all = BTreeMap::new();
        for it in &self.explanations {
            let (count, sum) = all.entry(it.why).or_insert((0, Decimal::ZERO));
            *count += 1;
            *sum += it.difference;
        }
        all
    }
}
