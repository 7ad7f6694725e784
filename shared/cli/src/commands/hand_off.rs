use std::process::ExitCode;

use ::model::{OperatingModel, Revision};
use clap::Args;
use contracts::{
    Event, EventData, EventId, HandOffAnswered, Key,
    state::{Clock, ClockStatus, ClocksState, HandOffAnswer, KeptHandOff},
};
use crm::{PersonId, RecordId, RecordName};
use decisions::{
    Rules,
    hand_offs::{NotOpen, open_for},
    shown,
};
use jiff::{Timestamp, tz::TimeZone};
use store::{Store, StoreError, Versioned};

use super::{
    CouldNotRun, Outcome,
    asked::{publish, until_heard},
    named::unknown,
    no,
    options::{ModelOptions, TableOptions},
    table::moment,
};
use crate::stack::wait;

/// Show whether a record that was handed to another team has arrived, and take it over or refuse it.
///
/// What is refused goes where the model says (`hand_off: { refused: … }`), and whoever handed it over hears why.
/// Only who is of the team, leads it or stands above it can say so.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_long_help = HELP
)]
pub struct Arguments {
    /// The record: lead:123, opportunity:5.
    record: RecordName,
    /// It is taken over.
    #[arg(long, requires = "by", conflicts_with_all = ["refuse", "reason"])]
    accept: bool,
    /// It is not taken over.
    #[arg(long, requires_all = ["by", "reason"])]
    refuse: bool,
    /// Why it is refused, in one line. It is kept in the audit record: no personal data of customers.
    #[arg(long, value_name = "TEXT", requires = "refuse")]
    reason: Option<String>,
    /// Who says so, by their name in people.yaml.
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
    /// The bus, if neither that file nor the variable BUS names it.
    #[arg(long, value_name = "NAME")]
    bus: Option<String>,
}

const HELP: &str = "\
  fairlead hand-off opportunity:5                          whether it has arrived
  fairlead hand-off opportunity:5 --accept --by nina       nina takes it over
  fairlead hand-off opportunity:5 --refuse --reason \"no scope was agreed\" --by nina

Exit codes: 0 shown or said, 1 nothing was handed over, it was answered before, or it is not theirs to answer,
2 could not ask.";

/// Shows the hand-offs of a record, or answers the one that is open and waits until that was heard.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = arguments.model.rules(now)?;
    let model = &rules.model;
    if let Some(by) = &arguments.by {
        let people = model.people.keys().map(PersonId::as_str);
        if let Some(unknown) = unknown("person", people, Some(by)) {
            return Ok(no(&unknown));
        }
    }
    let record = model.record_named(&arguments.record);
    let record = record.map_err(|why| CouldNotRun(why.to_string()))?;
    let (stack, table) = arguments.table.find()?;
    let clocks = wait(stack.ask(clocks_of(&table, &record)))?;
    let by = arguments.by.as_deref().map(PersonId::new);
    let Some(by) = by.filter(|_| arguments.accept || arguments.refuse) else {
        return Ok(show(model, &record, &clocks, &arguments.model.zone(&rules)));
    };
    let reason = match arguments.reason.as_deref().map(shown::reason).transpose() {
        Ok(reason) => reason,
        Err(why) => return Ok(no(&why.to_string())),
    };
    let (clock, instance) = match may_say(&rules, &record, &clocks, &by, now) {
        Ok(open) => open,
        Err(why) => return Ok(no(&why)),
    };
    let (bus, _) = stack.bus(arguments.bus.as_deref())?;
    let data = EventData::HandOffAnswered(HandOffAnswered {
        clock: clock.clone(),
        instance,
        by: by.clone(),
        refused: reason.clone(),
    });
    let said = reason;
    let event = answering(&record, data, now, std::process::id());
    if let Some(why) = publish(&stack, &bus, &event)? {
        return Ok(no(&format!("the bus refused it: {why}")));
    }
    let heard = |clocks: ClocksState| {
        let run = clocks.clocks.get(&clock);
        let run = run.filter(|run| run.instance == instance)?;
        if let Some(answer) = of(run).and_then(|it| it.answer.as_ref()) {
            let what = answered(model, &record, answer);
            let ours = answer.by == by && answer.refused == said;
            return Some(match ours {
                true => Ok(what),
                false => Err(format!("somebody was faster: {what}")),
            });
        }
        (!run.status.is_open()).then(|| {
            Err(format!(
                "it came to an end before that was heard: `fairlead explain {}` tells how",
                arguments.record
            ))
        })
    };
    match until_heard(&stack, || clocks_of(&table, &record), heard)? {
        Some(Ok(what)) => {
            say!("{what}");
            return Ok(ExitCode::SUCCESS);
        }
        Some(Err(why)) => return Ok(no(&why)),
        None => {}
    }
    Ok(no(&format!(
        "it was said, and is not heard yet: `fairlead explain {}` tells what became of it",
        arguments.record
    )))
}

