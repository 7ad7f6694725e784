use contracts::{
    EventData, Verdict,
    state::{ClockStatus, Left, Paused},
};
use jiff::Timestamp;

use super::{
    calculate::{arithmetic, counted, due, remaining, spoken, steps, warning, zoned},
    context::Context,
    time_off::{calendar_of, within},
};
use crate::condition::verdict;

impl Context<'_> {
    /// Lets clocks stand still or run again, as their conditions say of the record. What is not
    /// known does not stop a clock. A late clock stays late and only its further steps stand still,
    /// unless the record changed before the due time and we only hear of it now.
    pub(super) fn pause_or_resume(&mut self, at: Timestamp) {
        // The copy at hand may be newer than the event that led here, and what it shows with it.
        let at = at.max(self.record.modified);
        for name in self.names() {
            let Some(clock) = self.book.clocks.get(&name) else {
                continue;
            };
            let (status, owed) = (clock.status, at < clock.due);
            let stands = self.stands_still(&name, at);
            match (status, stands) {
                (ClockStatus::Running | ClockStatus::Late, true) if owed => self.pause(&name, at),
                (ClockStatus::Paused, false) => self.resume(&name, at),
                (ClockStatus::Late, true) => self.hold_steps(&name, at),
                (ClockStatus::Late, false) => self.release_steps(&name, at),
                _ => {}
            }
        }
    }

    /// Whether the record is such that this clock stands still.
    pub(super) fn stands_still(&self, name: &str, at: Timestamp) -> bool {
        let condition = self.policy(name).and_then(|policy| policy.pause.as_ref());
        condition.is_some_and(|when| verdict(when, &self.facts(at)) == Verdict::Held)
    }

    fn pause(&mut self, name: &str, at: Timestamp) {
        let Some((mut clock, mut kept)) = self.take(name) else {
            return;
        };
        let Some(calendar) = calendar_of(self.staffing, &clock) else {
            return;
        };
        // What we hear of too late to believe it: the run began, or went on, after it.
        let since = at.max(kept.from);
        let left = remaining(&calendar, &kept.left, since, clock.due);
        if clock.status == ClockStatus::Late {
            self.emit(EventData::ClockBreachWithdrawn {
                clock: name.to_owned(),
                instance: clock.instance,
                due: clock.due,
            });
            self.reason(name, "it stood still before the due time, as we hear only now, so the breach is withdrawn");
        }
        let seconds = counted(&left);
        self.emit(EventData::ClockPaused {
            clock: name.to_owned(),
            instance: clock.instance,
            left: seconds,
        });
        let words = spoken(&left);
        let note = format!(
            "it stands still from {} on, with {words} left",
            zoned(&calendar, since)
        );
        self.reason(name, note);
        self.say(format!("clock paused: {name} with {words} left"));
        clock.status = ClockStatus::Paused;
        clock.warn_at = None;
        clock.steps.clear();
        kept.postponed.clear();
        kept.steps_left = None;
        kept.paused = Some(Paused { since, left });
        self.put(name, clock, kept);
    }

    fn resume(&mut self, name: &str, at: Timestamp) {
        let Some((mut clock, mut kept)) = self.take(name) else {
            return;
        };
        let Some(paused) = kept.paused.take() else {
            return;
        };
        let counted =
            calendar_of(self.staffing, &clock).zip(self.staffing.calendar(&clock.calendar));
        let Some((calendar, plain)) = counted else {
            return;
        };
        kept.from = at.max(paused.since);
        kept.left = paused.left;
        let calculated = due(&calendar, kept.from, &kept.left)
            .and_then(|due| Ok((due, steps(plain, due, &kept.steps)?)));
        let Ok((due, steps)) = calculated else {
            return;
        };
        clock.status = ClockStatus::Running;
        clock.due = due;
        clock.warn_at = warning(&calendar, &kept, due);
        clock.steps = steps;
        if let Some(time_off) = &mut clock.time_off {
            *time_off = within(self.staffing, &clock.owner, kept.from, due);
        }
        let note = format!(
            "it runs again; {}",
            arithmetic(&calendar, kept.from, &kept.left, due)
        );
        self.reason(name, note);
        self.say(format!("clock resumed: {name}"));
        self.emit(EventData::ClockResumed {
            clock: name.to_owned(),
            instance: clock.instance,
            due,
        });
        self.put(name, clock, kept);
    }

    /// Goes on with what was left when the record was closed.
    pub(super) fn go_on(&mut self, name: &str, left: Left, at: Timestamp) {
        let Some((mut clock, mut kept)) = self.take(name) else {
            return;
        };
        kept.closed = None;
        kept.paused = Some(Paused { since: at, left });
        clock.status = ClockStatus::Paused;
        self.put(name, clock, kept);
        self.resume(name, at);
    }
}
