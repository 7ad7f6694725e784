use contracts::{
    EventData,
    state::{Clock, ClockStatus, KeptTerms},
};
use jiff::Timestamp;
use model::Reopen;

use super::{calculate::remaining, context::Context, time_off::calendar_of};
use crate::{condition::length, journey::Stands};

impl Context<'_> {
    /// The record's journey has ended: its open clocks are cancelled. What was left is kept where
    /// the model says that a run goes on when the record is opened again.
    pub(super) fn close(&mut self, at: Timestamp) {
        if !self.is_open_by_gate(at) {
            self.not_owed(|_| true);
        }
        self.close_runs(at, |_| false);
    }

    /// The same upon a copy of the record. What a stage can meet is left for the gate, which tells whether the
    /// move stands that closed it; of what is archived it tells nothing.
    pub(super) fn close_but_by_gate(&mut self, at: Timestamp) {
        let archived = self.record.archived;
        if archived {
            self.not_owed(|_| true);
        }
        self.close_runs(at, |kept| {
            let meets = kept.meets();
            !archived && meets.iter().any(|it| it.meet.upon.is_of_stages())
        });
    }

    fn close_runs(&mut self, at: Timestamp, left: impl Fn(&KeptTerms) -> bool) {
        self.forget_days();
        let why = match self.facts(at).stands() {
            Stands::Outside => "the record is on no journey that the model knows",
            _ => "the record is closed",
        };
        for name in self.names() {
            let Some((clock, mut kept)) = self.take(&name) else {
                continue;
            };
            // What a closing stage hands over is taken over when it is closed.
            let handed = kept.policy.hand_off.is_some() && !self.is_gone(at);
            if !clock.status.is_open() || handed || left(&kept) {
                continue;
            }
            if kept.policy.reopen == Some(Reopen::Resume) {
                let calendar = calendar_of(self.staffing, &clock);
                kept.closed = match kept.paused.take() {
                    Some(paused) => Some(paused.left),
                    None => calendar.map(|calendar| {
                        remaining(&calendar, &kept.left, at.min(clock.due), clock.due)
                    }),
                };
            }
            let merged = self.record.merged_into.as_ref();
            let merged = merged
                .filter(|_| self.record.archived)
                .map(|into| format!("the record was merged into {}", into.name()));
            let why = merged.as_deref().unwrap_or(why);
            self.cancel(&name, clock, kept, (why, at));
        }
    }

    /// Nobody owns the record any more: nobody is late with it, and its open clocks are cancelled.
    pub(super) fn abandon(&mut self, at: Timestamp) {
        for name in self.names() {
            let Some((mut clock, kept)) = self.take(&name) else {
                continue;
            };
            if let Some(of) = &kept.policy.hand_off {
                if clock.status.is_open() {
                    self.pass_on(&name, &of.terms, None, at);
                }
                continue;
            }
            if clock.status.is_open() {
                clock.ownerless = true;
                if kept.policy.start.is_of_the_record() {
                    self.book.owed.insert(name.clone(), at);
                }
                self.cancel(&name, clock, kept, ("the record has no owner", at));
            }
        }
    }

    pub(super) fn cancel(
        &mut self,
        name: &str,
        mut clock: Clock,
        kept: KeptTerms,
        (why, at): (&str, Timestamp),
    ) {
        self.emit(EventData::ClockCancelled {
            clock: name.to_owned(),
            instance: clock.instance,
        });
        let left = clock.due.duration_since(at);
        let side = if left.is_negative() {
            "after"
        } else {
            "before"
        };
        self.reason(
            name,
            format!("{why}, {} {side} it was due", length(left.abs())),
        );
        self.say(format!("clock cancelled: {name}"));
        clock.status = ClockStatus::Cancelled;
        clock.warn_at = None;
        clock.steps.clear();
        self.put(name, clock, kept);
    }

    /// The record is open: what its closing ended goes on or starts anew, where the model says so.
    pub(super) fn reopen(&mut self, at: Timestamp) {
        for (name, terms) in self.own_terms() {
            let Some((clock, kept)) = self.take(name) else {
                continue;
            };
            if clock.status != ClockStatus::Cancelled || clock.ownerless {
                continue;
            }
            match kept.policy.reopen {
                Some(Reopen::Resume) => {
                    if let Some(left) = kept.closed {
                        self.go_on(name, left, at);
                    }
                }
                Some(Reopen::New) => self.start(name, terms, &clock.owner, at),
                None => {}
            }
        }
    }
}
