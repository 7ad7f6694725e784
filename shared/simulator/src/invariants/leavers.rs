use contracts::{
    EventData, Key,
    state::{LeaversState, RoutingState},
};
use crm::PersonId;
use decisions::{gone, routing::leaver_of};
use jiff::{SignedDuration, Timestamp};

use super::seen::Seen;
use crate::fault::FaultKind;

/// Once a tick has come on the day: the index lags, and what it shows is told of a moment later.
const SOON: SignedDuration = SignedDuration::from_mins(10);

/// An open record of somebody who has left is somebody else's, or somebody was asked whose it is to be; and
/// nobody who has left is given one or told of anything.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let now = seen.ending.now;
    for copy in seen.copies() {
        let record = &copy.record;
        let Some((owner, ..)) = leaver_of(seen.rules, record, now) else {
            continue;
        };
        let routing = seen.state::<RoutingState>(&Key::routing(&record.id));
        let asked = routing.and_then(|routing| routing.asked);
        let is_asked = asked.is_some_and(|asked| asked.of == *owner);
        if !is_asked && was_looked_for(seen, owner) && !may_be_refused(seen) {
            found.push(format!("{} is still {owner}'s, who has left", record.id));
        }
    }
    found.extend(given(seen));
    found
}

/// Whether the CRM takes somebody for no owner: whom the record was then given to, it does not show, and the operators
/// have heard of that.
fn may_be_refused(seen: &Seen<'_>) -> bool {
    let mut faults = seen.story.faults.iter();
    faults.any(|fault| matches!(fault.kind, FaultKind::OwnerRefused { .. }))
}

/// Whether a tick has come on the day on which they left, or later.
fn was_looked_for(seen: &Seen<'_>, person: &PersonId) -> bool {
    let state = seen.state::<LeaversState>(&Key::leavers());
    let done = state.is_some_and(|state| state.done.contains_key(person));
    let mut ticks = seen.audits.iter().filter(|it| it.event_name == "tick");
    done || ticks.any(|tick| had_left(seen, person, tick.at))
}

fn had_left(seen: &Seen<'_>, person: &PersonId, at: Timestamp) -> bool {
    let soon = at.checked_sub(SOON).unwrap_or(at);
    gone(seen.rules, person, soon).is_some()
}

/// What a pool gives to somebody, and the mails that are sent to them, on the day on which they are there no more.
/// A mail that was meant for them goes to somebody else.
fn given(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for audit in &seen.audits {
        for event in &audit.events {
            if let EventData::RecordRouted {
                owner,
                pool: Some(pool),
                ..
            } = &event.data
                && had_left(seen, owner, audit.at)
            {
                found.push(format!(
                    "pool {pool} gives a record to {owner}, who has left"
                ));
            }
        }
    }
    for (person, known) in &seen.rules.model.people {
        let theirs = seen
            .ending
            .mails
            .iter()
            .filter(|mail| mail.to == known.email);
        let late = theirs.filter(|mail| had_left(seen, person, mail.at));
        found.extend(late.map(|mail| format!("{person} has left, and is sent: {}", mail.subject)));
    }
    found
}
