//! Whether a number is surely another than it was, by the intervals of both.

use serde::Serialize;

use crate::{
    figure::Figure,
    quantile::Quantile,
    quantity::Quantity,
    rate::{Rate, TOO_FEW},
};

/// A number with the 95 % interval behind it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Estimate {
    /// A rate, with Wilson's interval.
    Rate(Rate),
    /// How many there are, with the interval of what is counted where each comes by chance.
    Count {
        /// So many.
        count: u64,
        /// The interval.
        interval: (f64, f64),
    },
    /// A quantile of lengths of time in seconds, with the interval between two of them.
    Length(Quantile),
}

/// How a number stands to what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// It is greater, and so is everything in its interval than everything in the other.
    Rose,
    /// It is smaller, and so is everything in its interval.
    Fell,
    /// The intervals meet: what differs may be chance.
    MayBeChance,
    /// There are too few to tell, now or then.
    TooFew,
}

impl Estimate {
    /// The number of a figure and its interval; none of a figure that has none: sums, ratios of sums, and what is made
    /// of many numbers.
    #[must_use]
    pub fn of(figure: &Figure) -> Option<Self> {
        match figure {
            Figure::Count { count } => Some(Self::Count {
                count: *count,
                interval: poisson(*count),
            }),
            Figure::Passage { quantile, .. } => Some(Self::Length(*quantile)),
            figure => figure.rate().copied().map(Self::Rate),
        }
    }

    fn interval(&self) -> Option<(f64, f64)> {
        match self {
            Self::Length(quantile) => {
                let (low, high) = quantile.interval?;
                Some((low.to_f64(), high.to_f64()))
            }
            Self::Rate(rate) => rate.interval,
            Self::Count { interval, .. } => Some(*interval),
        }
    }

    /// Of how many it is.
    const fn of_how_many(&self) -> u64 {
        match self {
            Self::Length(quantile) => quantile.of,
            Self::Rate(rate) => rate.of,
            Self::Count { count, .. } => *count,
        }
    }

    /// `38 of 42: 90.5 % (77.9 to 96.2 %)`, `12 (6.2 to 21.0)`, `90 % within 2 hours (1 hour to 3 hours), of 40`; how
    /// lengths are written, whoever asks says.
    #[must_use]
    pub fn words(&self, length: impl Fn(Quantity) -> String) -> String {
        match self {
            Self::Length(quantile) => {
                let of = quantile.of;
                let told = quantile.value.zip(quantile.interval);
                let Some((value, (low, high))) = told.filter(|_| !quantile.too_few) else {
                    return format!("too few to tell, of {of}");
                };
                let (percent, value) = (quantile.percent, length(value));
                let (low, high) = (length(low), length(high));
                format!("{percent} % within {value} ({low} to {high}), of {of}")
            }
            Self::Rate(rate) => format!("{} of {}: {}", rate.count, rate.of, rate.words()),
            Self::Count { count, interval } => {
                let (low, high) = interval;
                format!("{count} ({low:.1} to {high:.1})")
            }
        }
    }
}

impl Shift {
    /// How a number stands to what it was.
    ///
    /// That the intervals do not meet is more than a test at 5 % asks for (N. Schenker and J. F. Gentleman, "On judging
    /// the significance of differences by examining the overlap between confidence intervals", The American
    /// Statistician 55 (2001), 182–186), and the more so where many records are in both: of what is told little is
    /// chance. A rate or a quantile of fewer than ten is too few to tell, and so are two counts below ten.
    #[must_use]
    pub fn of(now: &Estimate, before: &Estimate) -> Self {
        let few = |it: &Estimate| it.of_how_many() < TOO_FEW;
        let too_few = match (now, before) {
            (Estimate::Count { .. }, Estimate::Count { .. }) => few(now) && few(before),
            _ => few(now) || few(before),
        };
        match (now.interval(), before.interval()) {
            (Some((low, high)), Some((least, most))) if !too_few => {
                if low > most {
                    Self::Rose
                } else if high < least {
                    Self::Fell
                } else {
                    Self::MayBeChance
                }
            }
            _ => Self::TooFew,
        }
    }

