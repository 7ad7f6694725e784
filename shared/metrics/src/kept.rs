use serde::Serialize;

use crate::rate::Rate;

/// How a rate stands to a percentage that it ought not to be below: its floor, or its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// It is not below, and neither is any rate of the interval.
    Surely,
    /// It is not below, but the interval reaches below.
    Perhaps,
    /// It is below, but the interval reaches up to it.
    PerhapsNot,
    /// It is below, and so is every rate of the interval.
    SurelyNot,
    /// There are too few to tell.
    TooFew,
}

impl Kept {
    /// How a rate stands to a percentage, 0 to 100.
    #[must_use]
    pub fn of(rate: &Rate, percent: u8) -> Self {
        let limit = f64::from(percent) / 100.0;
        match (rate.rate, rate.interval) {
            (Some(is), Some((low, high))) if !rate.too_few => {
                // The last digits of a rate are those of a division, and 7 of 10 are 70 %.
                match (is >= limit - 1e-12, low >= limit, high < limit) {
                    (true, true, _) => Self::Surely,
                    (true, false, _) => Self::Perhaps,
                    (false, _, true) => Self::SurelyNot,
                    (false, _, false) => Self::PerhapsNot,
                }
            }
            _ => Self::TooFew,
        }
    }

    /// Whether it is below, surely or not.
    #[must_use]
    pub const fn is_below(self) -> bool {
        matches!(self, Self::PerhapsNot | Self::SurelyNot)
    }

    /// `below the floor of 70 %`, with how sure it is.
    #[must_use]
    pub fn words(self, limit: &str, percent: u8) -> String {
        match self {
            Self::Surely => format!("not below the {limit} of {percent} %"),
            Self::Perhaps => {
                format!("not below the {limit} of {percent} %, but the interval reaches below it")
            }
            Self::PerhapsNot => {
                format!("below the {limit} of {percent} %, but the interval reaches up to it")
            }
            Self::SurelyNot => format!("below the {limit} of {percent} %"),
            Self::TooFew => format!("too few to tell against the {limit} of {percent} %"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the intervals of Wilson: of 81 of 263 it is 25.5 to 36.6 %.
    #[test]
    fn a_rate_is_held_against_its_floor() {
        let rate = Rate::of(81, 263);
        for (percent, kept) in [
            (25, Kept::Surely),
            (26, Kept::Perhaps),
            (30, Kept::Perhaps),
            (31, Kept::PerhapsNot),
            (36, Kept::PerhapsNot),
            (37, Kept::SurelyNot),
        ] {
            assert_eq!(Kept::of(&rate, percent), kept, "{percent} %");
        }
        assert_eq!(Kept::of(&Rate::of(7, 10), 70), Kept::Perhaps);
        assert_eq!(Kept::of(&Rate::of(9, 9), 70), Kept::TooFew);
        assert_eq!(Kept::of(&Rate::of(0, 0), 0), Kept::TooFew);
    }
}
