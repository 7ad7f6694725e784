//! How long something may take, by a table or the same for all.

use business_time::BusinessAmount;
use jiff::{SignedDuration, Timestamp};
use model::Budget;

use crate::{
    facts::{Facts, FieldValue},
    rules::Rules,
};

/// The amount that a record is given, and what it was found by; none of a table without a line for it, with why.
pub(crate) fn amount_of(
    budget: &Budget,
    facts: &Facts<'_>,
) -> Result<(BusinessAmount, Option<String>), String> {
    let (field, amounts, otherwise, unknown) = match budget {
        Budget::Fixed(amount) => return Ok((*amount, None)),
        Budget::By {
            field,
            amounts,
            otherwise,
            unknown,
        } => (field, amounts, otherwise, unknown),
    };
    let (amount, found) = match facts.look(field) {
        FieldValue::Value(value) => {
            let word = value.to_string();
            let line = amounts.get(&word).or(otherwise.as_ref());
            (line.or(unknown.as_ref()), format!("is {word}"))
        }
        _ => (unknown.as_ref(), "has no value".to_owned()),
    };
    let found = format!("{field} {found}");
    match amount {
        Some(amount) => Ok((*amount, Some(found))),
        None => Err(format!("{found}, for which no amount is written")),
    }
}

/// When an amount that counts from an instant is used up: wall-clock time by itself, business time by this calendar.
/// None where no such calendar is there, or it is beyond all time.
pub(crate) fn used_up(
    rules: &Rules,
    amount: BusinessAmount,
    calendar: Option<&str>,
    since: Timestamp,
) -> Option<Timestamp> {
    match amount {
        BusinessAmount::Wall(seconds) => since.checked_add(SignedDuration::from_secs(seconds)).ok(),
        amount => rules.calendar(calendar?)?.due(since, &amount).ok(),
    }
}
