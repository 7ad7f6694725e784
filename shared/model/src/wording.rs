//! What a test asks and how long a time is, in the words of reasons, tables and pictures.

use business_time::BusinessAmount;
use crm::Value;
use jiff::SignedDuration;

use crate::condition::{Limit, Operator};

/// What a test needs, in words that follow "needed:".
#[must_use]
pub fn needed(operator: &Operator) -> String {
    match operator {
        Operator::OneOf(values) => one_of(values),
        Operator::NoneOf(values) => format!("neither {}", join(values, " nor ")),
        Operator::InList(list) => format!("one of the list {list}"),
        Operator::AtLeast(number) => format!("at least {number}"),
        Operator::AtMost(number) => format!("at most {number}"),
        Operator::MoreThan(number) => format!("more than {number}"),
        Operator::LessThan(number) => format!("less than {number}"),
        Operator::Between(low, high) => format!("between {low} and {high}"),
        Operator::Contains(text) => format!("text with `{text}` in it"),
        Operator::StartsWith(text) => format!("text that starts with `{text}`"),
        Operator::EndsWith(text) => format!("text that ends with `{text}`"),
        Operator::Matches(pattern) => format!("text that matches `{pattern}`"),
        Operator::Present(true) => "a value".to_owned(),
        Operator::Present(false) => "no value".to_owned(),
        Operator::InTheLast { length, .. } => format!("in the last {}", spoken(*length)),
        Operator::InTheNext { length, .. } => format!("in the next {}", spoken(*length)),
        Operator::OlderThan(BusinessAmount::Wall(0)) => "in the past".to_owned(),
        Operator::OlderThan(amount) => format!("longer ago than {}", spoken(*amount)),
        Operator::LongerThan(amount) => format!("longer than {}", spoken(*amount)),
        Operator::Past(Limit::Corridor) => "past the corridor of its segment".to_owned(),
        Operator::Past(Limit::Stay) => "past the longest stay in its stage".to_owned(),
        Operator::CriteriaMet(true) => "met".to_owned(),
        Operator::CriteriaMet(false) => "not met".to_owned(),
    }
}

fn one_of(values: &[Value]) -> String {
    join(values, " or ")
}

fn join(values: &[Value], word: &str) -> String {
    let words: Vec<String> = values.iter().map(ToString::to_string).collect();
    match words.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{}{word}{last}", others.join(", ")),
    }
}

fn spoken(amount: BusinessAmount) -> String {
    match amount {
        BusinessAmount::Wall(seconds) => length(SignedDuration::from_secs(seconds)),
        other => other.to_string(),
    }
}

/// A length of time as people say it: its largest unit, and the next if there is a rest.
#[must_use]
pub fn length(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().unsigned_abs();
    let units = [
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let mut rest = seconds;
    let mut words = Vec::new();
    for (size, name) in units {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            words.push(format!(
                "{count} {name}{}",
                if count == 1 { "" } else { "s" }
            ));
        } else if !words.is_empty() {
            break;
        }
        if words.len() == 2 {
            break;
        }
    }
    if words.is_empty() {
        words.push("0 seconds".to_owned());
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_spoken_in_two_units_at_most() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (59, "59 seconds"),
            (3_600, "1 hour"),
            (90_061, "1 day 1 hour"),
            (2_592_000, "30 days"),
        ] {
            assert_eq!(length(SignedDuration::from_secs(seconds)), words);
        }
    }
}
