mod told;

use std::{collections::BTreeSet, path::PathBuf, process::ExitCode};

use ::model::Condition;
use aws::DynamoStore;
use clap::Args;
use contracts::{RecordItem, state::RoutingState};
use crm::{PersonId, RecordId};
use decisions::{Rules, renamed, routing::Reroute};
use engine::{Routed, read_routed, routed_in_indexes};
use jiff::Timestamp;

use self::told::Shown;
use super::{
    CouldNotRun, Outcome,
    live::Live,
    options::{TableOptions, rules_in},
    print_whole, texts,
};
use crate::{
    instant::Typed,
    stack::{Stack, wait},
};

/// Show which open records of the running stack would be somebody else's by a model. It moves none.
///
/// Each is judged by the rules of the model in DIR as it stands now. It stays where it is if a pool would
/// have it of which its owner is a member, and if a person, a late clock or an edge gave it to its owner.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// Only look. It must be there: there is no reroute that moves records yet.
    #[arg(long)]
    dry: bool,
    /// Only the records of which this condition holds, written as in the model.
    #[arg(long = "where", value_name = "CONDITION")]
    asked: Option<String>,
    /// The folder of the operating model.
    #[arg(value_name = "DIR", default_value = "config")]
    folder: PathBuf,
    /// The time at which the rules are asked.
    #[arg(long, value_name = "TIME", default_value = "now")]
    at: Typed,
    /// Read the whole table, to find also what nobody has and what waits without an end. It costs a read of
    /// everything that is kept.
    #[arg(long)]
    all: bool,
    /// Print one object of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
Examples:
  fairlead reroute --dry proposed-config
  fairlead reroute --dry --where '{ lead.territory: dach }'
  fairlead reroute --dry --where '{ account.employees: { at_least: 250 }, lead.source: web }' --all

Without --all are looked at: the open leads of everybody whom the model or a pool's rotation names, and the
records that wait with an end or stand in a queue. In no index stands what was left without an owner, what
waits without an end, what belongs to somebody whom the model does not know, and records of other kinds than
leads: --all finds it.

--json prints {at, looked_at, stay, by_hand, given_on, wait, closed, not_asked, unknown, moving}; `moving` is a list of
{from, to, rules, count, amount, records}, from whom to whom. An owner or an amount that there is not is null.

Exit codes: 0 shown, 2 could not ask.";

/// Judges the open records and prints what would move.
///
/// # Errors
/// If it is not dry, the model or the condition has problems, or no stack answers.
pub fn run(arguments: &Arguments) -> Outcome {
    if !arguments.dry {
        return Err(CouldNotRun(
            "only --dry exists: `fairlead reroute --dry` shows what would move and moves nothing. Records move \
             when something happens to them that `reroute:` of the model names"
                .to_owned(),
        ));
    }
    let now = Timestamp::now();
    let at = arguments.at.resolve(now).timestamp();
    let rules = rules_in(&arguments.folder, now)?;
    let asked = condition(arguments)?;
    let (stack, table) = arguments.table.find()?;
    let (live, records) = wait(found(&stack, &table, &rules, arguments.all))?;
    let reroute = judged(&rules, &live, &records, asked.as_ref(), at);
    let shown = Shown {
        model: &rules.model,
        folder: &arguments.folder,
        all: arguments.all,
        looked_at: records.len(),
        reroute: &reroute,
        at,
    };
    print_whole(&if arguments.json {
        format!("{:#}\n", shown.json())
    } else {
        shown.text(rules.company_zone())
    })?;
    Ok(ExitCode::SUCCESS)
}

fn condition(arguments: &Arguments) -> Result<Option<Condition>, CouldNotRun> {
    let Some(written) = &arguments.asked else {
        return Ok(None);
    };
    let read = model_compiler::condition(&texts(&arguments.folder)?, written);
    let said = |lines: Vec<String>| CouldNotRun(format!("--where: {}", lines.join("\n  ")));
    read.map(Some).map_err(said)
}

/// What the stack knows of people and pools, and the records.
async fn found(
    stack: &Stack,
    table: &DynamoStore,
    rules: &Rules,
    all: bool,
) -> Result<(Live, Vec<Routed>), CouldNotRun> {
    // What follows may take longer than a person's patience; whether anybody answers shows at once.
    let live = stack.ask(Live::read(table, rules)).await?;
    let failed = |why: store::StoreError| CouldNotRun(format!("{}: {why}", stack.place));
    let records = if all {
        let keys = table.keys_named(RoutingState::NAME).await;
        let keys = keys.map_err(failed)?.into_iter();
        keys.filter_map(|key| key.record_id())
            .collect::<BTreeSet<RecordId>>()
    } else {
        let people = people(rules, &live);
        let found = routed_in_indexes(table, &people).await;
        found.map_err(failed)?
    };
    let read = read_routed(table, &records).await;
    let mut read = read.map_err(failed)?;
    for (record, routing) in &mut read {
        if let Some(routing) = routing {
            renamed::routing(rules, record.id.kind, routing);
        }
    }
    Ok((live, read))
}

/// Everybody whom the model or the rotation of one of its pools names.
fn people(rules: &Rules, live: &Live) -> BTreeSet<PersonId> {
    let rotations = live.rotations().values();
    let were = rotations.flat_map(|rotation| rotation.members.keys());
    rules.model.people.keys().chain(were).cloned().collect()
}

fn judged(
    rules: &Rules,
    live: &Live,
    records: &[Routed],
    asked: Option<&Condition>,
    at: Timestamp,
) -> Reroute {
    let staffing = live.staffing(rules);
    let mut reroute = Reroute::default();
    for (record, routing) in records {
        reroute.add(&staffing, record, routing.as_ref(), asked, at);
    }
    reroute
}

#[cfg(test)]
mod tests;
