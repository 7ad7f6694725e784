//! How much of the recurring revenue stayed, from two exports of what customers pay, the older one first.

use std::{collections::BTreeSet, fmt::Write as _};

use ::metrics::{Amounts, Retained, Retention, TOO_FEW};
use crm::{Decimal, Value};
use serde::Serialize;

use crate::{
    error::AuditError,
    export::Export,
    grouped::{amount, grouped},
    layout::Layouts,
    metrics::number_of,
    reconcile::side::Side,
    unread::Unread,
};

/// What winning the new customers cost, and how to hold their revenue against it.
#[derive(Debug, Clone, Copy)]
pub struct Costs {
    /// What it cost.
    pub cost: Decimal,
    /// What of the revenue is left after serving it, from 0 to 1.
    pub margin: f64,
    /// Of how many months an amount of the exports is.
    pub months: u8,
}

/// How much of the recurring revenue stayed.
#[derive(Debug, Clone, Serialize)]
pub struct RevenueRetention {
    /// The parts.
    #[serde(flatten)]
    pub retention: Retention,
    /// What the customers of the older export pay now, for each one that they paid then.
    pub net: Option<Retained>,
    /// The same without what anybody pays more.
    pub gross: Option<f64>,
    /// After how many months the new ones have brought what they cost, if it was said.
    pub payback_months: Option<f64>,
    /// How many rows were read.
    pub rows: u64,
    /// What could not be read; such an amount is none.
    pub unread: Unread,
}

/// Compares what each customer pays in two exports: the sum of the customer's rows.
///
/// # Errors
/// If a file has no layout or no column for the amount, cannot be read, or the amounts are in several currencies.
pub fn retention(
    [old, new]: [&Export; 2],
    layouts: &Layouts,
    costs: Option<Costs>,
) -> Result<RevenueRetention, AuditError> {
    let mut unread = Unread::default();
    let sides = [
        Side::of(old, layouts, &mut unread)?,
        Side::of(new, layouts, &mut unread)?,
    ];
    let rows = sides.iter().flat_map(|it| it.rows.values().flatten());
    let currencies: BTreeSet<&str> = rows.filter_map(|it| it.currency.as_deref()).collect();
    if currencies.len() > 1 {
        let all: Vec<&str> = currencies.into_iter().collect();
        return Err(AuditError::Nothing(format!(
            "the amounts are in {}: turn them into one currency first, since Fairlead knows no rates",
            all.join(", ")
        )));
    }
    let paid = |side: &Side, id: &String| {
        let sum: Decimal = side
            .rows
            .get(id)
            .into_iter()
            .flatten()
            .map(|it| it.amount)
            .sum();
        number_of(&Value::Number(sum)).unwrap_or_default()
    };
    let [before, now] = &sides;
    let ids: BTreeSet<&String> = before.rows.keys().chain(now.rows.keys()).collect();
    let mut retention = Retention::default();
    for id in ids {
        retention.add(paid(before, id), paid(now, id));
    }
    let payback_months = costs.and_then(|it| {
        let cost = number_of(&Value::Number(it.cost)).unwrap_or_default();
        retention.payback(cost, f64::from(it.months), it.margin)
    });
    Ok(RevenueRetention {
        net: retention.net(),
        gross: retention.gross(),
        payback_months,
        retention,
        rows: before.read + now.read,
        unread,
    })
}

impl RevenueRetention {
    /// The retention for a reader at a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let it = &self.retention;
        let mut text = String::new();
        let mut line = |sign: &str, words: &str, part: &Amounts| {
            let _ = writeln!(
                text,
                "  {sign} {words:18} {:>18}  {:>8} customers",
                amount(part.sum),
                grouped(part.count)
            );
        };
        line(" ", "opening", &it.opening);
        line("+", "pay more", &it.more);
        line("−", "pay less", &it.less);
        line("−", "left", &it.left);
        line("+", "new", &it.new);
        line("=", "closing", &it.closing);
        text.push('\n');
        match (self.net, self.gross) {
            (Some(net), Some(gross)) => {
                let interval = net.interval.map_or_else(
                    || {
                        format!(
                            " (fewer than {TOO_FEW} customers: too few to tell how sure that is)"
                        )
                    },
                    |(low, high)| format!(" ({:.1} to {:.1} %)", low * 100.0, high * 100.0),
                );
                let _ = writeln!(text, "  net retention {:.1} %{interval}", net.ratio * 100.0);
                let _ = writeln!(text, "  gross retention {:.1} %", gross * 100.0);
            }
            _ => text += "  no retention: nobody paid anything in the older export\n",
        }
        if let Some(months) = self.payback_months {
            let _ = writeln!(text, "  paid back after {months:.1} months");
        }
        let _ = writeln!(
            text,
            "\n{} rows read, {} not read",
            grouped(self.rows),
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

    /// The retention as one object of JSON.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
