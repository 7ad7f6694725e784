use serde::Serialize;

use crate::{figure::Figure, rate::Rate};

/// How a figure stands to that of a period before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// It is greater.
    Up,
    /// It is smaller.
    Down,
    /// It is the same.
    Same,
    /// It is another rate, but their intervals overlap: that may be chance.
    PerhapsUp,
    /// The same, where it is smaller.
    PerhapsDown,
    /// There are too few to tell, now or then.
    TooFew,
}

impl Trend {
    /// How a figure stands to the same of a period before; none where they are no numbers of one kind.
    #[must_use]
    pub fn of(now: &Figure, before: &Figure) -> Option<Self> {
        if let (Some(now), Some(before)) = (now.rate(), before.rate()) {
            return Some(Self::of_rates(now, before));
        }
        let (now, before) = (number(now)?, number(before)?);
        Some(match now.total_cmp(&before) {
            std::cmp::Ordering::Greater => Self::Up,
            std::cmp::Ordering::Less => Self::Down,
            std::cmp::Ordering::Equal => Self::Same,
        })
    }

    /// How a rate stands to another by their intervals.
    #[must_use]
    pub fn of_rates(now: &Rate, before: &Rate) -> Self {
        let (Some(is), Some((low, high))) = (now.rate, now.interval) else {
            return Self::TooFew;
        };
        let (Some(was), Some((least, most))) = (before.rate, before.interval) else {
            return Self::TooFew;
        };
        match (now.too_few || before.too_few, is.total_cmp(&was)) {
            (true, _) => Self::TooFew,
            (_, std::cmp::Ordering::Equal) => Self::Same,
            (_, std::cmp::Ordering::Greater) if low > most => Self::Up,
            (_, std::cmp::Ordering::Greater) => Self::PerhapsUp,
            (_, std::cmp::Ordering::Less) if high < least => Self::Down,
            (_, std::cmp::Ordering::Less) => Self::PerhapsDown,
        }
    }

    /// `up from`, with how sure that is behind it.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Up => ("up from", ""),
            Self::Down => ("down from", ""),
            Self::Same => ("the same as", ""),
            Self::PerhapsUp => ("up from", ": the intervals overlap, so it may be chance"),
            Self::PerhapsDown => ("down from", ": the intervals overlap, so it may be chance"),
            Self::TooFew => ("beside", ": too few to tell a trend"),
        }
    }
}

fn number(figure: &Figure) -> Option<f64> {
    match figure {
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        Figure::Count { count } => Some(*count as f64),
        Figure::Sum { sum, .. } => Some(sum.to_f64()),
        Figure::Ratio { ratio, .. } => *ratio,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By Wilson: of 50 of 100 it is 40.4 to 59.6 %, of 70 of 100 60.4 to 78.1 %, of 60 of 100 50.2 to 69.1 %.
    #[test]
    fn a_trend_is_sure_where_the_intervals_do_not_meet() {
        for (now, before, trend) in [
            ((70, 100), (50, 100), Trend::Up),
            ((50, 100), (70, 100), Trend::Down),
            ((60, 100), (50, 100), Trend::PerhapsUp),
            ((50, 100), (60, 100), Trend::PerhapsDown),
            ((5, 10), (50, 100), Trend::Same),
            ((5, 9), (50, 100), Trend::TooFew),
            ((50, 100), (0, 0), Trend::TooFew),
        ] {
            let (now, before) = (Rate::of(now.0, now.1), Rate::of(before.0, before.1));
            assert_eq!(Trend::of_rates(&now, &before), trend, "{now:?} {before:?}");
        }
        let count = |count| Figure::Count { count };
        assert_eq!(Trend::of(&count(3), &count(2)), Some(Trend::Up));
        let rate = Figure::portion(&crate::Counts::default());
        assert_eq!(Trend::of(&count(3), &rate), None);
    }
}
