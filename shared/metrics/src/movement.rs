//! How a pipeline came from what it was to what it is.

use serde::Serialize;

use crate::quantity::Quantity;

/// Where a deal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is open.
    Open,
    /// It is won.
    Won,
    /// It is closed otherwise.
    Lost,
}

/// What of a deal at one instant says whether it is in the pipeline, and with how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deal {
    /// Where it stands.
    pub standing: Standing,
    /// Its amount; one without an amount is there with nothing.
    pub amount: Quantity,
    /// Whether it closes within the days that are looked at.
    pub within: bool,
}

/// Why the pipeline is another than it was. The first four make it more, the others less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Moved {
    /// The deal came into being.
    New,
    /// Its close date came into the days that are looked at.
    PulledIn,
    /// Its amount became more.
    Up,
    /// It was closed, and is open again.
    Reopened,
    /// Its close date left the days that are looked at, or was taken away.
    Slipped,
    /// Its amount became less.
    Down,
    /// It was won.
    Won,
    /// It was closed otherwise.
    Lost,
    /// It is no more: taken away, or joined to another.
    Gone,
}

impl Moved {
    /// Each of them, in the order in which they are told.
    pub const ALL: [Self; 9] = [
        Self::New,
        Self::PulledIn,
        Self::Up,
        Self::Reopened,
        Self::Slipped,
        Self::Down,
        Self::Won,
        Self::Lost,
        Self::Gone,
    ];

    /// Whether it makes the pipeline more.
    #[must_use]
    pub const fn is_more(self) -> bool {
        matches!(self, Self::New | Self::PulledIn | Self::Up | Self::Reopened)
    }

    /// As it is told: `pulled in`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::PulledIn => "pulled in",
            Self::Up => "up",
            Self::Reopened => "reopened",
            Self::Slipped => "slipped",
            Self::Down => "down",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Gone => "gone",
        }
    }

    const fn place(self) -> usize {
        self as usize
    }
}

/// So many deals, and what they come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Amounts {
    /// How many, or how often.
    pub count: u64,
    /// What they come to; never below nothing where no amount is.
    pub sum: Quantity,
}

impl Amounts {
    pub(crate) fn add(&mut self, amount: Quantity) {
        self.count += 1;
        self.sum.add(amount);
    }
}

/// One change of one deal, as it moved the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Why.
    pub moved: Moved,
    /// By how much; whether it was more or less is in the reason.
    pub amount: Quantity,
}

/// A pipeline at two instants, and everything that moved it in between.
///
/// The parts come to the difference exactly: the opening, and what made it more, less what made it less, is the closing.
/// Opening and closing are counted by themselves and not made of the parts, so that [`Self::sums`] can be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Movement {
    /// The pipeline at the first instant.
    pub opening: Amounts,
    /// The pipeline at the last.
    pub closing: Amounts,
    parts: [Amounts; Moved::ALL.len()],
}

impl Deal {
    /// Whether it is in the pipeline: open, and closing within the days that are looked at.
    #[must_use]
    pub const fn is_in(self) -> bool {
        self.within && matches!(self.standing, Standing::Open)
    }

    const fn end(self) -> Option<Moved> {
        match self.standing {
            Standing::Open => None,
            Standing::Won => Some(Moved::Won),
            Standing::Lost => Some(Moved::Lost),
        }
    }
}

/// How a deal that was so and is so now has moved the pipeline.
///
/// Where several things changed at once, they are told as if the amount had changed first, then the close date come
/// in, then the deal closed, then the close date left. So what was won is told with what it was worth then, and a
/// deal that came into the pipeline and was won in between is told as both.
#[must_use]
pub fn steps(before: Option<Deal>, after: Option<Deal>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut step = |moved, amount| steps.push(Step { moved, amount });
    let was_in = before.is_some_and(Deal::is_in);
    let Some(after) = after else {
        if let Some(before) = before.filter(|_| was_in) {
            step(Moved::Gone, before.amount);
        }
        return steps;
    };
    if let Some(before) = before.filter(|_| was_in) {
        let difference = after.amount.less(before.amount);
        if difference > Quantity::default() {
            step(Moved::Up, difference);
        } else if difference < Quantity::default() {
            step(Moved::Down, Quantity::default().less(difference));
        }
        let end = after.end().or((!after.within).then_some(Moved::Slipped));
        if let Some(end) = end {
            step(end, after.amount);
        }
        return steps;
    }
    let was_closed = before.and_then(Deal::end).is_some();
    if !after.within || (was_closed && after.end().is_some()) {
        return steps;
    }
    let came = match before {
        None => Moved::New,
        Some(_) if was_closed => Moved::Reopened,
        Some(_) => Moved::PulledIn,
    };
    step(came, after.amount);
    if let Some(end) = after.end() {
        step(end, after.amount);
    }
    steps
}

