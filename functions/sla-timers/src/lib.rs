//! Runs the clocks: starts, meets and cancels them as events say, warns and escalates as deadlines
//! fall due, and looks once a minute for what is due. Whoever is away has their clocks looked at
//! anew when that becomes known. A deadline is written in the same
//! transaction as the clock it belongs to, so it cannot be lost.

mod absence;
mod heard;
mod sweep;
mod tick;
mod timekeeper;
mod walk;

use std::sync::atomic::{AtomicBool, Ordering};

use contracts::{Cause, Event, EventData, Key};
use decisions::Rules;
use engine::{Bus, Clock, Failure, Handler, Table, TimeLeft, then_apart, together};
use jiff::Timestamp;
use model::Revision;
use store::{DueItem, Store};

use absence::absence_changed;
use tick::tick;
use timekeeper::Timekeeper;
use walk::{AT_ONCE, Walk};

/// The function, over any store and bus.
#[derive(Debug)]
pub struct SlaTimers<S, C, B> {
    table: Table<S, C>,
    bus: B,
    timekeeper: Timekeeper,
    /// Whether this process knows that the running clocks have been looked at by its calendars.
    swept: AtomicBool,
    at_once: usize,
}

impl<S: Store, C: Clock, B: Bus> SlaTimers<S, C, B> {
    /// Runs clocks by these rules.
    #[must_use]
    pub const fn new(table: Table<S, C>, bus: B, rules: Rules) -> Self {
        Self {
            table,
            bus,
            timekeeper: Timekeeper::new(rules),
            swept: AtomicBool::new(false),
            at_once: AT_ONCE,
        }
    }

    /// The same, sending on so many deadlines of a shard at a time (at least one).
    #[must_use]
    pub fn sending(mut self, at_once: usize) -> Self {
        self.at_once = at_once.max(1);
        self
    }

    fn walk<'a>(&'a self, cause: &'a Event, at: Timestamp, sweep: Option<&'a str>) -> Walk<'a> {
        Walk {
            cause: Cause::of(cause),
            revision: &self.timekeeper.rules().model.revision,
            at,
            at_once: self.at_once,
            sweep,
        }
    }

    async fn tick(&self, event: &Event, at: Timestamp) -> Result<(), Failure> {
        tick(&self.table.store, &self.bus, &self.walk(event, at, None)).await?;
        if !self.swept.load(Ordering::Relaxed) {
            let model = &self.timekeeper.rules().model;
            let calendars = sweep::fingerprint(model)?;
            // Calendars that come back are another reason to look.
            let Revision { number, hash } = &model.revision;
            let reason = format!("{calendars} {number} {hash}");
            let walk = self.walk(event, at, Some(&reason));
            let swept = sweep::sweep(&self.table, &self.bus, &walk, &calendars).await?;
            self.swept.store(swept, Ordering::Relaxed);
        }
        let revision = &self.timekeeper.rules().model.revision;
        heard::keep(&self.table, at, revision).await
    }

    /// Sends on the next deadlines of a shard.
    async fn go_on(&self, event: &Event) -> Result<(), Failure> {
        let EventData::DeadlinesContinued(it) = &event.data else {
            return Ok(());
        };
        let walk = self.walk(event, it.at, it.sweep.as_deref());
        let key = Key::of_deadline(it.kind, &it.record);
        let after = DueItem { key, due: it.due };
        let part = walk.part(&self.table.store, &it.shard, Some(&after));
        let part = part.await?;
        walk.send(&self.bus, part.items, part.rest).await
    }
}

impl<S: Store, C: Clock, B: Bus> Handler for SlaTimers<S, C, B> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        match &event.data {
            EventData::Tick { at } => return self.tick(event, *at).await,
            EventData::DeadlinesContinued { .. } => return self.go_on(event).await,
            EventData::AbsenceChanged { person, .. } => {
                let walk = self.walk(event, event.time, Some(event.id.as_str()));
                return absence_changed(&self.table.store, &self.bus, &walk, person).await;
            }
            _ => {}
        }
        self.table.decide(&self.timekeeper, event, now).await?;
        Ok(())
    }

    /// All records of a batch together.
    async fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> Vec<Result<(), Failure>> {
        let records = together(events, names_no_record);
        let decided = self
            .table
            .decide_batch(&self.timekeeper, &records, time_left)
            .await;
        let decided = decided.into_iter();
        let decided = decided.map(|it| it.map(drop).map_err(Failure::from));
        then_apart(self, events, names_no_record, decided.collect(), time_left).await
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.timekeeper.rules().model.revision)
    }
}

const fn names_no_record(event: &Event) -> bool {
    matches!(
        event.data,
        EventData::Tick { .. }
            | EventData::DeadlinesContinued { .. }
            | EventData::AbsenceChanged { .. }
    )
}