async fn clocks_of<S: Store>(table: &S, record: &RecordId) -> Result<ClocksState, StoreError> {
    let found = table.get(&[Key::clocks(record)]).await?;
    let item = found.into_iter().flatten().next();
    let read = item.map(Versioned::<ClocksState>::read).transpose()?;
    Ok(read.map(|read| read.state).unwrap_or_default())
}

fn of(run: &Clock) -> Option<&KeptHandOff> {
    run.kept.as_ref()?.policy.hand_off.as_ref()
}

/// The clock and the run of the hand-off that somebody may answer; or why they may not.
fn may_say(
    rules: &Rules,
    record: &RecordId,
    clocks: &ClocksState,
    by: &PersonId,
    now: Timestamp,
) -> Result<(String, u32), String> {
    let model = &rules.model;
    let name = model.name_of(record);
    let (clock, run, _) = open_for(rules, clocks, None, by, now).map_err(|why| match why {
        NotOpen::Never => format!("{name} was not handed to any team"),
        NotOpen::Answered(answer) => answered(model, record, &answer),
        NotOpen::TakenOver { team } => format!("{team} has taken {name} over already"),
        NotOpen::Left { team, stage } => {
            format!("{name} is not at {stage} any more, where it was handed to {team}")
        }
        NotOpen::Leaves { to } => format!("its time was up, and {name} moves to {to}"),
        NotOpen::NotTheirs { team } => format!(
            "{by} is not of {team}, to which {name} was handed, and does not stand above it"
        ),
    })?;
    Ok((clock.to_owned(), run.instance))
}

fn answered(model: &OperatingModel, record: &RecordId, answer: &HandOffAnswer) -> String {
    let name = model.name_of(record);
    match &answer.refused {
        None => format!("{} has taken {name} over", answer.by),
        Some(reason) => format!("{} has refused {name}: {reason}", answer.by),
    }
}

/// What was handed over, and what came of it, the latest last.
fn show(
    model: &OperatingModel,
    record: &RecordId,
    clocks: &ClocksState,
    zone: &TimeZone,
) -> ExitCode {
    let mut handed: Vec<(&Clock, &KeptHandOff)> = clocks
        .clocks
        .values()
        .filter_map(|run| Some((run, of(run)?)))
        .collect();
    handed.sort_by_key(|(run, _)| run.started);
    if handed.is_empty() {
        return no(&format!(
            "{} was not handed to any team",
            model.name_of(record)
        ));
    }
    for (run, it) in handed {
        let from = it.from.as_ref().map(|from| format!(" by {from}"));
        say!(
            "{}  handed to {}{} at {}: {}",
            moment(run.started, zone),
            it.terms.to,
            from.unwrap_or_default(),
            it.terms.stage,
            state(run, it, zone)
        );
    }
    ExitCode::SUCCESS
}

fn state(run: &Clock, it: &KeptHandOff, zone: &TimeZone) -> String {
    let due = moment(run.due, zone);
    match (&it.answer, run.status) {
        (
            Some(HandOffAnswer {
                by,
                refused: Some(reason),
                ..
            }),
            _,
        ) => format!("refused by {by}: {reason}"),
        (Some(answer), _) => format!("taken over by {}", answer.by),
        (None, ClockStatus::MetInTime | ClockStatus::MetLate) => "taken over".to_owned(),
        (None, ClockStatus::Late) => format!("{} was to take it over by {due}", run.owner),
        (None, status) if status.is_open() => format!("{} is to take it over by {due}", run.owner),
        (None, _) => "it left before it was taken over".to_owned(),
    }
}

