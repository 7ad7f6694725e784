use contracts::{
    EventData,
    state::{Clock, ClockStatus, KeptTerms},
};

use super::{
    calculate::{arithmetic, due, remaining, spoken, steps, warning, zoned},
    context::Context,
    late_pause::{planned, stands},
    time_off::{calendar_of, why_moved, within},
};

impl Context<'_> {
    /// Moves the deadlines that have not fired to where the calendars of this model and the owners'
    /// time off put them. The
    /// budget stays the one that the run started with; what has fired stays fired. Nothing moves
    /// twice, since the next calculation gives the same.
    pub(super) fn recalculate(&mut self) {
        for name in self.names() {
            if !self.is_under_way(&name) {
                continue;
            }
            let Some((clock, kept)) = self.take(&name) else {
                continue;
            };
            match clock.status {
                ClockStatus::Running => self.move_due(&name, clock, kept),
                ClockStatus::Paused => self.move_paused(&name, clock, kept),
                ClockStatus::Late if !stands(&kept) => self.move_steps(&name, clock, kept),
                _ => {}
            }
        }
    }

    fn move_due(&mut self, name: &str, mut clock: Clock, kept: KeptTerms) {
        let counted =
            calendar_of(self.staffing, &clock).zip(self.staffing.calendar(&clock.calendar));
        let Some((calendar, plain)) = counted else {
            return;
        };
        let calculated = due(&calendar, kept.from, &kept.left)
            .and_then(|due| Ok((due, steps(plain, due, &kept.steps)?)));
        let Ok((to, steps)) = calculated else { return };
        let from = clock.due;
        if to == from {
            return;
        }
        let note = format!(
            "due {} → {}, {}; {}",
            zoned(&calendar, from),
            zoned(&calendar, to),
            why_moved(self.staffing, &clock, &kept, to),
            arithmetic(&calendar, kept.from, &kept.left, to)
        );
        self.reason(name, note);
        self.say(format!("clock moved: {name}"));
        self.emit(EventData::ClockMoved {
            clock: name.to_owned(),
            instance: clock.instance,
            from,
            to,
        });
        clock.due = to;
        clock.warn_at = warning(&calendar, &kept, to);
        clock.steps = steps;
        if let Some(time_off) = &mut clock.time_off {
            *time_off = within(self.staffing, &clock.owner, kept.from, to);
        }
        self.put(name, clock, kept);
    }

    /// What is left of a clock that stands still, if the days before it came to stand have changed.
    fn move_paused(&mut self, name: &str, mut clock: Clock, mut kept: KeptTerms) {
        let Some(calendar) = calendar_of(self.staffing, &clock) else {
            return;
        };
        let Ok(to) = due(&calendar, kept.from, &kept.left) else {
            return;
        };
        let why = why_moved(self.staffing, &clock, &kept, to);
        let Some(paused) = &mut kept.paused else {
            return;
        };
        let left = remaining(&calendar, &kept.left, paused.since, to.max(paused.since));
        let from = clock.due;
        if to == from || left == paused.left {
            return;
        }
        let note = format!(
            "{} left while it stands still, it was {}, {why}",
            spoken(&left),
            spoken(&paused.left)
        );
        paused.left = left;
        clock.due = to;
        if let Some(time_off) = &mut clock.time_off {
            *time_off = within(self.staffing, &clock.owner, kept.from, to);
        }
        self.reason(name, note);
        self.say(format!("clock moved: {name}"));
        self.emit(EventData::ClockMoved {
            clock: name.to_owned(),
            instance: clock.instance,
            from,
            to,
        });
        self.put(name, clock, kept);
    }

    /// The breach stands; the steps that are still to come follow the calendar.
    fn move_steps(&mut self, name: &str, mut clock: Clock, kept: KeptTerms) {
        let Some(calendar) = self.staffing.calendar(&clock.calendar) else {
            return;
        };
        let Ok(all) = planned(calendar, &clock, &kept) else {
            return;
        };
        let mut notes = Vec::new();
        for step in &mut clock.steps {
            let Some(to) = all.iter().find(|it| it.number == step.number) else {
                continue;
            };
            if to.at == step.at || kept.postponed.contains(&step.number) {
                continue;
            }
            notes.push(format!(
                "step {}: {} → {}, since the calendar {} says otherwise in revision {}",
                step.number,
                zoned(calendar, step.at),
                zoned(calendar, to.at),
                clock.calendar,
                self.staffing.model.revision
            ));
            step.at = to.at;
        }
        if notes.is_empty() {
            return;
        }
        clock.steps.sort_by_key(|step| (step.at, step.number));
        for note in notes {
            self.reason(name, note);
        }
        self.say(format!("steps moved: {name}"));
        self.put(name, clock, kept);
    }
}
