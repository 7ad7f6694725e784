use std::process::ExitCode;

use clap::Args;
use crm::RecordId;
use decisions::Rules;
use engine::{Routed, read_routed, routed_in_indexes};
use jiff::{Timestamp, tz::TimeZone};
use model::Destination;
use serde_json::json;

use super::{
    Outcome, PROBLEMS,
    named::unknown,
    options::{ModelOptions, TableOptions},
    print_whole,
    table::{moment, table_of},
};
use crate::stack::wait;

/// Show what is in the queues: which record, since when, until when, and who gets it then.
///
/// Whoever of a queue's team becomes the owner of a record in the CRM has taken it.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// A queue, by its name in people.yaml [default: all].
    queue: Option<String>,
    /// Print one array of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
--json prints an array, what ends first coming first: {queue, team, record, rule, since, until, then}, with
times in UTC. team and then are null where the model has no such queue any more.

Exit codes: 0 shown, 1 there is no such queue, 2 could not ask.";

/// A record in a queue.
pub(super) struct InQueue {
    queue: String,
    pub(super) record: RecordId,
    rule: String,
    since: Timestamp,
    until: Timestamp,
}

/// Prints the queues.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let rules = arguments.model.rules(Timestamp::now())?;
    let only = arguments.queue.as_deref();
    let names = rules.model.queues.keys().map(String::as_str);
    if let Some(unknown) = unknown("queue", names, only) {
        eprintln!("fairlead: {unknown}");
        return Ok(ExitCode::from(PROBLEMS));
    }
    let zone = arguments.model.zone(&rules);
    let (stack, table) = arguments.table.find()?;
    let waiting = wait(stack.ask(async {
        let records = routed_in_indexes(&table, &std::collections::BTreeSet::new()).await?;
        read_routed(&table, &records).await
    }))?;
    let queued = queued(&waiting, only);
    print_whole(&if arguments.json {
        format!("{:#}\n", as_json(&rules, &queued))
    } else {
        as_text(&rules, &queued, &zone)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What is in the queues, or in the one of this name; what ends first comes first.
pub(super) fn queued(waiting: &[Routed], only: Option<&str>) -> Vec<InQueue> {
    let mut found = Vec::new();
    for (record, routing) in waiting {
        let Some(routing) = routing else { continue };
        let Some(waits) = &routing.waits else {
            continue;
        };
        let Some(queue) = &waits.queue else { continue };
        if only.is_none_or(|only| only == queue) {
            found.push(InQueue {
                queue: queue.clone(),
                record: record.id.clone(),
                rule: routing.rule.clone(),
                since: routing.at,
                until: waits.until,
            });
        }
    }
    found.sort_by(|a, b| (a.until, &a.record).cmp(&(b.until, &b.record)));
    found
}

const HEAD: [&str; 6] = ["queue", "record", "since", "until", "team", "then"];

fn as_text(rules: &Rules, queued: &[InQueue], zone: &TimeZone) -> String {
    if queued.is_empty() {
        return "nothing is in a queue\n".to_owned();
    }
    let gone = || "a queue that the model has no more".to_owned();
    let rows = queued.iter().map(|it| {
        [
            it.queue.clone(),
            rules.model.name_of(&it.record),
            moment(it.since, zone),
            moment(it.until, zone),
            team(rules, it).unwrap_or_default(),
            then(rules, it).unwrap_or_else(gone),
        ]
    });
    table_of(&HEAD, &rows.collect::<Vec<_>>())
}

/// What is in the queues, for programs.
pub(super) fn as_json(rules: &Rules, queued: &[InQueue]) -> serde_json::Value {
    let all = queued.iter().map(|it| {
        json!({
            "queue": it.queue,
            "team": team(rules, it),
            "record": rules.model.name_of(&it.record),
            "rule": it.rule,
            "since": it.since.to_string(),
            "until": it.until.to_string(),
            "then": then(rules, it),
        })
    });
    all.collect()
}

/// Whose queue it is.
fn team(rules: &Rules, it: &InQueue) -> Option<String> {
    let queue = rules.model.queues.get(&it.queue)?;
    Some(queue.team.clone())
}

/// Who gets it if nobody takes it.
fn then(rules: &Rules, it: &InQueue) -> Option<String> {
    let queue = rules.model.queues.get(&it.queue)?;
    match &queue.finally {
        Destination::Pool(pool) => Some(format!("pool {pool}")),
        Destination::Person(person) => Some(person.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

    use contracts::state::PoolState;
    use decisions::routing::{Todo, consider, route};
    use testkit::{at, example_rules, example_staffing, opportunity};

    use super::*;

    const MONDAY: &str = "2026-11-23T09:00:00Z";

    /// A deal of nobody's account, as it is routed then.
    fn deal(id: &str, now: &str) -> Routed {
        let record = opportunity(id, at(now))
            .account("DE", "software", 300)
            .build();
        let staffing = example_staffing();
        let Todo::Route(choice) = consider(&staffing, &record, None, at(now)) else {
            panic!("it is routed");
        };
        let rotation = PoolState::default();
        let routed = route(&staffing, &record, choice, None, &rotation, at(now)).unwrap();
        (record, Some(routed.routing))
    }

    #[test]
    fn what_ends_first_is_shown_first() {
        let rules = example_rules();
        let waiting = [deal("2", "2026-11-23T10:00:00Z"), deal("1", MONDAY)];
        assert_eq!(
            as_text(&rules, &queued(&waiting, None), rules.company_zone()),
            "queue      record         since                  until                  team         then\n\
             deal_desk  opportunity:1  Mon 23 Nov 2026 10:00  Tue 24 Nov 2026 10:00  revenue_ops  carla\n\
             deal_desk  opportunity:2  Mon 23 Nov 2026 11:00  Tue 24 Nov 2026 11:00  revenue_ops  carla\n"
        );
        let told = as_json(&rules, &queued(&waiting, Some("deal_desk")));
        assert_eq!(told[0]["until"], "2026-11-24T09:00:00Z");
        assert_eq!(told[1]["then"], "carla");
    }

    #[test]
    fn where_nothing_is_in_one_that_is_said() {
        let rules = example_rules();
        let (record, _) = deal("1", MONDAY);
        let queued = queued(&[(record, None)], None);
        let text = as_text(&rules, &queued, rules.company_zone());
        assert_eq!(text, "nothing is in a queue\n");
        let said = unknown(
            "queue",
            rules.model.queues.keys().map(String::as_str),
            Some("deal_dest"),
        );
        let meant = "the model has no queue deal_dest; did you mean deal_desk?";
        assert_eq!(said.as_deref(), Some(meant));
    }
}