/// What somebody says. Each is a happening of its own, so that what failed can be said again.
fn answering(record: &RecordId, data: EventData, now: Timestamp, process: u32) -> Event {
    let id = EventId::of(&[
        "hand-off",
        &record.to_string(),
        &now.as_nanosecond().to_string(),
        &process.to_string(),
    ]);
    // No function waits for a newer model because of it.
    Event::new(id, now, &Revision::default(), data).about(record.clone(), 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use contracts::state::GateState;
    use decisions::clocks::{Answer, Moved, Trigger, decide};
    use testkit::{at, example_staffing, opportunity, record_id};

    use super::*;

    const MONDAY: &str = "2026-11-23T09:00:00Z";

    /// The clocks of a deal that was won and handed over on Monday, and on which this was said.
    fn clocks(said: Option<(&str, Option<&str>)>) -> ClocksState {
        let (rules, at) = (example_staffing(), at(MONDAY));
        let deal = opportunity("5", at)
            .owner("anna")
            .text("stage", "won")
            .build();
        let gate = GateState {
            stage: "won".to_owned(),
            since: at,
            turned_back: None,
            held: None,
            rounds: None,
            undoing: None,
            unknown: false,
            outside: false,
        };
        let moved = Trigger::Moved(Moved {
            stage: "won",
            entered: true,
            first: false,
            at,
            by: None,
            told: at,
            owner: None,
            sequence: 1,
        });
        let handed = decide(&rules, &deal, Some(&gate), None, moved).unwrap();
        let Some((by, refused)) = said else {
            return handed.clocks;
        };
        let answer = Trigger::Answered(Answer {
            clock: "won.hand_off",
            instance: 1,
            by: &PersonId::new(by),
            refused,
            at,
        });
        let before = Some(&handed.clocks);
        decide(&rules, &deal, Some(&gate), before, answer)
            .unwrap()
            .clocks
    }

    fn may(clocks: &ClocksState, by: &str) -> Result<(String, u32), String> {
        let rules = example_staffing();
        may_say(
            &rules,
            &record_id("opportunity:5"),
            clocks,
            &PersonId::new(by),
            at(MONDAY),
        )
    }

    #[test]
    fn who_is_of_the_team_or_above_it_may_answer() {
        let open = clocks(None);
        assert_eq!(may(&open, "nina").unwrap(), ("won.hand_off".to_owned(), 1));
        assert!(may(&open, "carla").is_ok());
        assert_eq!(
            may(&open, "anna").unwrap_err(),
            "anna is not of customer_success, to which opportunity:5 was handed, and does not stand above it"
        );
    }

    #[test]
    fn what_was_answered_is_not_answered_again_and_by_whom_is_said() {
        assert_eq!(
            may(&clocks(Some(("nina", None))), "nina").unwrap_err(),
            "nina has taken opportunity:5 over"
        );
        let refused = clocks(Some(("nina", Some("no kick-off date"))));
        assert_eq!(
            may(&refused, "carla").unwrap_err(),
            "nina has refused opportunity:5: no kick-off date"
        );
        assert_eq!(
            may(&ClocksState::default(), "nina").unwrap_err(),
            "opportunity:5 was not handed to any team"
        );
    }

    #[test]
    fn every_answer_is_a_happening_of_its_own() {
        let deal = record_id("opportunity:5");
        let data = || {
            EventData::HandOffAnswered(HandOffAnswered {
                clock: "won.hand_off".to_owned(),
                instance: 1,
                by: PersonId::new("nina"),
                refused: None,
            })
        };
        let once = answering(&deal, data(), at(MONDAY), 1);
        let again = answering(&deal, data(), at("2026-11-23T09:00:01Z"), 1);
        assert_ne!(once.id, again.id);
        assert_eq!(once.record, Some(deal));
    }
}
