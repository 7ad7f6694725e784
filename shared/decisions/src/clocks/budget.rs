//! How long a run may take.

use business_time::BusinessAmount;
use model::Budget;

use crate::{amounts::amount_of, facts::Facts};

/// The amount that a record is given, and why it is that one.
pub(super) fn budget(
    budget: &Budget,
    facts: &Facts<'_>,
) -> Result<(BusinessAmount, String), String> {
    let (amount, found) = amount_of(budget, facts)?;
    let why = match found {
        None => format!("it may run {amount}"),
        Some(found) => format!("{found}, so it may run {amount}"),
    };
    Ok((amount, why))
}
