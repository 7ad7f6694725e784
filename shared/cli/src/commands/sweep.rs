use std::process::ExitCode;

use clap::Args;
use contracts::{
    Event, EventData, EventId, Key,
    state::{SweepCounts, SweepKind, SweepRun, SweepState},
};
use jiff::{Timestamp, tz::TimeZone};
use model::Revision;
use serde_json::json;
use store::{Store, StoreError, read_or_default};

use super::{
    Outcome, PROBLEMS,
    asked::publish,
    options::{ModelOptions, TableOptions},
    print_whole,
    table::{moment, table_of},
};
use crate::stack::{Stack, wait};

/// Show how far the looks through the whole CRM have come, which find what no webhook told of.
///
/// At first everything is read once (load), each hour what the CRM has changed since (changes), and each
/// night everything is compared with our copies (recount). After a deployment of another model every open
/// record is judged by it (revision).
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// Let a look begin now: load, changes, revision or recount.
    #[arg(long, value_name = "LOOK", value_parser = look)]
    now: Option<SweepKind>,
    /// The bus, if neither the stack's file nor the variable BUS names it.
    #[arg(long, value_name = "NAME")]
    bus: Option<String>,
    /// Print one object of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
seen is how many records were gone through; missed, of how many something had changed that the model maps and no
webhook had told of within 15 minutes; unread, how many could not be read. What was missed says so in `fairlead
explain`. What is older than the load of its kind counts as past: nobody is late for it, nothing is turned back, and
a record that nobody owns stays as it is until it is changed itself.

--json prints {under_way: [{look, began, seen, missed, unread, next, failed}], ended: [{look, began, ended, seen, missed,
unread}]}, with times in UTC.

Exit codes: 0 shown or asked for, 1 the bus refused it, 2 could not ask.";

fn look(text: &str) -> Result<SweepKind, String> {
    let kinds = [
        SweepKind::Load,
        SweepKind::Changes,
        SweepKind::Revision,
        SweepKind::Recount,
    ];
    let found = kinds.into_iter().find(|kind| kind.word() == text);
    found.ok_or_else(|| "a look is load, changes, revision or recount".to_owned())
}

