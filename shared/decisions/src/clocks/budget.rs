//! How long a run may take.

use business_time::BusinessAmount;
use model::Budget;

use crate::facts::{Facts, FieldValue};

/// The amount that a record is given, and why it is that one.
pub(super) fn budget(
    budget: &Budget,
    facts: &Facts<'_>,
) -> Result<(BusinessAmount, String), String> {
    let (field, amounts, otherwise, unknown) = match budget {
        Budget::Fixed(amount) => return Ok((*amount, format!("it may run {amount}"))),
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
    let amount =
        amount.ok_or_else(|| format!("{field} {found}, for which no amount is written"))?;
    Ok((*amount, format!("{field} {found}, so it may run {amount}")))
}
