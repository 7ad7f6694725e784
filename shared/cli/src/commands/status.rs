mod facts;
mod judged;
mod speed;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use ::model::OperatingModel;
use clap::Args;
use contracts::state::SweepState;
use jiff::Timestamp;
use serde_json::{Value, json};

use self::{
    facts::{Facts, gather},
    judged::{Line, judge},
};
use super::{
    Outcome, PROBLEMS,
    failures::Places,
    options::{ModelOptions, TableOptions},
    print_whole, shadow,
};
use crate::stack::wait;

/// Show in one screen whether the stack is well, by what it has kept: and what to do where it is not.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// Print one object of JSON.
    #[arg(long)]
    json: bool,
    /// The bus, if neither the stack's file nor the variable BUS names it. The queues begin with its name.
    #[arg(long, value_name = "NAME")]
    bus: Option<String>,
    /// The bucket of unpublished events, if neither the stack's file nor the variable UNPUBLISHED names it.
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
Webhook to owner is how long it took from the first webhook of a lead until its owner was written into the CRM, of the
leads of the last day. That the CRM refuses (a wrong token, its limit) is known from the sweep, which asks each hour, and
meanwhile from what waits in the queues of crm-sync and crm-writeback.

--json prints {well, lines: [{what, found, well, runbook}]}.

Exit codes: 0 all is well, 1 something is not, 2 could not ask.";

/// What the model does not read any more is not looked through any more either: that it was long ago is no fault.
fn forget_unmapped(sweep: &mut SweepState, model: &OperatingModel) {
    sweep.loaded.retain(|part| {
        let source = model.sources.get(&part.source);
        source.is_some_and(|source| source.records.contains_key(&part.kind))
    });
}

/// Shows whether the stack is well.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = arguments.model.rules(now)?;
    let (stack, table) = arguments.table.find()?;
    let (_, prefix) = stack.bus(arguments.bus.as_deref())?;
    let mut facts: Facts = wait(async {
        let places = Places::of(&stack, &prefix, arguments.bucket.as_deref()).await?;
        gather(&stack, &table, &places, now).await
    })?;
    forget_unmapped(&mut facts.sweep, &rules.model);
    let lines = judge(&facts, &rules.model.revision, now);
    print_whole(&if arguments.json {
        format!("{:#}\n", as_json(&lines))
    } else {
        let said = shadow::said_of(&rules, now);
        let said = said.map_or_else(String::new, |said| format!("{said}\n\n"));
        format!("{said}{}", as_text(&lines))
    })?;
    Ok(match is_well(&lines) {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(PROBLEMS),
    })
}

fn is_well(lines: &[Line]) -> bool {
    lines.iter().all(|line| line.runbook.is_none())
}

fn as_text(lines: &[Line]) -> String {
    let width = lines.iter().map(|it| it.what.chars().count()).max();
    let width = width.unwrap_or_default();
    let mut text = String::new();
    for line in lines {
        let mark = if line.runbook.is_none() { "✓" } else { "✗" };
        text.push_str(&format!("{mark} {:width$}  {}\n", line.what, line.found));
        if let Some(page) = line.page() {
            text.push_str(&format!("  {:width$}  what to do: {page}\n", ""));
        }
    }
    let wrong = lines.iter().filter(|it| it.runbook.is_some()).count();
    text.push_str(&match wrong {
        0 => "all is well\n".to_owned(),
        1 => "one thing is not well\n".to_owned(),
        several => format!("{several} things are not well\n"),
    });
    text
}

fn as_json(lines: &[Line]) -> Value {
    let each = lines.iter().map(|line| {
        json!({ "what": line.what, "found": line.found, "well": line.runbook.is_none(),
                "runbook": line.page() })
    });
    json!({ "well": is_well(lines), "lines": each.collect::<Vec<_>>() })
}
