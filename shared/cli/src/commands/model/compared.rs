//! What one model says otherwise than another, and for whom.

use std::collections::BTreeSet;

use ::model::OperatingModel;
use crm::RecordKind;
use decisions::{
    Rules,
    elsewhere::{Elsewhere, MADE_UP, elsewhere},
};
use jiff::Timestamp;
use model_compiler::difference::{Difference, difference};

use super::super::{CouldNotRun, table::table_of};

/// The most ways in which records go elsewhere that are told of a kind.
const MOST_TOLD: usize = 12;

/// What the second says otherwise than the first, called `base`.
///
/// # Errors
/// If a calendar of one of them cannot be used.
pub(super) fn page(
    base: &str,
    (before, after): (OperatingModel, OperatingModel),
    markdown: bool,
) -> Result<String, CouldNotRun> {
    let found = difference(&before, &after);
    if found.changed.is_empty() {
        return Ok(format!(
            "Nothing is another than in {base}: at most remarks, scenarios and the order of lines.\n"
        ));
    }
    let now = Timestamp::now();
    let prepare = |model| Rules::prepare(model, now).map_err(|why| CouldNotRun(why.to_string()));
    let (before, after) = (prepare(before)?, prepare(after)?);
    let kinds: BTreeSet<RecordKind> = [&before, &after]
        .into_iter()
        .flat_map(|it| it.model.routing.keys().copied())
        .collect();
    let mut page = String::new();
    let (count, of) = (found.changed.len(), if markdown { "### " } else { "" });
    let things = if count == 1 { "thing is" } else { "things are" };
    page += &format!("{of}{count} {things} said otherwise than in {base}\n");
    page += &if markdown {
        found.markdown()
    } else {
        found.text()
    };
    page += &concerned(&found, markdown);
    for kind in kinds {
        let moved = elsewhere((&before, &after), kind, now);
        page += &routed(kind, &moved, markdown);
    }
    Ok(page)
}

fn concerned(found: &Difference, markdown: bool) -> String {
    let names: Vec<String> = found.concerned.iter().map(ToString::to_string).collect();
    let names = match names.is_empty() {
        true => "nobody by name".to_owned(),
        false => names.join(", "),
    };
    match markdown {
        true => format!("\n**For whom**: {names}\n"),
        false => format!("\nFor whom: {names}\n"),
    }
}

/// Which records go elsewhere, each way with the plainest of those that do.
fn routed(kind: RecordKind, moved: &[Elsewhere], markdown: bool) -> String {
    if moved.is_empty() {
        return format!("\nEvery {kind} goes where it went, of {MADE_UP} that were made up.\n");
    }
    let head = ["of", "so far", "from now on", "for example a record with"];
    let rows: Vec<[String; 4]> = moved.iter().take(MOST_TOLD).map(row).collect();
    let all: usize = moved.iter().map(|it| it.made_up).sum();
    let mut text = format!(
        "\n{all} of {MADE_UP} made-up {kind} records go elsewhere (they hold the values at the borders of the rules: how \
         many it will be, it does not say)\n\n"
    );
    text += &if markdown {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rows: String = rows
            .iter()
            .map(|row| line(&row.clone().map(|it| it.replace('|', "\\|"))))
            .collect();
        format!(
            "{}|---|---|---|---|\n{rows}",
            line(&head.map(str::to_owned))
        )
    } else {
        table_of(&head, &rows)
    };
    let more = moved.len().saturating_sub(rows.len());
    if more > 0 {
        text += &format!("\n(and {more} more ways, each of fewer)\n");
    }
    text
}

fn row(moved: &Elsewhere) -> [String; 4] {
    let led =
        |(rule, leads): &(String, decisions::routing::Leads)| format!("{leads} (rule {rule})");
    let example = moved.example.iter();
    let example: Vec<String> = example
        .map(|(field, value)| format!("{field} {value}"))
        .collect();
    [
        moved.made_up.to_string(),
        led(&moved.before),
        led(&moved.after),
        if example.is_empty() {
            "nothing".to_owned()
        } else {
            example.join(", ")
        },
    ]
}
