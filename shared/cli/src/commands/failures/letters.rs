//! What lies in queues: dead letters, and what the bus could not deliver.

use std::collections::BTreeMap;

use aws::{LyingMessage, Queues};
use contracts::Function;
use jiff::Timestamp;

use super::{
    failure::{Failure, Kind, Place, id_of},
    masked::{Read, read},
};
use crate::{commands::CouldNotRun, stack::Stack};

/// The most that is looked at in one queue.
pub const MOST: usize = 1_000;

/// How the names of the queues end in which something lies that failed.
const DEAD_LETTERS: &str = "-dead-letters";
const UNDELIVERED: &str = "-undelivered";
const BULK: &str = "-bulk";

/// The queues of a stack, by name.
pub type Named = BTreeMap<String, String>;

/// Which kind of failure lies in a queue; none if it is one that a function works off.
pub fn kind_of(queue: &str) -> Option<Kind> {
    if queue.ends_with(DEAD_LETTERS) {
        return Some(Kind::DeadLetter);
    }
    queue.ends_with(UNDELIVERED).then_some(Kind::Undelivered)
}

/// Looks at everything that lies in queues; of each queue at most [`MOST`]. Until they are let go, or for half a
/// minute, nobody else sees the messages.
///
/// # Errors
/// If a queue does not answer.
pub async fn gather(
    stack: &Stack,
    queues: &Queues,
    named: &Named,
    only: Option<Kind>,
) -> Result<(Vec<Failure>, Vec<String>), CouldNotRun> {
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    for (name, url) in named {
        let Some(kind) = kind_of(name).filter(|kind| only.is_none_or(|only| only == *kind)) else {
            continue;
        };
        let depth = stack.ask(queues.depth(url)).await?;
        if depth.waiting == 0 && depth.out_of_sight == 0 {
            continue;
        }
        let messages = stack.ask(queues.look(url, MOST)).await?;
        if messages.is_empty() && depth.out_of_sight > 0 {
            let count = depth.out_of_sight;
            notes.push(format!(
                "{count} in {name} are out of sight, since somebody looks at them or has just done so: ask again in \
                 half a minute"
            ));
        }
        if messages.len() >= MOST {
            notes.push(format!(
                "{name} has more than the {MOST} that are looked at"
            ));
        }
        let failed = messages.into_iter();
        found.extend(failed.map(|it| letter((kind, name, url), it, named)));
    }
    Ok((found, notes))
}

/// Lets go of what was looked at.
///
/// # Errors
/// If a queue does not answer: they are in sight again in half a minute.
pub async fn let_go<'a>(
    stack: &Stack,
    queues: &Queues,
    failures: impl Iterator<Item = &'a Failure>,
) -> Result<(), CouldNotRun> {
    let mut held: BTreeMap<&str, Vec<LyingMessage>> = BTreeMap::new();
    for failure in failures {
        if let Place::Letter {
            lies_in, message, ..
        } = &failure.place
        {
            held.entry(lies_in).or_default().push(message.clone());
        }
    }
    for (url, messages) in held {
        stack.ask(queues.let_go(url, &messages)).await?;
    }
    Ok(())
}

/// A message as a failure.
pub fn letter(
    (kind, name, url): (Kind, &str, &str),
    message: LyingMessage,
    named: &Named,
) -> Failure {
    let Read {
        event,
        name: happened,
        payload,
    } = read(&message.body);
    let said = |name: &str| message.attributes.get(name).map(String::as_str);
    let reason = match (kind, said("reason"), said("ERROR_CODE")) {
        (Kind::Undelivered, _, Some(code)) => match said("ERROR_MESSAGE") {
            Some(why) => format!("the bus could not deliver it: {code}: {why}"),
            None => format!("the bus could not deliver it: {code}"),
        },
        (Kind::Undelivered, ..) => "the bus could not deliver it, and does not say why".to_owned(),
        (_, Some(reason), _) => reason.to_owned(),
        (_, None, _) => {
            "the queue gave it up, since the function died of it each time: its log says of what"
                .to_owned()
        }
    };
    let first = said("first_received").and_then(|at| at.parse::<Timestamp>().ok());
    let count = said("received").or_else(|| said("RETRY_ATTEMPTS"));
    let bulk = event.as_ref().is_some_and(|event| event.bulk);
    let came_from = came_from(kind, name, said("TARGET_ARN"), bulk, named);
    let function = came_from
        .as_ref()
        .map_or_else(|| name.to_owned(), |from| function_of(from));
    Failure {
        id: id_of(kind, name, &message.id),
        reason,
        function,
        record: event
            .as_ref()
            .and_then(|event| event.record.as_ref())
            .map(crm::RecordId::name),
        event: happened,
        first: first.or(message.sent),
        count: count.and_then(|count| count.parse().ok()).unwrap_or(1),
        revision: event.map(|event| event.revision),
        payload,
        place: Place::Letter {
            kind,
            lies_in: url.to_owned(),
            came_from: came_from.and_then(|from| named.get(&from).cloned()),
            message,
        },
    }
}

/// The name of the queue that a message came from, or was to come to: what is undelivered says it itself, for it lies
/// together whatever it was for.
fn came_from(
    kind: Kind,
    lies_in: &str,
    target: Option<&str>,
    bulk: bool,
    named: &Named,
) -> Option<String> {
    let target = target.and_then(|arn| arn.rsplit(':').next());
    if let Some(target) = target.filter(|name| named.contains_key(*name)) {
        return Some(target.to_owned());
    }
    if kind == Kind::Undelivered {
        return None;
    }
    let queue = lies_in.strip_suffix(DEAD_LETTERS)?.to_owned();
    let in_bulk = format!("{queue}{BULK}");
    if bulk && named.contains_key(&in_bulk) {
        return Some(in_bulk);
    }
    named.contains_key(&queue).then_some(queue)
}

/// Which function works off a queue, by the queue's name.
pub fn function_of(queue: &str) -> String {
    let queue = queue.strip_suffix(BULK).unwrap_or(queue);
    let mut all = Function::ALL.into_iter().map(Function::name);
    let found = all.find(|name| queue.ends_with(&format!("-{name}")));
    found.unwrap_or(queue).to_owned()
}
