mod judged;
mod told;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;
use contracts::{DecisionId, Function, Subject, hour_of};
use crm::RecordId;
use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError, audits_of_hour};

use self::{judged::Replay, told::Shown};
use super::{
    CouldNotRun, Outcome,
    audits::audits_of,
    options::{TableOptions, rules_in},
    print_whole,
};
use crate::{instant::Typed, stack::wait};

/// Judge the routing decisions of a past time by another model: how many would differ, and which rules.
///
/// Each is judged on the record as it stood then, as the audit records tell it. Of values that are
/// personal only is kept that there were any, and of mail addresses the domain: a decision that hangs on
/// more is counted, and not guessed. Nothing is written.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The folder of the other operating model.
    #[arg(long, value_name = "DIR")]
    model: PathBuf,
    /// The first instant of the time.
    #[arg(long, value_name = "TIME")]
    from: Typed,
    /// The first instant after it.
    #[arg(long, value_name = "TIME", default_value = "now")]
    to: Typed,
    /// Print one object of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
Example:
  fairlead replay --model proposed-config --from \"2026-11-01 00:00 Europe/Berlin\" --to now

Compared are the rule and to whom it leads: a person, a pool, nobody, or a wait. Who of a pool has it is not
compared, since that hangs on every turn before. What no rule of the list decided (named by hand, given on
upon a late clock, refused by the CRM, routed again upon an edge) is counted apart.

--json prints {from, to, decisions, same, other_rule, elsewhere, never_seen, unknown, not_by_rules, changed}.
`changed` is a list of {then, now, count, decisions}, and then and now are {rule, to}; `unknown` a list of
{why, count, decisions}; `not_by_rules` counts by why; `never_seen` are fields that the model's routing looks at
and of which no copy of that time has a value.

Exit codes: 0 shown, 2 could not ask.";

/// Judges the decisions and prints what would differ.
///
/// # Errors
/// If the model has problems, no stack answers, or the time ends before it begins.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let from = arguments.from.resolve(now).timestamp();
    let to = arguments.to.resolve(now).timestamp();
    if from >= to {
        return Err(CouldNotRun(format!(
            "--from {from} is not before --to {to}: name the earlier one first"
        )));
    }
    let rules = rules_in(&arguments.model, now)?;
    let (stack, table) = arguments.table.find()?;
    let failed = |why: StoreError| CouldNotRun(format!("{}: {why}", stack.place));
    let replay = wait(async {
        // What follows may take longer than a person's patience; whether anybody answers shows at once.
        stack.ask(table.of_hour(&hour_of(now))).await?;
        let decided = decided(&table, from, to).await.map_err(failed)?;
        let mut replay = Replay::default();
        for (record, decisions) in &decided {
            let audits = audits_of(&table, record).await.map_err(failed)?;
            replay.add(&rules, record, &audits, decisions);
        }
        Ok(replay)
    })?;
    let shown = Shown {
        model: &rules.model,
        folder: &arguments.model,
        replay: &replay,
        never_seen: &replay.never_seen(&rules),
        span: (from, to),
    };
    print_whole(&if arguments.json {
        format!("{:#}\n", shown.json())
    } else {
        shown.text(rules.company_zone())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The decisions of lead-routing in this time, by record.
async fn decided<S: Store>(
    store: &S,
    from: Timestamp,
    to: Timestamp,
) -> Result<BTreeMap<RecordId, BTreeSet<DecisionId>>, StoreError> {
    let mut found: BTreeMap<RecordId, BTreeSet<DecisionId>> = BTreeMap::new();
    let mut at = from;
    let last = hour_of(to);
    loop {
        let hour = hour_of(at);
        for audit in audits_of_hour(store, &hour).await? {
            let within = from <= audit.at && audit.at < to;
            if let (true, Function::LeadRouting, Subject::Record(record)) =
                (within, audit.function, audit.subject)
            {
                found.entry(record).or_default().insert(audit.decision);
            }
        }
        let next = at.checked_add(SignedDuration::from_hours(1));
        match next {
            Ok(next) if hour < last => at = next,
            _ => return Ok(found),
        }
    }
}

#[cfg(test)]
mod tests;