    /// `risen beyond both 95 % intervals`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Rose => "risen beyond both 95 % intervals",
            Self::Fell => "fallen beyond both 95 % intervals",
            Self::MayBeChance => "the 95 % intervals meet, so it may be chance",
            Self::TooFew => "too few to tell, of fewer than 10",
        }
    }
}

/// The 95 % interval of a number that was counted, where each comes by chance and by itself (Poisson), by Byar's
/// approximation of the exact limits, which holds from nothing on: N. E. Breslow and N. E. Day, "Statistical methods in
/// cancer research", volume II (1987), section 2.3, formula 2.13.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn poisson(count: u64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    let limit = |x: f64, z: f64| x * (1.0 - 1.0 / (9.0 * x) + z / (3.0 * x.sqrt())).powi(3);
    let low = if count == 0 {
        0.0
    } else {
        limit(count as f64, -Z).max(0.0)
    };
    (low, limit(count as f64 + 1.0, Z))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn count(count: u64) -> Estimate {
        Estimate::of(&Figure::Count { count }).expect("a count has an interval")
    }

    fn rate(yes: u64, of: u64) -> Estimate {
        Estimate::Rate(Rate::of(yes, of))
    }

    /// The exact limits of F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936), 437–442:
    /// 0 to 3.69 of none, 0.0253 to 5.57 of one, 4.80 to 18.39 of ten, 81.36 to 121.63 of a hundred.
    #[test]
    fn the_interval_of_a_count_is_nearly_the_exact_one() {
        for (count, low, high) in [
            (0, 0.0, 3.689),
            (1, 0.0253, 5.572),
            (10, 4.795, 18.39),
            (100, 81.36, 121.63),
        ] {
            let (l, h) = poisson(count);
            assert!((l - low).abs() < 0.02, "{count}: {l}");
            assert!((h - high).abs() < 0.1, "{count}: {h}");
        }
    }

    /// By Wilson: of 50 of 100 it is 40.4 to 59.6 %, of 70 of 100 60.4 to 78.1 %, of 60 of 100 50.2 to 69.1 %.
    #[test]
    fn what_has_moved_is_what_lies_beyond_both_intervals() {
        for (now, before, shift) in [
            (rate(70, 100), rate(50, 100), Shift::Rose),
            (rate(50, 100), rate(70, 100), Shift::Fell),
            (rate(60, 100), rate(50, 100), Shift::MayBeChance),
            (rate(0, 9), rate(70, 100), Shift::TooFew),
            (rate(0, 100), rate(9, 9), Shift::TooFew),
            (count(140), count(90), Shift::Rose),
            (count(0), count(40), Shift::Fell),
            (count(12), count(18), Shift::MayBeChance),
            (count(9), count(0), Shift::TooFew),
        ] {
            assert_eq!(Shift::of(&now, &before), shift, "{now:?} {before:?}");
        }
    }

    #[test]
    fn a_quantile_of_lengths_is_compared_by_its_interval() {
        let lengths = |from: i64, count: i64| {
            let mut all: Vec<i64> = (from..from + count).map(|it| it * Quantity::ONE).collect();
            let quantile = Quantile::of(&mut all, 50);
            let passage = Figure::Passage {
                quantile,
                underway: 0,
            };
            Estimate::of(&passage).expect("it has an interval")
        };
        assert_eq!(Shift::of(&lengths(200, 40), &lengths(100, 40)), Shift::Rose);
        let near = Shift::of(&lengths(105, 40), &lengths(100, 40));
        assert_eq!(near, Shift::MayBeChance);
        assert_eq!(
            Shift::of(&lengths(200, 9), &lengths(100, 40)),
            Shift::TooFew
        );
        let said = lengths(100, 40).words(|it| format!("{it} s"));
        assert_eq!(said, "50 % within 119 s (112 s to 126 s), of 40");
    }

    proptest! {
        /// Told the other way around it is the other way.
        #[test]
        fn it_is_the_same_seen_from_then(now in 0_u64..400, before in 0_u64..400) {
            let there = Shift::of(&count(now), &count(before));
            let back = Shift::of(&count(before), &count(now));
            prop_assert_eq!(there, match back {
                Shift::Rose => Shift::Fell,
                Shift::Fell => Shift::Rose,
                same => same,
            });
        }
    }
}
