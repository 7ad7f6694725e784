use std::process::ExitCode;

use clap::Args;
use contracts::{
    Cause, DecisionDraft, EventId, Function, Indexes, Key, Subject,
    state::{BREAKERS, BreakerState, Hold, HoldAnswer},
};
use crm::PersonId;
use decisions::{
    Rules,
    gates::{AnswerError, answered},
};
use engine::{Clock, CycleError, Round, Table};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;
use store::{Store, StoreError, Versioned, put_state};

use super::{
    Outcome, PROBLEMS,
    named::unknown,
    options::{ModelOptions, TableOptions},
    print_whole,
    table::{moment, table_of},
};
use crate::stack::wait;

/// Show whose stage moves are held, and say what is to become of them.
///
/// A gate turns back no more moves of one person than the model allows (`when_turned_back: { at_most: … }`). Those
/// beyond are held: they stay in the CRM, and count as not made, until somebody says what is to become of them.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// Whose moves: the name in people.yaml, or as the list shows it.
    person: Option<String>,
    /// They stand, as if the gate had only warned.
    #[arg(long, requires_all = ["person", "by"], conflicts_with = "turn_back")]
    let_stand: bool,
    /// They are turned back, so many at a time as the model allows.
    #[arg(long, requires_all = ["person", "by"])]
    turn_back: bool,
    /// Who says so, by their name in people.yaml.
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// Print one array of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
  fairlead holds                                    whose moves are held, and how many
  fairlead holds ben --let-stand --by olga          it was meant
  fairlead holds ben --turn-back --by olga          it was not

Where the model names a right for it (`when_turned_back: { right: … }`), only who has it may answer: `fairlead rights`
shows who may what. An answer is about what is held when it is given; what is held after it waits for another one. A
later answer counts for all that is held then still. `fairlead explain person:ben` tells who said what.

--json prints an array: {of, since, moves, left, turned_back, let_stand, settled, answer, by, at}, with times in
UTC; answer is null, turn_back or let_stand.

Exit codes: 0 shown or said, 1 nothing of theirs is held, it was said before, nobody is called so, or they may not,
2 could not ask.";

/// Shows what is held, or takes an answer.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = arguments.model.rules(now)?;
    let (stack, table) = arguments.table.find()?;
    let answer = match (arguments.let_stand, arguments.turn_back) {
        (true, _) => Some(HoldAnswer::LetStand),
        (_, true) => Some(HoldAnswer::TurnBack),
        _ => None,
    };
    let of = arguments.person.as_deref().map(PersonId::new);
    if let (Some(answer), Some(of), Some(by)) = (answer, &of, &arguments.by) {
        let people = rules.model.people.keys().map(PersonId::as_str);
        if let Some(unknown) = unknown("person", people, Some(by)) {
            eprintln!("fairlead: {unknown}");
            return Ok(ExitCode::from(PROBLEMS));
        }
        let by = PersonId::new(by.as_str());
        let table = Table::new(table, aws::MachineClock).keeping_audits(rules.model.keep.audits);
        let said = wait(stack.ask(say_of(&table, &rules, of, (answer, &by), now)))?;
        return match said {
            Ok(said) => {
                say!("{said}");
                Ok(ExitCode::SUCCESS)
            }
            Err(why) => {
                eprintln!("fairlead: {why}");
                Ok(ExitCode::from(PROBLEMS))
            }
        };
    }
    let held = wait(stack.ask(held(&table)))?;
    let held: Vec<_> = held
        .into_iter()
        .filter(|(whose, _)| of.as_ref().is_none_or(|of| of == whose))
        .collect();
    if let Some(of) = of.as_ref().filter(|_| held.is_empty()) {
        eprintln!("fairlead: {}", nothing_of(&rules, of));
        return Ok(ExitCode::from(PROBLEMS));
    }
    let zone = arguments.model.zone(&rules);
    print_whole(&if arguments.json {
        format!("{:#}\n", as_json(&held))
    } else {
        as_text(&held, &zone)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Why there is nothing to show of somebody.
fn nothing_of(rules: &Rules, of: &PersonId) -> String {
    let people = rules.model.people.keys().map(PersonId::as_str);
    let unknown = unknown("person", people, Some(of.as_str()));
    let unknown = unknown.filter(|_| !of.is_stranger());
    unknown.unwrap_or_else(|| format!("no moves of {of} are held"))
}

/// What is held, of whom.
async fn held<S: Store>(table: &S) -> Result<Vec<(PersonId, Hold)>, StoreError> {
    let mut held = Vec::new();
    for item in table.of_person(BREAKERS).await? {
        let Some(person) = item.key.breaker_of() else {
            continue;
        };
        let state = Versioned::<BreakerState>::read(item)?.state;
        held.extend(state.hold.map(|hold| (person, hold)));
    }
    held.sort_by(|a, b| (a.1.since, &a.0).cmp(&(b.1.since, &b.0)));
    Ok(held)
}

async fn say_of<S: Store, C: Clock>(
    table: &Table<S, C>,
    rules: &Rules,
    of: &PersonId,
    answer: (HoldAnswer, &PersonId),
    now: Timestamp,
) -> Result<Result<String, AnswerError>, CycleError> {
    let key = Key::breaker(of);
    table
        .change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<BreakerState>::read).transpose()?;
            let state = before.as_ref().map(|it| &it.state);
            let (after, draft) = match answered(rules, state, of, answer, now) {
                Ok(answered) => answered,
                Err(why) => return Ok(Round::Nothing(Err(why))),
            };
            let said = draft.outcome.clone();
            let indexes = Indexes {
                person: Some(BREAKERS.to_owned()),
                ..Indexes::default()
            };
            let put = put_state(key.clone(), &after, before.as_ref(), indexes);
            let audit = audit(rules, of, draft, now);
            Ok(Round::writing(vec![put], Ok(said)).recorded(audit))
        })
        .await
}

