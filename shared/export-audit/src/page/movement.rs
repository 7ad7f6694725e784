//! How the pipeline moved: a bar for each part, each beginning where the one before ended.

use ::metrics::{Amounts, Quantity};
use maud::{Markup, html};

use super::bar::{bar, listed};
use crate::{
    grouped::amount,
    movement::{MovementPart, PipelineMovement},
};

/// The most deals of a part that a page lists, the greatest first.
pub(super) const LISTED: usize = 100;

/// The whole width of a bar.
const WHOLE: i128 = 10_000;

pub(super) fn movement(movement: &PipelineMovement) -> Markup {
    let rows = rows(movement);
    let levels = rows.iter().flat_map(|row| [row.from, row.to]);
    let (least, most) = levels.fold((0, 0), |(least, most), it| (it.min(least), it.max(most)));
    html! {
        h2 { "How the pipeline moved" span.soft { " " (movement.of_what()) } }
        p { (identity(movement)) }
        div.bars {
            @for row in &rows {
                span { (row.sign) " " (row.words) }
                (bar(&row.parts(least, most), WHOLE.unsigned_abs() as u64, &row.words))
                span {
                    (amount(row.amounts.sum)) " · "
                    (listed(row.amounts.count, &list_of(&row.words), &format!("Deals: {}", row.words)))
                }
            }
        }
        @for remark in movement.remarks() { p.soft { (remark) } }
    }
}

/// How the first bar and the last are called.
pub(super) const ENDS: [&str; 2] = ["opening", "closing"];

/// By what a page finds the deals of a part, or of one of the ends.
pub(super) fn list_of(part: &str) -> String {
    format!("movement.{part}")
}

/// `opening 120 + new 30 − won 20 = closing 130`, with every part that is told.
fn identity(movement: &PipelineMovement) -> String {
    let told = movement.parts.iter().filter(|it| is_told(it));
    let parts = told.map(|it| {
        let sign = if it.is_more { "+" } else { "−" };
        format!(" {sign} {} {}", it.moved.words(), amount(it.amounts.sum))
    });
    format!(
        "opening {}{} = closing {}",
        amount(movement.opening.sum),
        parts.collect::<String>(),
        amount(movement.closing.sum)
    )
}

const fn is_told(part: &MovementPart) -> bool {
    part.amounts.count > 0 || part.is_named()
}

/// A bar: from which level to which, in millionths.
struct Row {
    sign: &'static str,
    words: String,
    amounts: Amounts,
    from: i128,
    to: i128,
    class: &'static str,
}

impl Row {
    /// What is left free, and what is drawn.
    fn parts(&self, least: i128, most: i128) -> [(u64, &'static str); 2] {
        let range = (most - least).max(1);
        let place = |level: i128| (level - least).saturating_mul(WHOLE) / range;
        let (low, high) = (self.from.min(self.to), self.from.max(self.to));
        let as_width = |it: i128| u64::try_from(it).unwrap_or(0);
        let gap = as_width(place(low));
        [
            (gap, "gap"),
            (as_width(place(high)).saturating_sub(gap), self.class),
        ]
    }
}

fn rows(movement: &PipelineMovement) -> Vec<Row> {
    let [opening, closing] = ENDS;
    let whole = |sign, words: &str, amounts: Amounts| Row {
        sign,
        words: words.to_owned(),
        amounts,
        from: 0,
        to: amounts.sum.in_millionths(),
        class: "unsure",
    };
    let mut rows = vec![whole("", opening, movement.opening)];
    let mut level = movement.opening.sum.in_millionths();
    for part in movement.parts.iter().filter(|it| is_told(it)) {
        let by: Quantity = part.amounts.sum;
        let (sign, class, to) = match part.is_more {
            true => ("+", "good", level + by.in_millionths()),
            false => ("−", "bad", level - by.in_millionths()),
        };
        rows.push(Row {
            sign,
            words: part.moved.words().to_owned(),
            amounts: part.amounts,
            from: level,
            to,
            class,
        });
        level = to;
    }
    rows.push(whole("=", closing, movement.closing));
    rows
}
