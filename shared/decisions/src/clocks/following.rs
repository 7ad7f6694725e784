//! A run whose budget goes by a field follows that field, as the model says.

use contracts::{
    EventData,
    state::{Clock, ClockStatus, KeptTerms, Left, Paused},
};
use jiff::Timestamp;
use model::BudgetChanges;

use super::{
    budget::budget,
    calculate::{arithmetic, counted, due, is_wall, remaining, spoken, steps, warning, zoned},
    context::Context,
    time_off::{calendar_of, within},
};

impl Context<'_> {
    /// The record has changed: the runs whose budgets go by a field that holds something else now are given what
    /// that is worth. What is late stays late, by the budget that it ran out with.
    pub(super) fn follow_budgets(&mut self, at: Timestamp) {
        for name in self.names() {
            if let Some((clock, kept)) = self.take(&name)
                && matches!(clock.status, ClockStatus::Running | ClockStatus::Paused)
            {
                self.follow_budget(&name, clock, kept, at);
            }
        }
    }

    fn follow_budget(&mut self, name: &str, mut clock: Clock, mut kept: KeptTerms, at: Timestamp) {
        let found = kept.policy.within.as_ref();
        let Some(Ok((amount, because))) = found.map(|within| budget(within, &self.facts(at)))
        else {
            return;
        };
        let amount = amount.to_string();
        let counted_by =
            calendar_of(self.staffing, &clock).zip(self.staffing.calendar(&clock.calendar));
        let Some((calendar, plain)) = counted_by.filter(|_| amount != clock.budget) else {
            return;
        };
        let whole = Left::Budget(amount.clone());
        let total = |from| {
            let end = due(&calendar, from, &whole)?;
            Ok::<Left, String>(remaining(&calendar, &whole, from, end))
        };
        let (from, counts, since) = match kept.policy.budget_changes {
            BudgetChanges::Keep => return,
            BudgetChanges::FromNow => {
                let paused = kept.paused.as_ref().map(|paused| paused.since);
                let from = paused.unwrap_or_else(|| at.max(kept.from));
                (from, from, "the change")
            }
            BudgetChanges::FromStart => (kept.from, clock.started, "the start"),
        };
        let Ok(total) = total(counts) else { return };
        let left = match kept.policy.budget_changes {
            BudgetChanges::FromStart => less_used(&kept, &whole, &total),
            BudgetChanges::FromNow | BudgetChanges::Keep => whole,
        };
        let calculated =
            due(&calendar, from, &left).and_then(|due| Ok((due, steps(plain, due, &kept.steps)?)));
        let Ok((to, steps)) = calculated else { return };
        let before = std::mem::replace(&mut clock.due, to);
        kept.from = from;
        kept.left = left;
        kept.seconds = counted(&total);
        clock.budget = amount;
        let note = match &kept.paused {
            None => {
                clock.warn_at = warning(&calendar, &kept, to);
                clock.steps = steps;
                format!(
                    "due {} → {}; {}",
                    zoned(&calendar, before),
                    zoned(&calendar, to),
                    arithmetic(&calendar, kept.from, &kept.left, to)
                )
            }
            Some(Paused { since, .. }) => {
                let since = *since;
                let left = remaining(&calendar, &kept.left, since, to.max(since));
                let words = spoken(&left);
                kept.paused = Some(Paused { since, left });
                format!("{words} left while it stands still")
            }
        };
        if let Some(time_off) = &mut clock.time_off {
            *time_off = within(self.staffing, &clock.owner, kept.from, to);
        }
        self.reason(name, format!("{because} now, counted from {since}; {note}"));
        self.say(format!("clock moved: {name}, {} now", clock.budget));
        self.emit(EventData::ClockMoved {
            clock: name.to_owned(),
            instance: clock.instance,
            from: before,
            to,
        });
        self.put(name, clock, kept);
    }
}

/// What is left of a new budget for a run that goes on from where it last went on: what it had used before
/// a pause is used. What was used in another kind of time, of open hours or of the wall clock, cannot be
/// compared, and does not count.
fn less_used(kept: &KeptTerms, whole: &Left, total: &Left) -> Left {
    let used = match &kept.left {
        Left::Budget(_) => 0,
        left => kept.seconds.saturating_sub(counted(left)).max(0),
    };
    let (wall, before) = (is_wall(whole), is_wall(&kept.left));
    if used == 0 || wall != before {
        return whole.clone();
    }
    let left = counted(total).saturating_sub(used).max(0);
    if wall {
        Left::Wall(left)
    } else {
        Left::Open(left)
    }
}
