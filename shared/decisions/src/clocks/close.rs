use contracts::{EventData, state::ClockStatus};
use jiff::Timestamp;
use model::Reopen;

use super::{calculate::remaining, context::Context, time_off::calendar_of};
use crate::condition::length;

impl Context<'_> {
    /// The record's journey has ended: its open clocks are cancelled. What was left is kept where
    /// the model says that a run goes on when the record is opened again.
    pub(super) fn close(&mut self, at: Timestamp) {
        for name in self.names() {
            let Some((mut clock, mut kept)) = self.take(&name) else {
                continue;
            };
            if !clock.status.is_open() {
                continue;
            }
            let reopen = self.policy(&name).and_then(|policy| policy.reopen);
            let resumes = reopen == Some(Reopen::Resume);
            if let (true, Some(kept)) = (resumes, &mut kept) {
                let calendar = calendar_of(self.rules, &clock);
                kept.closed = match kept.paused.take() {
                    Some(paused) => Some(paused.left),
                    None => calendar.map(|calendar| {
                        remaining(&calendar, &kept.left, at.min(clock.due), clock.due)
                    }),
                };
            }
            self.emit(EventData::ClockCancelled {
                clock: name.clone(),
                instance: clock.instance,
            });
            let left = clock.due.duration_since(at);
            let side = if left.is_negative() {
                "after"
            } else {
                "before"
            };
            let note = format!(
                "the record is closed, {} {side} it was due",
                length(left.abs())
            );
            self.reason(&name, note);
            self.say(format!("clock cancelled: {name}"));
            clock.status = ClockStatus::Cancelled;
            clock.warn_at = None;
            clock.steps.clear();
            self.put(&name, clock, kept);
        }
    }

    /// The record is open: what its closing ended goes on or starts anew, where the model says so.
    pub(super) fn reopen(&mut self, at: Timestamp) {
        for (name, terms) in self.own_terms() {
            let Some((clock, kept)) = self.take(name) else {
                continue;
            };
            if clock.status != ClockStatus::Cancelled {
                continue;
            }
            match self.policy(name).and_then(|policy| policy.reopen) {
                Some(Reopen::Resume) => {
                    if let Some(left) = kept.and_then(|kept| kept.closed) {
                        self.go_on(name, left, at);
                    }
                }
                Some(Reopen::New) => self.start(name, terms, &clock.owner, at),
                None => {}
            }
        }
    }
}
