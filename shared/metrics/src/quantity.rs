use std::fmt;

use serde::{Serialize, Serializer};

/// A number or a length of time in whole millionths: of one, of a unit of money, of a second. Sums are exact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i128);

impl Quantity {
    /// How many millionths one is.
    pub const ONE: i64 = 1_000_000;

    /// So many millionths.
    #[must_use]
    pub const fn millionths(count: i128) -> Self {
        Self(count)
    }

    /// So many whole ones.
    #[must_use]
    pub const fn whole(count: i64) -> Self {
        Self((count as i128) * (Self::ONE as i128))
    }

    /// Adds another.
    pub const fn add(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }

    /// Takes another away.
    pub const fn take(&mut self, other: Self) {
        self.0 = self.0.saturating_sub(other.0);
    }

    /// How many millionths it is.
    #[must_use]
    pub const fn in_millionths(self) -> i128 {
        self.0
    }

    /// This without another.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// In 64 bits, which is enough for one value up to nine million millions; a greater one is the greatest there is.
    #[must_use]
    pub fn small(self) -> i64 {
        i64::try_from(self.0).unwrap_or(if self.0 < 0 { i64::MIN } else { i64::MAX })
    }

    /// As a floating point number.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "for people, to 15 digits")]
    pub const fn to_f64(self) -> f64 {
        self.0 as f64 / Self::ONE as f64
    }
}

/// `1234.5`, without digits that say nothing.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = u128::from(Self::ONE.unsigned_abs());
        let (whole, rest) = (self.0.unsigned_abs() / one, self.0.unsigned_abs() % one);
        let sign = if self.0 < 0 { "-" } else { "" };
        let fraction = format!("{rest:06}");
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            fraction => write!(f, "{sign}{whole}.{fraction}"),
        }
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.to_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_written_as_it_is() {
        for (millionths, text) in [
            (0, "0"),
            (1_500_000, "1.5"),
            (-250_000, "-0.25"),
            (12_000_000, "12"),
            (1, "0.000001"),
        ] {
            assert_eq!(Quantity::millionths(millionths).to_string(), text);
        }
    }
}
