//! What is kept of the notices that go with the mail of another: each beside the others of that mail, only as long as
//! that one still waits.

use contracts::{Event, EventId, Indexes, Key, state::MailingState};
use crm::PersonId;
use engine::{Clock, Failure, REMEMBER, Round, Table, enclosed_effect};
use jiff::{SignedDuration, Timestamp};
use store::{Check, Put, Store, Versioned, put_state};

use crate::together::{Turn, Waiting, turn};

/// How long is kept when somebody was mailed last: longer than anybody waits.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Lets a notice that nobody has tried go with the mail of another, if one waits. Whether it does.
///
/// # Errors
/// If the table does not answer.
pub(crate) async fn enclose<S: Store, C: Clock>(
    table: &Table<S, C>,
    to: &PersonId,
    (event, it): (&Event, &Waiting<'_>),
    (result, now): (&str, Timestamp),
) -> Result<bool, Failure> {
    let keys = [Key::mailing(to), Key::effect(&event.id)];
    let [mailing, _] = &keys;
    let enclosed = table.change(&keys, |found| {
        let mut found = found.into_iter();
        let before = found
            .next()
            .flatten()
            .map(Versioned::<MailingState>::read)
            .transpose()?;
        if found.next().flatten().is_some() {
            return Ok(Round::Nothing(false));
        }
        let kept = before.as_ref().map(|it| &it.state);
        Ok(match (turn(kept, it, now), &before) {
            (Turn::With(other), Some(before)) => {
                let effect = enclosed_effect(&event.id, &other, result, now);
                let unchanged = Check {
                    key: mailing.clone(),
                    version: before.version,
                };
                let puts = vec![effect, enclosed(&other, event, now)];
                Round::writing(puts, true).only_with([unchanged])
            }
            _ => Round::Nothing(false),
        })
    });
    enclosed.await
}

/// Until when a notice that has a mail of its own waits for others; none if that is sent now. That it waits is kept.
///
/// # Errors
/// If the table does not answer.
pub(crate) async fn waits<S: Store, C: Clock>(
    table: &Table<S, C>,
    to: &PersonId,
    it: &Waiting<'_>,
    now: Timestamp,
) -> Result<Option<Timestamp>, Failure> {
    let key = Key::mailing(to);
    let until = table.change(std::slice::from_ref(&key), |found| {
        let before = found.into_iter().flatten().next();
        let before = before.map(Versioned::<MailingState>::read).transpose()?;
        let kept = |state: &MailingState, until| {
            let mut put = put_state(key.clone(), state, before.as_ref(), Indexes::default());
            put.expires = now.checked_add(KEPT).ok();
            Round::writing(vec![put], until)
        };
        Ok(match turn(before.as_ref().map(|it| &it.state), it, now) {
            // Whoever was tried before may have others that go with it, and goes with nobody.
            Turn::Alone | Turn::With(_) => Round::Nothing(None),
            Turn::First(state) => kept(&state, None),
            Turn::Waits(until, Some(state)) => kept(&state, Some(until)),
            Turn::Waits(until, None) => Round::Nothing(Some(until)),
        })
    });
    until.await
}

/// The notices that go with the mail of this one, the earliest first.
///
/// # Errors
/// If the table does not answer, or an item cannot be read.
pub(crate) async fn with<S: Store>(store: &S, notice: &EventId) -> Result<Vec<Event>, Failure> {
    let items = store.partition(&Key::enclosed_with(notice)).await?;
    let mut events = Vec::with_capacity(items.len());
    for item in items {
        events.push(Versioned::<Event>::read(item)?.state);
    }
    events.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
    Ok(events)
}

fn enclosed(with: &EventId, notice: &Event, now: Timestamp) -> Put {
    let key = Key::enclosed(with, &notice.id);
    let mut put = put_state::<Event, Event>(key, notice, None, Indexes::default());
    put.expires = now.checked_add(REMEMBER).ok();
    put
}
