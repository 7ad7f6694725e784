//! What somebody answers to what they are reminded of, as the page of a link says it.

use std::collections::BTreeSet;

use contracts::{
    Event, EventData, EventId, Key, Reminder, ReminderAnswer, ReminderAnswered,
    state::{ClocksState, DeviationsState},
};
use crm::{PersonId, RecordId};
use engine::{Bus, Failure};
use jiff::{SignedDuration, Timestamp};
use model::Revision;
use store::{Store, Versioned};

use crate::{ports::Ports, world::after};

/// Says it of everything that is open on the record, whether they may or not. Snoozed for so many hours; none of them
/// is that it is done, and few are that it is not theirs.
pub(super) async fn answer(
    ports: &Ports,
    record: &RecordId,
    (by, hours): (&PersonId, u32),
    now: Timestamp,
) -> Result<(), Failure> {
    let keys = [Key::clocks(record), Key::deviations(record)];
    let mut found = ports.get(&keys).await?.into_iter();
    let clocks = found.next().flatten().map(Versioned::<ClocksState>::read);
    let clocks = clocks.transpose()?.map(|it| it.state.clocks);
    let deviations = found.next().flatten();
    let deviations = deviations.map(Versioned::<DeviationsState>::read);
    let deviations = deviations.transpose()?.map(|it| it.state.open);
    let mut of: BTreeSet<Reminder> = BTreeSet::new();
    for (name, run) in clocks.into_iter().flatten() {
        if run.status.is_open() {
            let instance = run.instance;
            of.insert(Reminder::Clock { name, instance });
        }
    }
    for (name, open) in deviations.into_iter().flatten() {
        let since = open.since;
        of.insert(Reminder::Deviation { name, since });
    }
    if of.is_empty() {
        return Ok(());
    }
    let reason = || "in a story".to_owned();
    let answer = match hours {
        0..=99 => ReminderAnswer::Done,
        100..=199 => ReminderAnswer::NotMine { reason: reason() },
        hours => ReminderAnswer::Snoozed {
            until: after(now, SignedDuration::from_hours(i64::from(hours))),
            reason: reason(),
        },
    };
    let data = EventData::ReminderAnswered(ReminderAnswered {
        of,
        by: by.clone(),
        answer,
    });
    let id = EventId::of(&["remind", &record.to_string(), by.as_str(), &now.to_string()]);
    let event = Event::new(id, now, &Revision::default(), data).about(record.clone(), 0);
    Ok(ports.publish(std::slice::from_ref(&event)).await?)
}
