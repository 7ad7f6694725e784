//! Stories made by a seed, for any operating model: records whose fields hold what the model's own
//! conditions ask for, people who work on them, and what goes wrong meanwhile.

mod approvals;
mod behaviour;
mod cast;
mod exceptions;
mod faults;
mod lives;
mod moves;
mod reminders;
mod reviews;
mod users;
mod values;

use decisions::Rules;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

pub(crate) use self::values::PERSONAL;
use self::values::Values;
use crate::{
    story::{Action, Story},
    world::after,
};

/// How much happens in a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// 5 to 14 records in 1 to 4 days.
    Short,
    /// 200 records in 30 days.
    Long,
    /// So many leads a day for so many days, and nothing goes wrong.
    Plain {
        /// How many days.
        days: u32,
        /// How many leads a day.
        leads: u32,
    },
}

/// Makes stories about a company with these rules.
#[derive(Debug)]
pub(crate) struct Generator {
    rules: Rules,
    values: Values,
    begins: Timestamp,
}

impl Generator {
    /// Stories that begin within a week of this instant.
    #[must_use]
    pub(crate) fn new(rules: &Rules, begins: Timestamp) -> Self {
        Self {
            values: Values::of(&rules.model),
            rules: rules.clone(),
            begins,
        }
    }

    /// The story of a seed: the same seed gives the same story.
    #[must_use]
    pub(crate) fn story(&self, seed: u64, size: Size) -> Story {
        let mut rng = Rng::with_seed(seed ^ 0x5eed_0f5e_ed0f_5eed);
        let (days, accounts, leads, opportunities) = match size {
            Size::Short => (
                rng.i64(1..=4),
                rng.usize(1..=3),
                rng.usize(3..=7),
                rng.usize(1..=4),
            ),
            Size::Long => (30, 60, 100, 40),
            Size::Plain { days, leads } => {
                let leads = usize::try_from(days.saturating_mul(leads)).unwrap_or(usize::MAX);
                (i64::from(days), leads / 2, leads, leads / 4)
            }
        };
        let from = match size {
            Size::Plain { .. } => self.begins,
            _ => after(
                self.begins,
                SignedDuration::from_secs(rng.i64(0..7 * 24 * 3600)),
            ),
        };
        let until = after(from, SignedDuration::from_hours(days.saturating_mul(24)));
        let mut actions: Vec<Action> = Vec::new();
        let counts = [accounts, leads, opportunities];
        self.lives(&mut rng, (from, until), counts, size, &mut actions);
        actions.retain(|it| it.at < until);
        actions.sort_by_key(|it| it.at);
        let mut faults = match size {
            Size::Plain { .. } => Vec::new(),
            _ => self.faults(&mut rng, (from, until), &actions),
        };
        if !matches!(size, Size::Plain { .. }) {
            let own = Rng::with_seed(seed ^ 0x1057_1057_1057_1057);
            faults.extend(Self::lost_webhooks(own, (from, until), &actions));
        }
        if !matches!(size, Size::Plain { .. }) {
            let own = Rng::with_seed(seed ^ 0x0e7c_0e7c_0e7c_0e7c);
            self.exceptions(own, until, &mut actions);
            let own = Rng::with_seed(seed ^ 0x0a99_0a99_0a99_0a99);
            self.approvals(own, until, &mut actions);
            let own = Rng::with_seed(seed ^ 0x05e2_05e2_05e2_05e2);
            self.users(own, (from, until), &mut actions);
            let own = Rng::with_seed(seed ^ 0x0e1e_0e1e_0e1e_0e1e);
            self.reviews(own, (from, until), &mut actions);
            let own = Rng::with_seed(seed ^ 0x0beb_0beb_0beb_0beb);
            behaviour::behaviour(own, (from, until), &mut actions);
            let own = Rng::with_seed(seed ^ 0x0aed_0aed_0aed_0aed);
            self.reminders(own, until, &mut actions);
            actions.retain(|it| from <= it.at && it.at < until);
            actions.sort_by_key(|it| it.at);
        }
        Story {
            seed,
            from,
            until,
            actions,
            faults,
        }
    }
}
