//! A late clock stays late, but what is still to follow stands still while its record does.

use std::collections::BTreeMap;

use business_time::Calendar;
use contracts::{
    EventData,
    state::{Clock, KeptStep, KeptTerms, Left, Step, StepsLeft},
};
use jiff::Timestamp;

use super::{
    calculate::{due, remaining, steps, zoned},
    context::Context,
};

impl Context<'_> {
    /// Keeps what is left until each further step of a late clock. A step that fell due before is
    /// taken all the same.
    pub(super) fn hold_steps(&mut self, name: &str, at: Timestamp) {
        let Some((mut clock, mut kept)) = self.take(name) else {
            return;
        };
        if stands(&kept) {
            return;
        }
        let Some(calendar) = self.staffing.calendar(&clock.calendar) else {
            return;
        };
        let before = kept.steps_left.as_ref().and_then(|it| it.from);
        let since = at.max(before.unwrap_or(clock.due));
        let (fallen_due, coming): (Vec<_>, Vec<_>) = clock
            .steps
            .drain(..)
            .partition(|step| step.at <= since && !kept.postponed.contains(&step.number));
        if coming.is_empty() {
            return;
        }
        let left: BTreeMap<u32, Left> = coming
            .iter()
            .map(|step| (step.number, left_until(calendar, &kept, step, since)))
            .collect();
        for number in left.keys() {
            kept.postponed.remove(number);
        }
        let note = format!(
            "it is late, and {} from {} on",
            match coming.as_slice() {
                [one] => format!("its step {} stands still", one.number),
                more => format!("its {} further steps stand still", more.len()),
            },
            zoned(calendar, since)
        );
        self.reason(name, note);
        self.say(format!("late clock paused: {name}"));
        self.emit(EventData::ClockPaused {
            clock: name.to_owned(),
            instance: clock.instance,
            left: 0,
        });
        clock.steps = fallen_due;
        kept.steps_left = Some(StepsLeft {
            since,
            from: None,
            left,
        });
        self.put(name, clock, kept);
    }

    /// Lets the steps of a late clock come that stood still, each after what was left until it.
    pub(super) fn release_steps(&mut self, name: &str, at: Timestamp) {
        let Some((mut clock, mut kept)) = self.take(name) else {
            return;
        };
        let Some(calendar) = self.staffing.calendar(&clock.calendar) else {
            return;
        };
        let Some(held) = kept.steps_left.as_mut().filter(|it| it.from.is_none()) else {
            return;
        };
        held.from = Some(at.max(held.since));
        let Ok(planned) = planned(calendar, &clock, &kept) else {
            return;
        };
        let waiting = kept.steps_left.as_ref().map(|it| &it.left);
        let back = planned
            .into_iter()
            .filter(|step| waiting.is_some_and(|left| left.contains_key(&step.number)));
        let back: Vec<Step> = back.collect();
        let coming: Vec<String> = back
            .iter()
            .map(|step| format!("step {} comes {}", step.number, zoned(calendar, step.at)))
            .collect();
        self.reason(name, format!("it goes on: {}", coming.join(", ")));
        self.say(format!("late clock resumed: {name}"));
        self.emit(EventData::ClockResumed {
            clock: name.to_owned(),
            instance: clock.instance,
            due: clock.due,
        });
        clock.steps.extend(back);
        clock.steps.sort_by_key(|step| (step.at, step.number));
        self.put(name, clock, kept);
    }
}

/// Whether the steps of a late clock stand still.
pub(super) fn stands(kept: &KeptTerms) -> bool {
    let held = kept.steps_left.as_ref();
    held.is_some_and(|held| held.from.is_none())
}

/// When each step after the due time is taken: as the terms say, or, once it has stood still, when
/// what was left until it has passed.
pub(super) fn planned(
    calendar: &Calendar,
    clock: &Clock,
    kept: &KeptTerms,
) -> Result<Vec<Step>, String> {
    let mut planned = steps(calendar, clock.due, &kept.steps)?;
    if let Some(held) = &kept.steps_left
        && let Some(from) = held.from
    {
        for step in &mut planned {
            if let Some(left) = held.left.get(&step.number) {
                step.at = due(calendar, from, left)?;
            }
        }
        planned.sort_by_key(|step| (step.at, step.number));
    }
    Ok(planned)
}

/// What is left until a step, in the kind of time in which the model says when it comes. One that
/// waits for working time has fallen due already.
fn left_until(calendar: &Calendar, kept: &KeptTerms, step: &Step, since: Timestamp) -> Left {
    if kept.postponed.contains(&step.number) {
        return Left::Wall(0);
    }
    let counted = |it: &KeptStep| it.after.clone().map_or(Left::Wall(0), Left::Budget);
    let terms = kept.steps.iter().find(|it| it.number == step.number);
    let like = terms.map_or(Left::Wall(0), counted);
    remaining(calendar, &like, since, step.at)
}
