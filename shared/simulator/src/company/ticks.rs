//! Ticks, where something may come of them: where a deadline is due, and at the times of digests and reviews.

use std::collections::BTreeSet;

use contracts::{Event, EventData, EventId};
use decisions::digests::audience;
use jiff::{SignedDuration, Timestamp, Unit, tz::TimeZone};

use super::{Company, Next};
use crate::{
    fault::{Fault, FaultKind},
    story::{Action, ActionKind},
    world::after,
};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// How often there is a tick upon which it is looked for what no webhook told of.
const SWEEPS: SignedDuration = SignedDuration::from_hours(3);

impl Company<'_> {
    /// Puts a tick on the agenda if a deadline is due before anything else comes. Once a minute, as
    /// long as it is there.
    pub(super) fn tick_if_due(&mut self) {
        let next = self.agenda.next();
        let (store, now) = {
            let inside = self.world.lock();
            (std::sync::Arc::clone(&inside.store), inside.now)
        };
        // An index lags by seconds, not by what happens next week.
        if next.is_none_or(|next| next > after(now, SignedDuration::from_secs(1))) {
            store.catch_up();
        }
        let Some(due) = store.earliest_due() else {
            return;
        };
        if next.is_some_and(|next| next <= due) {
            return;
        }
        let at = whole_minute(due).max(after(self.last_tick, MINUTE));
        if at <= self.story.until && next.is_none_or(|next| at < next) {
            self.last_tick = at;
            self.add(at, Next::Ticks);
        }
    }

    pub(super) fn tick(&mut self, at: Timestamp) {
        self.last_tick = self.last_tick.max(at);
        let revision = &self.first.rules.model.revision;
        let id = EventId::of(&["tick", &at.to_string()]);
        let event = Event::new(id, at, revision, EventData::Tick { at });
        self.deliver(event);
    }

    /// Ticks upon which what no webhook told of is found, where some are lost.
    pub(super) fn sweep_times(&self) -> BTreeSet<Timestamp> {
        let lost = |fault: &&Fault| matches!(fault.kind, FaultKind::WebhooksLost { .. });
        let Some(lost) = self.story.faults.iter().find(lost) else {
            return BTreeSet::new();
        };
        let mut times = BTreeSet::new();
        let mut at = whole_minute(lost.from);
        while at < self.story.until {
            times.insert(at);
            at = after(at, SWEEPS);
        }
        times
    }

    /// Ticks upon which it is seen what the CRM says of its users, and what follows from that: at once, an hour later
    /// at the latest, and an hour after that, when what was on its way has come.
    pub(super) fn looks_at_people(&self) -> BTreeSet<Timestamp> {
        let changed = |action: &&Action| matches!(action.what, ActionKind::UserChanged { .. });
        let changes = self.story.actions.iter().filter(changed);
        let looks = [1, 62, 64, 130, 132];
        let times = changes.flat_map(|change| {
            let from = whole_minute(change.at);
            looks.map(|minutes| after(from, SignedDuration::from_mins(minutes)))
        });
        times.filter(|at| *at <= self.story.until).collect()
    }

    /// The instants at which a digest or the pack of a review may be due, by the model alone.
    pub(super) fn digest_times(&self) -> BTreeSet<Timestamp> {
        let rules = &self.first.rules;
        let mut times = BTreeSet::new();
        for digest in rules.model.digests.values() {
            let zones = audience(rules, &digest.to);
            let zones = zones.iter().map(|person| rules.zone_of(person).clone());
            for zone in zones {
                times.extend(self.mornings(&zone, digest.at));
            }
        }
        for review in rules.model.reviews.values() {
            times.extend(self.mornings(rules.zone_of(&review.chair), review.at));
        }
        times
    }

    /// This time of each day of the story.
    fn mornings(&self, zone: &TimeZone, time: jiff::civil::Time) -> Vec<Timestamp> {
        let first = self.story.from.to_zoned(zone.clone()).date();
        let last = self.story.until.to_zoned(zone.clone()).date();
        let days = first.series(jiff::Span::new().days(1));
        days.take_while(|day| *day <= last)
            .filter_map(|day| {
                let at = day.to_datetime(time).to_zoned(zone.clone()).ok()?;
                Some(at.timestamp())
            })
            .filter(|at| self.story.from <= *at && *at <= self.story.until)
            .collect()
    }
}

/// The first full minute that is not before an instant.
pub(super) fn whole_minute(at: Timestamp) -> Timestamp {
    let rounding = jiff::TimestampRound::new()
        .smallest(Unit::Minute)
        .mode(jiff::RoundMode::Ceil);
    at.round(rounding).unwrap_or(at)
}