impl Movement {
    /// Counts a deal by how it was at the first instant, after each change, and at the last; nothing where it was not
    /// there. Tells each step.
    pub fn add(&mut self, way: &[Option<Deal>], mut told: impl FnMut(Step)) {
        let mut standing = |deal: Option<&Option<Deal>>, amounts: fn(&mut Self) -> &mut Amounts| {
            if let Some(deal) = deal.copied().flatten().filter(|it| it.is_in()) {
                amounts(self).add(deal.amount);
            }
        };
        standing(way.first(), |it| &mut it.opening);
        standing(way.last(), |it| &mut it.closing);
        for pair in way.windows(2) {
            let [before, after] = pair else { continue };
            for step in steps(*before, *after) {
                if let Some(part) = self.parts.get_mut(step.moved.place()) {
                    part.add(step.amount);
                }
                told(step);
            }
        }
    }

    /// How often this moved it, and by how much.
    #[must_use]
    pub fn part(&self, moved: Moved) -> Amounts {
        self.parts.get(moved.place()).copied().unwrap_or_default()
    }

    /// Whether the opening and the parts come to the closing. They always do.
    #[must_use]
    pub fn sums(&self) -> bool {
        let mut sum = self.opening.sum;
        for moved in Moved::ALL {
            let part = self.part(moved).sum;
            if moved.is_more() {
                sum.add(part);
            } else {
                sum = sum.less(part);
            }
        }
        sum == self.closing.sum
    }
}

#[cfg(test)]
mod tests {
    use proptest::{option, prelude::*, sample::select};

    use super::*;

    fn deal() -> impl Strategy<Value = Option<Deal>> {
        let standing = select(vec![Standing::Open, Standing::Won, Standing::Lost]);
        let deal =
            (standing, -5_i64..1_000, any::<bool>()).prop_map(|(standing, amount, within)| Deal {
                standing,
                amount: Quantity::whole(amount),
                within,
            });
        option::weighted(0.8, deal)
    }

    proptest! {
        /// The identity, whatever happens to any deal in whatever order.
        #[test]
        fn the_parts_come_to_the_closing(ways in prop::collection::vec(prop::collection::vec(deal(), 1..7), 0..20)) {
            let mut movement = Movement::default();
            ways.iter().for_each(|way| movement.add(way, |_| {}));
            prop_assert!(movement.sums());
        }

        /// What two exports tell and what a log tells in between differ in the parts, and never at the ends.
        #[test]
        fn a_log_and_two_exports_agree_on_the_ends(way in prop::collection::vec(deal(), 2..7)) {
            let (mut all, mut ends) = (Movement::default(), Movement::default());
            all.add(&way, |_| {});
            let two = [way.first().copied().flatten(), way.last().copied().flatten()];
            ends.add(&two, |_| {});
            prop_assert_eq!((all.opening, all.closing), (ends.opening, ends.closing));
            prop_assert!(ends.sums());
        }
    }

    fn at(standing: Standing, amount: i64, within: bool) -> Option<Deal> {
        let amount = Quantity::whole(amount);
        Some(Deal {
            standing,
            amount,
            within,
        })
    }

    #[test]
    fn each_change_has_its_part() {
        use Moved::{Down, Gone, Lost, New, PulledIn, Reopened, Slipped, Up};
        use Standing::Open;
        let (open, later) = (at(Open, 10, true), at(Open, 10, false));
        let (won, lost) = (at(Standing::Won, 10, true), at(Standing::Lost, 10, true));
        let cases: [(_, _, &[(Moved, i64)]); 15] = [
            (None, open, &[(New, 10)]),
            (None, later, &[]),
            (None, won, &[(New, 10), (Moved::Won, 10)]),
            (later, open, &[(PulledIn, 10)]),
            (later, won, &[(PulledIn, 10), (Moved::Won, 10)]),
            (open, at(Open, 14, true), &[(Up, 4)]),
            (open, at(Open, 7, true), &[(Down, 3)]),
            (open, at(Open, 14, false), &[(Up, 4), (Slipped, 14)]),
            (open, lost, &[(Lost, 10)]),
            // A close date that leaves the days with the closing is no slip.
            (
                open,
                at(Standing::Won, 12, false),
                &[(Up, 2), (Moved::Won, 12)],
            ),
            (open, None, &[(Gone, 10)]),
            (later, None, &[]),
            (lost, open, &[(Reopened, 10)]),
            (lost, won, &[]),
            (open, open, &[]),
        ];
        for (before, after, wanted) in cases {
            let found = steps(before, after)
                .into_iter()
                .map(|it| (it.moved, it.amount));
            let wanted = wanted
                .iter()
                .map(|(moved, amount)| (*moved, Quantity::whole(*amount)));
            assert!(
                found.eq(wanted),
                "{before:?} → {after:?}: {:?}",
                steps(before, after)
            );
        }
    }
}
