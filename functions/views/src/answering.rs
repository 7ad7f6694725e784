//! What an answer puts on the bus, whoever gave it where: behind a link of a mail, or on a page behind the sign-in.

use contracts::{Event, EventData, EventId, LinkAction, ReminderAnswer, ReminderAnswered};
use crm::PersonId;
use decisions::Rules;
use engine::RecordFacts;
use jiff::Timestamp;

use crate::{asking, form::Answer, refused::Refused};

/// Who answers what on a record; without an answer it is to be looked at again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) person: &'a PersonId,
    pub(crate) action: &'a LinkAction,
    pub(crate) answer: Option<&'a Answer>,
    /// What tells this giving of it apart from others: the same is one happening, however often it is sent.
    pub(crate) once: &'a [&'a str],
}

/// The events of an answer.
///
/// # Errors
/// If it is none to what was asked, or would not count.
pub(crate) fn events(
    (rules, facts): (&Rules, &RecordFacts),
    given: Given<'_>,
    now: Timestamp,
) -> Result<Vec<Event>, Refused> {
    let data = match given.answer {
        // Their pages have no form.
        _ if matches!(given.action, LinkAction::Why | LinkAction::List { .. }) => {
            return Err(Refused::Form);
        }
        None => noticed(now),
        Some(answer) => asking::event((given.person, given.action), answer, (rules, facts), now)?,
    };
    let done = matches!(
        data,
        EventData::ReminderAnswered(ReminderAnswered {
            answer: ReminderAnswer::Done,
            ..
        })
    );
    let record = facts.id();
    let event = |word: &str, data| {
        let record_id = record.to_string();
        let mut happened = vec!["link", given.person.as_str(), &record_id, word];
        happened.extend(given.once);
        happened.push(given.answer.map_or("", asking::word));
        let id = EventId::of(&happened);
        Event::new(id, now, &rules.model.revision, data).about(record.clone(), 0)
    };
    let mut events = vec![event(given.action.word(), data)];
    // What is done, the CRM may show already.
    if done {
        events.push(event(LinkAction::LookAgain.word(), noticed(now)));
    }
    Ok(events)
}

fn noticed(now: Timestamp) -> EventData {
    EventData::RecordNoticed {
        property: None,
        occurred: now,
        deleted: false,
        merge: None,
        swept: None,
        erasure: None,
    }
}
