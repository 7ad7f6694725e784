//! A queue: whoever of its team becomes the owner in the CRM has the record; nobody by then, and it goes on.

use std::collections::BTreeSet;

use contracts::{
    Reason,
    state::{RoutingState, Waits},
};
use crm::PersonId;
use jiff::Timestamp;
use model::{Destination, Queue};

use super::choice::{Choice, Chosen};
use crate::rules::Rules;

/// The rule's name where somebody took a record from a queue.
pub const TAKEN: &str = "taken_from_queue";

/// The queue in which a record is.
pub(super) fn queue_of(before: Option<&RoutingState>) -> Option<&str> {
    before?.waits.as_ref()?.queue.as_deref()
}

/// The choice, or, where the queue that it names has had the record for as long as it may, whom that names
/// then.
pub(super) fn when_over(
    rules: &Rules,
    mut choice: Choice,
    before: Option<&RoutingState>,
    now: Timestamp,
) -> Choice {
    let Chosen::Queue(name) = &choice.chosen else {
        return choice;
    };
    let waits = before.and_then(|before| before.waits.as_ref());
    let is_over = |waits: &&Waits| waits.queue.as_ref() == Some(name) && waits.until <= now;
    let over = waits.filter(is_over);
    let Some((_, queue)) = over.zip(rules.model.queues.get(name)) else {
        return choice;
    };
    let (chosen, whom) = match &queue.finally {
        Destination::Pool(pool) => (Chosen::Pool(pool.clone()), format!("pool {pool} gives it")),
        Destination::Person(person) => {
            (Chosen::Person(person.clone()), format!("{person} is asked"))
        }
        // The grammar lets a queue end with nothing else.
        _ => return choice,
    };
    let note = format!(
        "nobody of {} has taken it since {}, so {whom}",
        queue.team,
        before.map_or_else(String::new, |before| said(rules, queue, before.at)),
    );
    choice.reasons.push(reason(name, queue, note));
    choice.chosen = chosen;
    choice
}

/// Until when it is in the queue, and why.
pub(super) fn begins(rules: &Rules, name: &str, now: Timestamp) -> Option<(Waits, Reason)> {
    let queue = rules.model.queues.get(name)?;
    let team = rules.model.teams.get(&queue.team)?;
    let until = rules
        .calendar(&team.calendar)?
        .due(now, &queue.up_to)
        .ok()?;
    let last = match &queue.finally {
        Destination::Pool(pool) => format!("pool {pool} gives it"),
        Destination::Person(person) => format!("{person} gets it"),
        _ => String::new(),
    };
    let note = format!(
        "whoever of {} becomes its owner in the CRM has it; if nobody has by {}, {last}",
        queue.team,
        said(rules, queue, until),
    );
    let waits = Waits {
        facts: BTreeSet::new(),
        person: None,
        queue: Some(name.to_owned()),
        until,
    };
    Some((waits, reason(name, queue, note)))
}

/// That somebody took a record who is not of the team; none if they are.
pub(super) fn taken_by_another(rules: &Rules, name: &str, owner: &PersonId) -> Option<Reason> {
    let queue = rules.model.queues.get(name)?;
    let known = rules.model.people.get(owner);
    let is_member = known.is_some_and(|known| known.team.as_ref() == Some(&queue.team));
    let note = format!("{owner} is not of {}, whose queue it is", queue.team);
    (!is_member).then(|| reason(name, queue, note))
}

fn reason(name: &str, queue: &Queue, note: String) -> Reason {
    Reason::note(format!("queues.{name}"), Some(queue.place), note)
}

/// An instant in the time of the team.
fn said(rules: &Rules, queue: &Queue, at: Timestamp) -> String {
    let team = rules.model.teams.get(&queue.team);
    let calendar = team.and_then(|team| rules.calendar(&team.calendar));
    let zone = calendar.map_or_else(|| rules.company_zone(), |calendar| calendar.time_zone());
    let at = at.to_zoned(zone.clone());
    at.strftime("%a %d %b %H:%M").to_string()
}
