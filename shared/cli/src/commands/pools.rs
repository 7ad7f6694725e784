pub(super) mod told;

use std::{collections::BTreeMap, process::ExitCode};

use clap::Args;
use decisions::{PoolNow, Rules, stand};
use jiff::Timestamp;

use super::{
    CouldNotRun, Outcome, PROBLEMS,
    live::Live,
    named::unknown,
    options::{ModelOptions, TableOptions},
    print_whole,
};
use crate::{instant::Typed, stack::wait};

/// Show the pools: what is due to each member and what they got, who cannot be asked, who is next.
///
/// The shares and turns are those of the running stack, counted by the model in --config.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// A pool, by its name in people.yaml [default: all].
    pool: Option<String>,
    /// The time at which it is asked who is away, full and next.
    #[arg(long, value_name = "TIME", default_value = "now")]
    at: Typed,
    /// Print one object of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
Columns:
  weight   as in people.yaml; `-` for somebody who is in the pool no more
  share    the part of all leads that is due to them, when everybody who is there can be asked
  received how many leads they got, without those that were taken back
  fair     how many they would have got by their shares, of what was given while they could be asked
  off by   received less fair, in leads: +0.50 is half a lead ahead, -0.50 half a lead owed
  open     open leads over all pools, and how many they can take
  now      away, full, not started, left, not certified; else whether they work

--json prints an array of {pool, received, members, next}. A member is {person, weight, share, received, fair,
off_by, last, not_there, away_until, open, open_at_most, full, working}, with leads as numbers and times in UTC;
next is null or {person, asked, owed, because}.

Exit codes: 0 shown, 1 there is no such pool, 2 could not ask.";

/// Prints the pools.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let at = arguments.at.resolve(now).timestamp();
    let rules = arguments.model.rules(now)?;
    let names = rules.model.pools.keys().map(String::as_str);
    if let Some(unknown) = unknown("pool", names, arguments.pool.as_deref()) {
        eprintln!("fairlead: {unknown}");
        return Ok(ExitCode::from(PROBLEMS));
    }
    let zone = arguments.model.zone(&rules);
    let (stack, table) = arguments.table.find()?;
    let live = wait(stack.ask(Live::read(&table, &rules)))?;
    let pools = pools(&rules, &live, arguments.pool.as_deref(), at)?;
    print_whole(&if arguments.json {
        format!("{:#}\n", told::json(&pools))
    } else {
        told::text(&pools, at, &zone)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// How each pool stands, or the one of this name.
///
/// # Errors
/// If its shares cannot be counted.
pub(super) fn pools<'r>(
    rules: &'r Rules,
    live: &Live,
    only: Option<&str>,
    at: Timestamp,
) -> Result<BTreeMap<&'r str, PoolNow>, CouldNotRun> {
    let staffing = live.staffing(rules);
    let pools = rules.model.pools.iter();
    let shown = pools.filter(|(name, _)| only.is_none_or(|only| only == *name));
    let stand = shown.map(|(name, pool)| {
        let rotation = live.rotations().get(name).cloned().unwrap_or_default();
        let stands = stand(name, pool, &rotation, &staffing, at);
        let stands = stands.map_err(|why| CouldNotRun(why.to_string()))?;
        Ok((name.as_str(), stands))
    });
    stand.collect()
}

#[cfg(test)]
mod tests;
