use serde::Serialize;

use crate::quantity::Quantity;

/// How a sum stands to its target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Covered {
    /// The period at hand: `2026-Q4`.
    pub period: String,
    /// What is to be sold in it; none if the model does not say.
    pub target: Option<Quantity>,
    /// The sum as a multiple of it.
    pub times: Option<f64>,
}

impl Covered {
    /// Of a sum in a period, and of what was to be sold.
    #[must_use]
    pub fn of(period: String, sum: Quantity, target: Option<Quantity>) -> Self {
        let some = target.filter(|it| *it > Quantity::default());
        Self {
            period,
            times: some.map(|it| sum.to_f64() / it.to_f64()),
            target,
        }
    }

    /// `1.60 times the target of 1,500,000 for 2026-Q4`.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.target, self.times) {
            (Some(target), Some(times)) => format!(
                "{times:.2} times the target of {} for {}",
                in_thousands(&target.to_string()),
                self.period
            ),
            _ => format!("no target is written for {}", self.period),
        }
    }
}

/// `-1234567.5` as `-1,234,567.5`.
#[must_use]
pub fn in_thousands(number: &str) -> String {
    let (whole, rest) = number
        .find('.')
        .map_or((number, ""), |at| number.split_at(at));
    let digits = whole.trim_start_matches('-');
    let sign = if digits.len() < whole.len() { "-" } else { "" };
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_read_in_thousands() {
        for (number, said) in [
            ("5", "5"),
            ("1234", "1,234"),
            ("-1234567.5", "-1,234,567.5"),
            ("-123", "-123"),
        ] {
            assert_eq!(in_thousands(number), said);
        }
    }

    #[test]
    fn a_sum_is_so_many_times_its_target() {
        let whole = Quantity::whole;
        let covered = Covered::of(
            "2026-Q4".to_owned(),
            whole(2_400_000),
            Some(whole(1_500_000)),
        );
        let said = "1.60 times the target of 1,500,000 for 2026-Q4";
        assert_eq!(covered.words(), said);
        let none = Covered::of("2026-Q4".to_owned(), whole(1), None);
        assert_eq!(none.words(), "no target is written for 2026-Q4");
    }
}
