//! A rate, and how sure it is.

use serde::Serialize;

/// Below so many a rate tells nothing.
const TOO_FEW: u64 = 10;

/// The quantile of the normal distribution that leaves 2.5 % on each side.
const Z: f64 = 1.959_963_984_540_054;

/// So many of so many, with the 95 % interval of the rate behind it by Wilson's score (E. B. Wilson, Probable
/// inference, 1927): from 0 to 1, and right for small numbers and for none at all.
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
mod tests {
    use super::*;

    /// The values of R's `binom::binom.confint(x, n, methods = "wilson")`, which can be worked out by hand.
    #[test]
    fn the_interval_is_wilsons() {
        for (count, of, low, high) in [
            (0, 10, 0.0, 0.277_53),
            (10, 10, 0.722_47, 1.0),
            (5, 10, 0.236_59, 0.763_41),
            (81, 263, 0.255_29, 0.366_21),
        ] {
            let (l, h) = Rate::of(count, of).interval.expect("an interval");
            assert!(
                (l - low).abs() < 1e-4 && (h - high).abs() < 1e-4,
                "{count} of {of}: {l} {h}"
            );
        }
        assert_eq!(Rate::of(0, 0).rate, None);
        assert_eq!(Rate::of(1, 3).words(), "too few to tell");
    }
}
