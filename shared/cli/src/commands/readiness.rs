use std::{path::PathBuf, process::ExitCode};

use aws::DynamoStore;
use clap::Args;
use contracts::hour_of;
use decisions::{
    Rules,
    readiness::{AtStage, Readiness, modes},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::json;
use store::{Store, StoreError, audits_of_hour};

use super::{
    CouldNotRun, Outcome,
    options::{TableOptions, rules_in},
    print_whole, shadow,
    table::{moment, table_of},
};
use crate::{instant::Typed, stack::wait};

/// Report what enforcing the gates and steps of the model would have done, by what was only observed.
///
/// A model begins on `gate: observe` and `acts: observe`: everything is decided and recorded, and nothing is turned
/// back, moved or set. After a month of that this tells what would have come of it: how many moves, of whom, for want
/// of what. What was enforced already is counted as well, and told apart.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The first instant of the time [default: 30 days ago].
    #[arg(long, value_name = "TIME")]
    from: Option<Typed>,
    /// The first instant after it.
    #[arg(long, value_name = "TIME", default_value = "now")]
    to: Typed,
    /// The folder of the operating model.
    #[arg(long, value_name = "FOLDER", default_value = "config")]
    config: PathBuf,
    /// Print one object of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
A shadow month: write `enforcement: { observe_until: \"2026-12-31\" }` into governance.yaml, deploy, and ask this after some
weeks. Until the end of that day the whole model only observes: gates let everything stand, nobody is given a record,
and nothing is written into the CRM. From the next day on it is enforced as it is written, by itself. Journeys and
deviations can also begin one by one, with `gate: observe` and `acts: observe`.

what would have been written says how often a record would have got an owner, a stage, fields or a follower.

no value says how often a criterion was not met since nobody had written its field down: that is a question of habit,
and an enforced gate changes it within days. back and held are what would have become of the moves that did not meet
their gate: held are those beyond what the model allows of one person (`when_turned_back: { at_most: … }`), and all that
follow them, as if nobody had answered. enforced is how many of them a gate did turn back or hold then. Steps that were
done are not told.

--json prints {from, to, modes: [{of, mode}], stages: [{kind, stage, met, unmet, would_turn_back, would_hold, enforced, criteria:
[{name, unmet, no_value}], people: [{person, unmet}]}], steps: [{deviation, step, does, times}],
writes: [{kind, what, times}], observes_until}; observes_until is null where the model is enforced.

Exit codes: 0 told, 2 could not ask.";

/// Counts and tells.
///
/// # Errors
/// If there is no stack, it does not answer, the model cannot be read, or the time ends before it begins.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = rules_in(&arguments.config, now)?;
    let month = SignedDuration::from_hours(-24 * 30);
    let from = match &arguments.from {
        Some(from) => from.resolve(now).timestamp(),
        None => now.checked_add(month).unwrap_or(now),
    };
    let to = arguments.to.resolve(now).timestamp();
    if from >= to {
        return Err(CouldNotRun(format!(
            "--from {from} is not before --to {to}: name the earlier one first"
        )));
    }
    let (stack, table) = arguments.table.find()?;
    let failed = |why: StoreError| CouldNotRun(format!("{}: {why}", stack.place));
    let counted = wait(async {
        // What follows may take longer than a person's patience; whether anybody answers shows at once.
        stack.ask(table.of_hour(&hour_of(now))).await?;
        counted(&table, &rules, (from, to)).await.map_err(failed)
    })?;
    print_whole(&if arguments.json {
        format!("{:#}\n", as_json(&rules, &counted, (from, to), now))
    } else {
        as_text(&rules, &counted, (from, to), now)
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn counted(
    table: &DynamoStore,
    rules: &Rules,
    (from, to): (Timestamp, Timestamp),
) -> Result<Readiness, StoreError> {
    let mut counted = Readiness::default();
    let (mut at, last) = (from, hour_of(to));
    loop {
        let hour = hour_of(at);
        for audit in audits_of_hour(table, &hour).await? {
            if from <= audit.at && audit.at < to {
                counted.add(&rules.model, &audit);
            }
        }
        match at.checked_add(SignedDuration::from_hours(1)) {
            Ok(next) if hour < last => at = next,
            _ => return Ok(counted),
        }
    }
}

const STAGES: [&str; 7] = [
    "moved to",
    "met",
    "not met",
    "back",
    "held",
    "enforced",
    "for want of",
];
const STEPS: [&str; 3] = ["deviation", "step", "times"];
const WRITES: [&str; 3] = ["record", "would have been", "times"];

fn as_text(
    rules: &Rules,
    counted: &Readiness,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> String {
    let zone: &TimeZone = rules.company_zone();
    let (from, to) = (moment(from, zone), moment(to, zone));
    let mut text = format!("what enforcing would have done, {from} to {to}\n\n");
    if let Some(said) = shadow::said_of(rules, now) {
        text.push_str(&format!("{said}\n\n"));
    }
    for (of, mode) in modes(rules, now) {
        text.push_str(&format!("{of}: {mode} by this model\n"));
    }
    text.push('\n');
    if counted.stages.is_empty() && counted.steps.is_empty() && counted.writes.is_empty() {
        text.push_str(
            "no gate has judged a move in this time, and no step of a deviation was due\n",
        );
        return text;
    }
    let rows: Vec<[String; 7]> = counted
        .stages
        .iter()
        .map(|((kind, stage), at)| {
            [
                format!("{} {stage}", kind.word()),
                at.met.to_string(),
                of(at.unmet, at.met.saturating_add(at.unmet)),
                at.turned_back.to_string(),
                at.unmet.saturating_sub(at.turned_back).to_string(),
                at.enforced.to_string(),
                wanting(at),
            ]
        })
        .collect();
    if !rows.is_empty() {
        text.push_str(&table_of(&STAGES, &rows));
        text.push_str(&people(counted));
    }
    let steps: Vec<[String; 3]> = counted
        .steps
        .iter()
        .map(|(step, times)| {
            let does = format!("{}. {}", step.step, step.does);
            [step.deviation.clone(), does, times.to_string()]
        })
        .collect();
    if !steps.is_empty() {
        text.push_str("\nsteps that were only observed, or only said\n");
        text.push_str(&table_of(&STEPS, &steps));
    }
    let writes = counted.writes.iter();
    let writes: Vec<[String; 3]> = writes
        .map(|((kind, what), times)| [kind.word().to_owned(), what.clone(), times.to_string()])
        .collect();
    if !writes.is_empty() {
        text.push_str("\nwhat would have been written into the CRM\n");
        text.push_str(&table_of(&WRITES, &writes));
    }
    text
}

fn of(part: u64, whole: u64) -> String {
    let percent = part.saturating_mul(100).checked_div(whole).unwrap_or(0);
    format!("{part} ({percent} %)")
}

/// The criteria, the one that was missing most often first.
fn wanting(at: &AtStage) -> String {
    let mut criteria: Vec<_> = at.criteria.iter().collect();
    criteria.sort_by_key(|(name, it)| (std::cmp::Reverse(it.unmet), *name));
    let said = criteria.into_iter().map(|(name, it)| match it.unknown {
        0 => format!("{name} {}", it.unmet),
        unknown => format!("{name} {} ({unknown} no value)", it.unmet),
    });
    said.collect::<Vec<_>>().join(", ")
}

/// Of whom most moves were that did not meet their gates.
fn people(counted: &Readiness) -> String {
    let mut all = std::collections::BTreeMap::new();
    for at in counted.stages.values() {
        for (person, moves) in &at.people {
            let sum: &mut u64 = all.entry(person).or_default();
            *sum = sum.saturating_add(*moves);
        }
    }
    if all.is_empty() {
        return String::new();
    }
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by_key(|(person, moves)| (std::cmp::Reverse(*moves), *person));
    let said = all
        .iter()
        .take(10)
        .map(|(person, moves)| format!("{person} {moves}"));
    let more = match all.len().saturating_sub(10) {
        0 => String::new(),
        more => format!(", and {more} others"),
    };
    let said: Vec<String> = said.collect();
    format!(
        "\nmoves that did not meet their gate, by who made them: {}{more}\n",
        said.join(", ")
    )
}

fn as_json(
    rules: &Rules,
    counted: &Readiness,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> serde_json::Value {
    let modes = modes(rules, now).into_iter();
    let stages = counted.stages.iter().map(|((kind, stage), at)| {
        let criteria = at.criteria.iter();
        let criteria = criteria
            .map(|(name, it)| json!({ "name": name, "unmet": it.unmet, "no_value": it.unknown }));
        let people = at.people.iter();
        let people = people.map(|(person, moves)| json!({ "person": person, "unmet": moves }));
        json!({ "kind": kind.word(), "stage": stage, "met": at.met, "unmet": at.unmet,
                "would_turn_back": at.turned_back, "would_hold": at.unmet.saturating_sub(at.turned_back), "enforced": at.enforced,
                "criteria": criteria.collect::<Vec<_>>(), "people": people.collect::<Vec<_>>() })
    });
    let steps = counted.steps.iter().map(|(step, times)| {
        json!({ "deviation": step.deviation, "step": step.step, "does": step.does, "times": times })
    });
    let writes = counted.writes.iter();
    let writes = writes
        .map(|((kind, what), times)| json!({ "kind": kind.word(), "what": what, "times": times }));
    json!({ "from": from, "to": to,
            "modes": modes.map(|(of, mode)| json!({ "of": of, "mode": mode })).collect::<Vec<_>>(),
            "stages": stages.collect::<Vec<_>>(), "steps": steps.collect::<Vec<_>>(), "writes": writes.collect::<Vec<_>>(),
            "observes_until": rules.observes_until(now) })
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test may panic"
    )]

    use contracts::AuditRecord;
    use simulator::Players;
    use store::Versioned;
    use testkit::{at, example_model, observing};

    use super::*;

    const FROM: &str = "2026-11-16T00:00:00Z";

    /// A simulated fortnight by the example's rules, all of it only observed.
    fn shadow() -> (Rules, Readiness) {
        let model = observing(example_model(), "2026-12-31");
        let rules = Rules::prepare(model, at(FROM)).unwrap();
        let players = Players::new(&rules, at(FROM)).unwrap();
        let ending = players.ending(&players.plain_story(7, 14, 12));
        let audits = ending.items.into_iter().filter(|item| item.key.is_audit());
        let audits = audits.map(|item| Versioned::<AuditRecord>::read(item).unwrap().state);
        let mut audits: Vec<AuditRecord> = audits.collect();
        audits.sort_by_key(|audit| audit.at);
        let mut counted = Readiness::default();
        audits
            .iter()
            .for_each(|audit| counted.add(&rules.model, audit));
        (rules, counted)
    }

    #[test]
    fn a_shadow_fortnight_says_what_would_have_been_turned_back_and_for_want_of_what() {
        let (rules, counted) = shadow();
        let span = (at(FROM), at("2026-11-30T00:00:00Z"));
        let json = as_json(&rules, &counted, span, at(FROM));
        let unmet: u64 = counted.stages.values().map(|at| at.unmet).sum();
        assert!(unmet > 0, "{json:#}");
        for at in counted.stages.values() {
            let most = at.criteria.values().map(|it| it.unmet).max();
            assert!(most.unwrap_or_default() <= at.unmet);
            assert!(at.turned_back <= at.unmet);
            assert_eq!(at.enforced, 0, "all of it was only observed");
            assert!(at.criteria.values().all(|it| it.unknown <= it.unmet));
        }
        let text = as_text(&rules, &counted, span, at(FROM));
        assert!(
            text.contains("gate of opportunity: observe by this model"),
            "{text}"
        );
        assert!(text.contains("not met"), "{text}");
        assert!(text.starts_with("what enforcing would have done"), "{text}");
        assert!(
            text.contains("a shadow month until the end of Thu 31 Dec 2026"),
            "{text}"
        );
        let given: u64 = counted
            .writes
            .iter()
            .filter(|((_, what), _)| what.starts_with("an owner"))
            .map(|(_, times)| times)
            .sum();
        assert!(given > 0, "{json:#}");
    }

    #[test]
    fn where_nothing_was_judged_it_says_so() {
        let rules = Rules::prepare(example_model(), at(FROM)).unwrap();
        let span = (at(FROM), at("2026-11-30T00:00:00Z"));
        let text = as_text(&rules, &Readiness::default(), span, at(FROM));
        assert!(
            text.contains("gate of lead: turn_back by this model"),
            "{text}"
        );
        assert!(text.ends_with("no step of a deviation was due\n"), "{text}");
    }
}
