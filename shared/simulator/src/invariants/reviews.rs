use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    EventData, Key, ReviewRequested,
    state::{MinutesState, ReviewState, Stood},
};
use decisions::reviews::{attendees, held_on};
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::Review;

use super::seen::Seen;
use crate::world::after;

/// Within this time of a pack it is open whether what somebody records is in it.
const AT_ONCE: SignedDuration = SignedDuration::from_mins(10);
/// For so long a tick that failed may come again, and make the pack by what is recorded then.
const LATE: SignedDuration = SignedDuration::from_hours(24);

/// On each day of a review everybody in it gets one pack, on no other day anybody does, and each pack has the actions
/// that are not done by then.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    if !seen.ending.at_rest {
        return Vec::new();
    }
    let sent = sent(seen);
    let past = seen.past();
    let mut found = Vec::new();
    for (name, review) in &seen.rules.model.reviews {
        found.extend(days(seen, (name, review), &sent));
        let minutes = seen.state::<MinutesState>(&Key::minutes(name));
        let minutes = minutes.unwrap_or_default();
        // What is missing between them another invariant says.
        let Ok(states) = past.states(&Key::review(name)) else {
            continue;
        };
        for (_, state) in states {
            match serde_json::from_value::<ReviewState>(state) {
                Ok(state) => found.extend(
                    actions(&minutes, &state.stood)
                        .map(|what| format!("{name} of {}: {what}", state.day)),
                ),
                Err(_) => found.push(format!("{name}: its pack cannot be read")),
            }
        }
    }
    found
}

/// How often each pack was asked for: by review, day and person.
type Sent = BTreeMap<(String, Date), BTreeMap<String, usize>>;

fn sent(seen: &Seen<'_>) -> Sent {
    let mut sent = Sent::new();
    for event in seen.audits.iter().flat_map(|audit| &audit.events) {
        if let EventData::ReviewRequested(ReviewRequested { to, review, day }) = &event.data {
            let people = sent.entry((review.clone(), *day)).or_default();
            let times = people.entry(to.to_string()).or_default();
            *times = times.saturating_add(1);
        }
    }
    sent
}

fn days(seen: &Seen<'_>, (name, review): (&str, &Review), sent: &Sent) -> Vec<String> {
    let (rules, story) = (seen.rules, seen.story);
    let zone = rules.zone_of(&review.chair);
    let day_of = |at: Timestamp| at.to_zoned(zone.clone()).date();
    let mut found = Vec::new();
    let first = day_of(story.from);
    let last = day_of(story.until);
    for day in first
        .series(jiff::Span::new().days(1))
        .take_while(|day| *day <= last)
    {
        let at = day.to_datetime(review.at).to_zoned(zone.clone());
        let Ok(at) = at.map(|at| at.timestamp()) else {
            continue;
        };
        let people = sent.get(&(name.to_owned(), day));
        if !held_on(rules, review, day) {
            if people.is_some() {
                found.push(format!("{name}: a pack of {day}, on which it is not held"));
            }
            continue;
        }
        if at < story.from || story.until < at {
            continue;
        }
        let wanted: BTreeSet<String> = attendees(rules, review, at)
            .iter()
            .map(ToString::to_string)
            .collect();
        let got: BTreeSet<String> = people
            .into_iter()
            .flat_map(BTreeMap::keys)
            .cloned()
            .collect();
        let twice = people.into_iter().flatten().any(|(_, times)| *times != 1);
        if wanted != got || twice {
            found.push(format!(
                "{name}: the pack of {day} went to {got:?}, and {wanted:?} are in it"
            ));
        }
    }
    found
}

fn actions<'a>(minutes: &'a MinutesState, pack: &'a Stood) -> impl Iterator<Item = String> + 'a {
    let at = pack.told.at;
    minutes.actions.iter().filter_map(move |(number, action)| {
        let done = action.done.as_ref().map(|(done, _)| *done);
        let open =
            after(action.from, AT_ONCE) <= at && done.is_none_or(|done| done > after(at, LATE));
        let over = done.is_some_and(|done| after(done, AT_ONCE) <= at);
        match (pack.actions.contains(number), open, over) {
            (false, true, _) => Some(format!("action {number} is not done, and not in it")),
            (true, _, true) => Some(format!("action {number} was done, and is in it")),
            _ => None,
        }
    })
}
