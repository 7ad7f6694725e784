//! A rate, and how sure it is.

use serde::Serialize;

/// Of fewer than so many a rate or a quantile tells nothing: it is said that they are too few to tell.
pub const TOO_FEW: u64 = 10;

/// The quantile of the normal distribution that leaves 2.5 % on each side.
const Z: f64 = 1.959_963_984_540_054;

/// So many of so many, with the 95 % interval of the rate behind it by Wilson's score, without a correction for
/// continuity: from 0 to 1, and right for small numbers and for none at all.
///
/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
/// Statistical Association 22 (1927), 209–212; recommended by L. D. Brown, T. T. Cai and A. DasGupta, "Interval
/// estimation for a binomial proportion", Statistical Science 16 (2001), 101–133.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// The rate; none of nothing.
    pub rate: Option<f64>,
    /// The interval; none of nothing.
    pub interval: Option<(f64, f64)>,
    /// Whether they are too few to tell.
    pub too_few: bool,
}

impl Rate {
    /// The rate of `count` among `of`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn of(count: u64, of: u64) -> Self {
        let interval = (of > 0).then(|| {
            let (n, p) = (of as f64, count as f64 / of as f64);
            let (z2, spread) = (Z * Z, p * (1.0 - p));
            let middle = p + z2 / (2.0 * n);
            let half = Z * (spread / n + z2 / (4.0 * n * n)).sqrt();
            let whole = 1.0 + z2 / n;
            (
                ((middle - half) / whole).max(0.0),
                ((middle + half) / whole).min(1.0),
            )
        });
        Self {
            count,
            of,
            rate: (of > 0).then(|| count as f64 / of as f64),
            interval,
            too_few: of < TOO_FEW,
        }
    }

    /// `27.3 % (27.1 to 27.5 %)`, `1 of 3, too few to tell`.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.rate, self.interval) {
            (Some(_), _) if self.too_few => "too few to tell".to_owned(),
            (Some(rate), Some((low, high))) => {
                format!(
                    "{:.1} % ({:.1} to {:.1} %)",
                    rate * 100.0,
                    low * 100.0,
                    high * 100.0
                )
            }
            _ => "none".to_owned(),
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Method 3 of the tables I and II of R. G. Newcombe, "Two-sided confidence intervals for the single proportion",
    /// Statistics in Medicine 17 (1998), 857–872, to their four digits; and what can be worked out by hand: of 5 of 10
    /// (0.5 + z²/20 ∓ z·√(0.025 + z²/400)) / (1 + z²/10) with z² = 3.841459, which is 0.6920729/1.3841459 ∓ 0.2633983.
    #[test]
    fn the_interval_is_wilsons() {
        for (count, of, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
            (0, 10, 0.0, 0.2775),
            (10, 10, 0.7225, 1.0),
            (5, 10, 0.2366, 0.7634),
        ] {
            let (l, h) = Rate::of(count, of).interval.expect("an interval");
            assert!(
                (l - low).abs() < 5.1e-5 && (h - high).abs() < 5.1e-5,
                "{count} of {of}: {l} {h}"
            );
        }
        assert_eq!(Rate::of(0, 0).rate, None);
        assert_eq!(Rate::of(1, 3).words(), "too few to tell");
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_rate_and_narrows(of in 1_u64..5_000, part in 0.0..=1.0) {
            let count = ((of as f64) * part) as u64;
            let (rate, more) = (Rate::of(count, of), Rate::of(count * 4, of * 4));
            let ((low, high), (l, h)) = (rate.interval.expect("one"), more.interval.expect("one"));
            let is = rate.rate.expect("a rate");
            prop_assert!(0.0 <= low && low <= is + 1e-12 && is <= high + 1e-12 && high <= 1.0);
            prop_assert!(h - l < high - low);
        }
    }
}
