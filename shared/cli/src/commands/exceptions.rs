use std::{collections::BTreeMap, process::ExitCode};

use clap::{Args, ValueEnum};
use contracts::state::Exception;
use crm::{PersonId, RecordId};
use decisions::{Rules, exceptions::end_in_words};
use engine::exceptions_in;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;

use super::{
    Outcome,
    options::{ModelOptions, TableOptions},
    print_whole,
    table::{moment, table_of},
};
use crate::stack::wait;

/// Show what is excepted: from what, by whom, why and until when; counted with --by.
///
/// Only what counts now is shown: what is over stands in the story of its record, `fairlead explain`.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "--json prints an array: {id, record, of, owner, team, by, from, until, reason}, with times in UTC.\n\n\
                  Exit codes: 0 shown, 2 could not ask."
)]
pub struct Arguments {
    /// Count them by this: the person whose record it was, their team, who granted it, or the criterion or deviation.
    #[arg(long, value_enum, value_name = "WHAT")]
    by: Option<By>,
    /// Print one array of JSON.
    #[arg(long, conflicts_with = "by")]
    json: bool,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

/// By what exceptions are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Whose record it was when it was granted.
    Person,
    /// That person's team.
    Team,
    /// Who granted it.
    Granter,
    /// From what.
    Criterion,
}

/// One that counts.
struct Counting {
    record: RecordId,
    id: String,
    exception: Exception,
}

/// Shows what is excepted.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let rules = arguments.model.rules(now)?;
    let (stack, table) = arguments.table.find()?;
    let found = wait(stack.ask(exceptions_in(&table)))?;
    let counting = counting(found, now);
    let zone = arguments.model.zone(&rules);
    print_whole(&match (arguments.json, arguments.by) {
        (true, _) => format!("{:#}\n", as_json(&rules, &counting)),
        (_, Some(by)) => counted(&rules, &counting, by),
        _ => as_text(&rules, &counting, &zone, now),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Those that count now; what ends first comes first.
fn counting(
    found: Vec<(RecordId, contracts::state::ExceptionsState)>,
    now: Timestamp,
) -> Vec<Counting> {
    let each = found.into_iter().flat_map(|(record, state)| {
        let granted = state.granted.into_iter();
        granted.map(move |(id, exception)| Counting {
            record: record.clone(),
            id,
            exception,
        })
    });
    let mut all: Vec<Counting> = each.filter(|it| it.exception.counts(now)).collect();
    all.sort_by(|a, b| (a.exception.until, &a.id).cmp(&(b.exception.until, &b.id)));
    all
}

const NOTHING: &str = "nothing is excepted\n";
const HEAD: [&str; 7] = ["id", "record", "from", "until", "left", "by", "why"];

fn as_text(rules: &Rules, all: &[Counting], zone: &TimeZone, now: Timestamp) -> String {
    if all.is_empty() {
        return NOTHING.to_owned();
    }
    let rows = all.iter().map(|it| {
        let of: Vec<&str> = it.exception.of().collect();
        [
            it.id.clone(),
            rules.model.name_of(&it.record),
            of.join(", "),
            moment(it.exception.until, zone),
            left(it.exception.until, now),
            it.exception.by.to_string(),
            it.exception.reason.clone().unwrap_or_default(),
        ]
    });
    table_of(&HEAD, &rows.collect::<Vec<_>>())
}

/// What is left of one, in days or hours.
fn left(until: Timestamp, now: Timestamp) -> String {
    let hours = until.duration_since(now).as_hours();
    match hours {
        0 => "less than an hour".to_owned(),
        1..=47 => format!("{hours} h"),
        _ => format!("{} d", hours / 24),
    }
}

fn team<'a>(rules: &'a Rules, owner: Option<&PersonId>) -> Option<&'a str> {
    let owner = rules.model.people.get(owner?)?;
    owner.team.as_deref()
}

