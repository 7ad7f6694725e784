//! How sure the fields are: a bar each, and who answers for them.

use maud::{Markup, html};

use super::{
    bar::{bar, listed, summed},
    lists::of_kind_list,
};
use crate::report::{FieldReport, KindReport};

pub(super) fn fields(kind: &str, report: &KindReport) -> Markup {
    html! {
        @if !report.fields.is_empty() {
            h2 {
                "Data confidence"
                span.soft { " of " (open(kind, report)) " open " (kind) " records: filled, stale, without a value" }
            }
            div.bars.fields {
                @for it in &report.fields {
                    span { (it.field) @if let Some(owner) = &it.owner { span.soft.below { (owner) " answers for it" } } }
                    (filled(it))
                    span { (words(kind, it)) }
                }
            }
        }
    }
}

/// How many records are open, which leads to the first of them.
pub(super) fn open(kind: &str, report: &KindReport) -> Markup {
    summed(
        report.open,
        &of_kind_list(kind, "icp"),
        "yes no unknown",
        &format!("Open {kind} records"),
    )
}

fn filled(it: &FieldReport) -> Markup {
    let filled = it.empty.of - it.empty.count;
    let stale = it.stale.min(filled);
    if !it.told {
        return bar(
            &[(it.empty.of, "unsure")],
            it.empty.of,
            "no column tells it",
        );
    }
    let title = format!(
        "{} filled, {stale} stale, {} without a value",
        filled - stale,
        it.empty.count
    );
    let parts = [
        (filled - stale, "good"),
        (stale, "stale"),
        (it.empty.count, "bad"),
    ];
    bar(&parts, it.empty.of, &title)
}

fn words(kind: &str, it: &FieldReport) -> Markup {
    let list = |number: u64, so: &str, title: &str| {
        listed(
            number,
            &of_kind_list(kind, &format!("{so}.{}", it.field)),
            title,
        )
    };
    let filled = it.empty.of - it.empty.count;
    if !it.told {
        return html! { span.soft { "no column tells it" } };
    }
    html! {
        (share(filled, it.empty.of)) " filled"
        @if it.empty.count > 0 {
            "; " (list(it.empty.count, "empty", &format!("Without {}", it.field))) " without"
        }
        @if let Some(days) = it.fresh_for {
            "; " (list(it.stale, "stale", &format!("{} not changed for {days} days", it.field)))
            " not changed for " (days) " days"
            @if it.undated > 0 {
                ", of "
                (list(it.undated, "undated", &format!("It is not told when {} was last changed", it.field)))
                " it is not told"
            }
        }
    }
}

fn share(part: u64, whole: u64) -> String {
    let tenths = (part * 2_000 + whole).checked_div(whole * 2).unwrap_or(0);
    format!("{}.{} %", tenths / 10, tenths % 10)
}