/// Every command is a happening of its own.
fn audit(
    rules: &Rules,
    of: &PersonId,
    draft: DecisionDraft,
    now: Timestamp,
) -> contracts::AuditRecord {
    let (process, at) = (
        std::process::id().to_string(),
        now.as_nanosecond().to_string(),
    );
    let id = EventId::of(&["holds", of.as_str(), &at, &process]);
    let command = Cause::command(id, "command.holds");
    let revision = &rules.model.revision;
    let subject = Subject::Person(of.clone());
    draft.into_audit(Function::CommandLine, subject, &command, 0, revision, now)
}

const HEAD: [&str; 6] = ["of", "since", "held", "still", "answer", "by"];

fn as_text(held: &[(PersonId, Hold)], zone: &TimeZone) -> String {
    if held.is_empty() {
        return "no moves are held\n".to_owned();
    }
    let rows = held.iter().map(|(of, hold)| {
        let answer = hold.answer.as_ref();
        [
            of.to_string(),
            moment(hold.since, zone),
            hold.moves.to_string(),
            hold.left().to_string(),
            answer
                .filter(|_| !hold.again)
                .map_or("waits for one", |it| word(it.answer))
                .to_owned(),
            answer.map(|it| it.by.to_string()).unwrap_or_default(),
        ]
    });
    table_of(&HEAD, &rows.collect::<Vec<_>>())
}

const fn word(answer: HoldAnswer) -> &'static str {
    match answer {
        HoldAnswer::TurnBack => "turn back",
        HoldAnswer::LetStand => "let stand",
    }
}

fn as_json(held: &[(PersonId, Hold)]) -> serde_json::Value {
    let all = held.iter().map(|(of, hold)| {
        let answer = hold.answer.as_ref();
        json!({
            "of": of,
            "since": hold.since.to_string(),
            "moves": hold.moves,
            "left": hold.left(),
            "turned_back": hold.turned_back,
            "let_stand": hold.let_stand,
            "settled": hold.settled,
            "answer": answer.map(|it| it.answer),
            "by": answer.map(|it| it.by.clone()),
            "at": answer.map(|it| it.at.to_string()),
        })
    });
    all.collect()
}