/// Prints how far it has come.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let rules = arguments.model.rules(Timestamp::now())?;
    let zone = arguments.model.zone(&rules);
    let (stack, table) = arguments.table.find()?;
    if let Some(look) = arguments.now {
        let state = wait(stack.ask(read(&table)))?;
        if let Some(run) = state.runs.iter().find(|run| run.kind == look) {
            let since = moment(run.began, &zone);
            say!(
                "{} is under way since {since}: `fairlead sweep` shows how far",
                look.word()
            );
            return Ok(ExitCode::SUCCESS);
        }
        return ask(arguments, &stack, &rules.model.revision, look);
    }
    let state = wait(stack.ask(read(&table)))?;
    print_whole(&if arguments.json {
        format!("{:#}\n", as_json(&state))
    } else {
        as_text(&state, &zone)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Puts it on the bus that a look is to begin.
fn ask(arguments: &Arguments, stack: &Stack, revision: &Revision, look: SweepKind) -> Outcome {
    let (bus, name) = stack.bus(arguments.bus.as_deref())?;
    let now = Timestamp::now();
    let process = std::process::id().to_string();
    let id = EventId::of(&["sweep.asked", look.word(), &now.to_string(), &process]);
    let event = Event::new(id, now, revision, EventData::SweepAsked { look });
    let refused = publish(stack, &bus, &event)?;
    if let Some(why) = refused {
        eprintln!("fairlead: bus {name} refused it: {why}");
        return Ok(ExitCode::from(PROBLEMS));
    }
    say!(
        "asked for: {}; `fairlead sweep` shows how far it has come",
        look.word()
    );
    Ok(ExitCode::SUCCESS)
}

async fn read(table: &impl Store) -> Result<SweepState, StoreError> {
    let found = table.get(&[Key::crm_sweep()]).await?;
    read_or_default(found.first())
}

const HEAD: [&str; 6] = ["look", "began", "ended", "seen", "missed", "unread"];

fn as_text(state: &SweepState, zone: &TimeZone) -> String {
    if state.runs.is_empty() && state.ended.is_empty() {
        return "the CRM has not been looked through yet: the first tick begins to load it\n"
            .to_owned();
    }
    let row = |kind: SweepKind, began, ended: String, counts: SweepCounts| {
        [
            kind.word().to_owned(),
            moment(began, zone),
            ended,
            counts.seen.to_string(),
            counts.missed.to_string(),
            counts.unread.to_string(),
        ]
    };
    let under_way = state.runs.iter();
    let under_way = under_way.map(|run| row(run.kind, run.began, goes_on(run), run.counts));
    let ended = state.ended.iter();
    let ended = ended.map(|it| row(it.kind, it.began, moment(it.at, zone), it.counts));
    let mut text = table_of(&HEAD, &under_way.chain(ended).collect::<Vec<_>>());
    for run in &state.runs {
        if let Some(failed) = &run.failed {
            let (look, times, why) = (run.kind.word(), failed.times, &failed.why);
            text.push_str(&format!(
                "{look} does not go on, {times} times now: {why}\n"
            ));
        }
    }
    if state.loaded.is_empty() {
        text.push_str(
            "what changes meanwhile is handled as ever: webhooks do not wait for the load\n",
        );
    }
    text
}

/// What it goes through next.
fn goes_on(run: &SweepRun) -> String {
    run.left.first().map_or_else(String::new, |part| {
        let gone = if part.gone { " that are gone" } else { "" };
        format!("under way: {} of {}{gone}", part.kind.plural(), part.source)
    })
}

fn as_json(state: &SweepState) -> serde_json::Value {
    let counts = |it: SweepCounts| (it.seen, it.missed, it.unread);
    let under_way = state.runs.iter().map(|run| {
        let (seen, missed, unread) = counts(run.counts);
        json!({ "look": run.kind.word(), "began": run.began, "seen": seen, "missed": missed,
                "unread": unread, "next": goes_on(run),
                "failed": run.failed.as_ref().map(|it| it.why.as_str()) })
    });
    let ended = state.ended.iter().map(|it| {
        let (seen, missed, unread) = counts(it.counts);
        json!({ "look": it.kind.word(), "began": it.began, "ended": it.at, "seen": seen,
                "missed": missed, "unread": unread })
    });
    json!({ "under_way": under_way.collect::<Vec<_>>(), "ended": ended.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use contracts::state::{LoadedPart, SweepEnded, SweepFailed, SweepPart};
    use crm::{RecordKind, SourceName};

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_763_978_400 + 60 * minute).unwrap_or_default()
    }

    fn crm() -> SourceName {
        SourceName::new("crm").unwrap_or_else(|_| unreachable!())
    }

    fn state() -> SweepState {
        SweepState {
            runs: vec![SweepRun {
                kind: SweepKind::Recount,
                began: at(30),
                left: vec![SweepPart {
                    source: crm(),
                    kind: RecordKind::Lead,
                    gone: false,
                    after: None,
                }],
                failed: None,
                counts: SweepCounts {
                    seen: 300,
                    missed: 2,
                    unread: 0,
                },
            }],
            loaded: vec![LoadedPart {
                source: crm(),
                kind: RecordKind::Lead,
                at: at(0),
                seen: at(0),
            }],
            people: None,
            recounted: None,
            judged: None,
            ended: vec![SweepEnded {
                kind: SweepKind::Load,
                began: at(0),
                at: at(12),
                counts: SweepCounts {
                    seen: 20_000,
                    missed: 0,
                    unread: 1,
                },
            }],
        }
    }

    #[test]
    fn what_is_under_way_stands_first_and_what_has_ended_after_it() {
        assert_eq!(
            as_text(&state(), &TimeZone::UTC),
            "look     began                  ended                    seen   missed  unread\n\
             recount  Mon 24 Nov 2025 10:30  under way: leads of crm  300    2       0\n\
             load     Mon 24 Nov 2025 10:00  Mon 24 Nov 2025 10:12    20000  0       1\n"
        );
        assert_eq!(as_json(&state())["ended"][0]["seen"], 20_000);
    }

    #[test]
    fn what_keeps_a_look_from_going_on_is_said() {
        let mut state = state();
        let failed = SweepFailed {
            times: 3,
            why: "the app may not read deals".to_owned(),
        };
        state
            .runs
            .iter_mut()
            .for_each(|run| run.failed = Some(failed.clone()));
        let text = as_text(&state, &TimeZone::UTC);
        let said = "recount does not go on, 3 times now: the app may not read deals\n";
        assert!(text.ends_with(said), "{text}");
    }

    #[test]
    fn before_the_first_tick_it_says_what_begins_it() {
        let text = as_text(&SweepState::default(), &TimeZone::UTC);
        assert!(text.contains("the first tick begins to load it"), "{text}");
    }
}