/// How many count of each, the most first, and when the last of them ends.
fn counted(rules: &Rules, all: &[Counting], by: By) -> String {
    if all.is_empty() {
        return NOTHING.to_owned();
    }
    let mut counts: BTreeMap<String, (usize, Timestamp)> = BTreeMap::new();
    for it in all {
        let owner = it.exception.owner.as_ref();
        let nobody = || "nobody".to_owned();
        let of = match by {
            By::Person => vec![owner.map_or_else(nobody, ToString::to_string)],
            By::Team => vec![team(rules, owner).unwrap_or("no team").to_owned()],
            By::Granter => vec![it.exception.by.to_string()],
            By::Criterion => it.exception.of().map(str::to_owned).collect(),
        };
        for of in of {
            let count = counts.entry(of).or_insert((0, it.exception.until));
            count.0 = count.0.saturating_add(1);
            count.1 = count.1.max(it.exception.until);
        }
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by(|a, b| (b.1.0, &a.0).cmp(&(a.1.0, &b.0)));
    let rows = rows.into_iter().map(|(of, (count, last))| {
        let last = end_in_words(rules, last);
        [of, count.to_string(), last]
    });
    let head = match by {
        By::Person => "whose",
        By::Team => "team",
        By::Granter => "granted by",
        By::Criterion => "from",
    };
    table_of(
        &[head, "count", "the last until"],
        &rows.collect::<Vec<_>>(),
    )
}

fn as_json(rules: &Rules, all: &[Counting]) -> serde_json::Value {
    let each = all.iter().map(|it| {
        let exception = &it.exception;
        json!({
            "id": it.id,
            "record": rules.model.name_of(&it.record),
            "of": exception.of().collect::<Vec<_>>(),
            "owner": exception.owner,
            "team": team(rules, exception.owner.as_ref()),
            "by": exception.by,
            "from": exception.from.to_string(),
            "until": exception.until.to_string(),
            "reason": exception.reason,
        })
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use contracts::state::ExceptionsState;
    use testkit::{at, example_rules, record_id};

    use super::*;

    fn exception(owner: &str, of: &str, until: &str) -> Exception {
        Exception {
            by: PersonId::new("carla"),
            owner: Some(PersonId::new(owner)),
            criteria: [of.to_owned()].into(),
            deviations: std::collections::BTreeSet::new(),
            from: at("2026-11-23T09:00:00Z"),
            until: at(until),
            reason: Some("legal is on leave".to_owned()),
        }
    }

    fn all() -> Vec<Counting> {
        let granted = |id: &str, it| ExceptionsState {
            granted: [(id.to_owned(), it)].into(),
        };
        let of = |id: &str| record_id(&format!("opportunity:{id}"));
        let december = "2026-12-03T23:00:00Z";
        let found = vec![
            (
                of("5"),
                granted("aa", exception("anna", "sql.budget", december)),
            ),
            (
                of("6"),
                granted("bb", exception("ben", "sql.budget", "2026-11-25T09:00:00Z")),
            ),
            (
                of("7"),
                granted("cc", exception("ben", "sql.need", "2026-11-24T09:00:00Z")),
            ),
        ];
        counting(found, at("2026-11-24T09:00:00Z"))
    }

    #[test]
    fn what_ends_first_is_shown_first_and_what_is_over_is_not() {
        let rules = example_rules();
        let now = at("2026-11-24T09:00:00Z");
        assert_eq!(
            as_text(&rules, &all(), rules.company_zone(), now),
            "id  record         from        until                  left  by     why\n\
             bb  opportunity:6  sql.budget  Wed 25 Nov 2026 10:00  24 h  carla  legal is on leave\n\
             aa  opportunity:5  sql.budget  Fri 04 Dec 2026 00:00  9 d   carla  legal is on leave\n"
        );
        assert_eq!(as_text(&rules, &[], rules.company_zone(), now), NOTHING);
        assert_eq!(as_json(&rules, &all())[1]["team"], "dach_sales");
    }

    #[test]
    fn they_are_counted() {
        let rules = example_rules();
        assert_eq!(
            counted(&rules, &all(), By::Criterion),
            "from        count  the last until\nsql.budget  2      the end of Thu 3 Dec 2026\n"
        );
        assert_eq!(
            counted(&rules, &all(), By::Person),
            "whose  count  the last until\n\
             anna   1      the end of Thu 3 Dec 2026\n\
             ben    1      Wed 25 Nov 2026 10:00\n"
        );
    }
}
