//! How failures are shown.

use jiff::tz::TimeZone;
use model::Revision;
use serde_json::{Value, json};

use super::failure::Failure;
use crate::commands::table::{moment, table_of};

/// The most of one reason that are listed one by one.
const ALIKE: usize = 20;

/// The most characters of a reason in the list; `show` has all of it.
const REASON: usize = 90;

const HEAD: [&str; 7] = [
    "id",
    "kind",
    "function",
    "record",
    "first seen",
    "tried",
    "reason",
];

/// What is said where nothing has failed.
pub const NOTHING: &str = "nothing has failed\n";

/// A table; where many failed for the same reason, the first of them and a line that counts the others.
pub fn as_text(failures: &[Failure], zone: &TimeZone) -> String {
    if failures.is_empty() {
        return NOTHING.to_owned();
    }
    let alike = |one: &Failure, other: &Failure| {
        (one.kind(), &one.function, &one.reason) == (other.kind(), &other.function, &other.reason)
    };
    let shown = |(place, failure): &(usize, &Failure)| {
        let before = failures.iter().take(*place);
        before.filter(|other| alike(failure, other)).count() < ALIKE
    };
    let rows = failures.iter().enumerate().filter(shown);
    let rows: Vec<[String; 7]> = rows
        .map(|(_, it)| {
            [
                it.id.clone(),
                it.kind().word().to_owned(),
                it.function.clone(),
                it.record.clone().unwrap_or_default(),
                it.first.map(|at| moment(at, zone)).unwrap_or_default(),
                it.count.to_string(),
                cut(&it.reason),
            ]
        })
        .collect();
    let mut text = table_of(&HEAD, &rows);
    match failures.len().saturating_sub(rows.len()) {
        0 => {}
        more => text.push_str(&format!(
            "and {more} more for the same reasons; --json has them all\n"
        )),
    }
    text.push_str(
        "`fairlead failures show ID` tells more, `redrive ID` puts it back, `drop ID --reason … --by …` gives it up\n",
    );
    text
}

fn cut(reason: &str) -> String {
    match reason.char_indices().nth(REASON) {
        Some((end, _)) => format!("{} …", reason.get(..end).unwrap_or(reason)),
        None => reason.to_owned(),
    }
}

/// One of them, with all that is known.
pub fn whole(failure: &Failure, zone: &TimeZone) -> String {
    let unknown = || "not known".to_owned();
    let lines = [
        ("kind", failure.kind().word().to_owned()),
        ("why", failure.reason.clone()),
        ("function", failure.function.clone()),
        ("event", failure.event.clone()),
        ("record", failure.record.clone().unwrap_or_else(unknown)),
        (
            "first seen",
            failure.first.map_or_else(unknown, |at| moment(at, zone)),
        ),
        ("tried", failure.count.to_string()),
        (
            "sent by",
            failure.revision.as_ref().map_or_else(unknown, deployment),
        ),
    ];
    let mut text = format!("{}\n", failure.id);
    for (name, what) in lines {
        text.push_str(&format!("  {name:<11} {what}\n"));
    }
    text.push_str("  payload, without personal values\n");
    for line in format!("{:#}", failure.payload).lines() {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

/// A deployment as people name it.
pub fn deployment(revision: &Revision) -> String {
    let hash: String = revision.hash.chars().take(12).collect();
    format!("deployment {}, model {hash}", revision.number)
}

/// For programs.
pub fn as_json(failures: &[Failure]) -> Value {
    let all = failures.iter().map(|it| {
        json!({
            "id": it.id,
            "kind": it.kind().word(),
            "reason": it.reason,
            "function": it.function,
            "event": it.event,
            "record": it.record,
            "first": it.first.map(|at| at.to_string()),
            "tried": it.count,
            "revision": it.revision,
            "payload": it.payload,
        })
    });
    all.collect()
}
