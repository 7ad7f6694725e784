use serde::Serialize;

use crate::{quantity::Quantity, rate::TOO_FEW};

/// A quantile of values, with a 95 % interval between two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quantile {
    /// Which, in percent (1 to 99).
    pub percent: u8,
    /// Of how many values.
    pub of: u64,
    /// The least value that so many percent do not exceed; none of nothing.
    pub value: Option<Quantity>,
    /// The interval; none where the values are too few for one.
    pub interval: Option<(Quantity, Quantity)>,
    /// Whether they are too few to tell.
    pub too_few: bool,
}

impl Quantile {
    /// The quantile of values in millionths, in any order. Sorts them.
    ///
    /// The interval needs no assumption about how the values are spread: the number of values below the true quantile
    /// is binomial, and its ends are the values at the places n·p ∓ 1.96·√(n·p·(1−p)), the lower rounded down and the
    /// upper rounded up (W. J. Conover, "Practical Nonparametric Statistics", 3rd edition 1999, section 3.2).
    #[must_use]
    pub fn of(values: &mut [i64], percent: u8) -> Self {
        values.sort_unstable();
        let of = values.len() as u64;
        let at = |place: u64| {
            let place = place.checked_sub(1).and_then(|it| usize::try_from(it).ok());
            let value = place.and_then(|it| values.get(it));
            value.map(|it| Quantity::millionths(i128::from(*it)))
        };
        let place = (of * u64::from(percent)).div_ceil(100);
        let ends = places(of, percent);
        Self {
            percent,
            of,
            value: at(place),
            interval: at(ends.0).zip(at(ends.1)),
            too_few: of < TOO_FEW,
        }
    }
}

/// The places of the interval's ends, from 1; 0 or more than `of` where there is none.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places lie between 0 and twice the number of values, which is far below 2^52"
)]
fn places(of: u64, percent: u8) -> (u64, u64) {
    const Z: f64 = 1.959_963_984_540_054;
    let (n, p) = (of as f64, f64::from(percent) / 100.0);
    let spread = Z * (n * p * (1.0 - p)).sqrt();
    let low = (n * p - spread).floor().max(0.0);
    let high = (n * p + spread).ceil();
    (low as u64, high as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(values: impl IntoIterator<Item = i64>) -> Vec<i64> {
        let values = values.into_iter();
        values.map(|it| it * Quantity::ONE).collect()
    }

    #[test]
    fn the_median_and_its_interval_are_values() {
        // 50 ∓ 1.96 · 5 = 40.2 and 59.8.
        let quantile = Quantile::of(&mut whole((1..=100).rev()), 50);
        assert_eq!(quantile.value, Some(Quantity::whole(50)));
        let ends = (Quantity::whole(40), Quantity::whole(60));
        assert_eq!(quantile.interval, Some(ends));
        // 90 ∓ 1.96 · 3 = 84.1 and 95.9.
        let quantile = Quantile::of(&mut whole(1..=100), 90);
        assert_eq!(quantile.value, Some(Quantity::whole(90)));
        let ends = (Quantity::whole(84), Quantity::whole(96));
        assert_eq!(quantile.interval, Some(ends));
    }

    #[test]
    fn of_few_values_there_is_no_interval() {
        let quantile = Quantile::of(&mut whole([3, 1, 2]), 50);
        assert_eq!(quantile.value, Some(Quantity::whole(2)));
        assert_eq!((quantile.interval, quantile.too_few), (None, true));
        assert_eq!(Quantile::of(&mut [], 50).value, None);
    }

    proptest! {
        /// By the definition: the least value that so many percent do not exceed.
        #[test]
        fn the_quantile_is_the_least_that_fits(
            values in prop::collection::vec(-50_i64..50, 1..60), percent in 1_u8..=99,
        ) {
            let found = Quantile::of(&mut whole(values.clone()), percent).value.expect("a value");
            let below = |most: i64| values.iter().filter(|it| **it <= most).count() * 100;
            let enough = usize::from(percent) * values.len();
            let least = values.iter().copied().filter(|it| below(*it) >= enough).min();
            prop_assert_eq!(Some(found), least.map(Quantity::whole));
        }
    }
}
