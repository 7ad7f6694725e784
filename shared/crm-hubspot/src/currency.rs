//! Amounts of deals in another currency than the company's.
//!
//! A portal with several currencies keeps a deal's amount in the deal's own (`deal_currency_code`), and reckons what it
//! is in the company's (`amount_in_home_currency`), by the rate of the day or, once closed, of the day it closed; see the
//! vendor's guide to its currencies API. What people made themselves is in the company's currency always.

use crm::{FieldMapping, FieldType, ObjectMapping};
use serde_json::{Map, Value as Json};

/// The only objects whose amount has a currency.
const DEALS: &str = "deals";
/// The amount in the deal's own currency.
const AMOUNT: &str = "amount";
/// Which that is, by its three letters; no value in a portal with one currency.
const CURRENCY: &str = "deal_currency_code";
/// The amount in the company's currency.
const AT_HOME: &str = "amount_in_home_currency";

/// Whether a field may be in another currency than the company's.
fn is_of_a_deal(field: &FieldMapping, mapping: &ObjectMapping) -> bool {
    mapping.object == DEALS && field.holds == FieldType::Money && field.property == AMOUNT
}

/// What is read beside the fields of a mapping; with their history too, where that of the amount is.
pub(crate) fn beside(
    mapping: &ObjectMapping,
) -> impl Iterator<Item = (&'static str, bool)> + Clone {
    let amount = mapping.fields.iter().find(|it| is_of_a_deal(it, mapping));
    let past = amount.is_some_and(|it| it.history);
    let named = [(CURRENCY, false), (AT_HOME, past)];
    named.into_iter().take(if amount.is_some() { 2 } else { 0 })
}

/// Of whose change a webhook has to tell, beside the fields of a mapping. That of a rate is seen by the recount.
pub(crate) fn heard(mapping: &ObjectMapping) -> Option<&'static str> {
    beside(mapping).next().map(|(name, _)| name)
}

/// From which property a field is read: of a deal in another currency, from what the portal reckons.
pub(crate) fn read_from<'a>(
    field: &'a FieldMapping,
    properties: &Map<String, Json>,
    mapping: &ObjectMapping,
) -> &'a str {
    match foreign(properties, mapping).is_some() && is_of_a_deal(field, mapping) {
        true => AT_HOME,
        false => &field.property,
    }
}

/// The deal's own currency, where it is another than the company's.
fn foreign<'p>(properties: &'p Map<String, Json>, mapping: &ObjectMapping) -> Option<&'p str> {
    let code = properties.get(CURRENCY).and_then(Json::as_str)?.trim();
    (!code.is_empty() && !code.eq_ignore_ascii_case(&mapping.currency)).then_some(code)
}

/// What is looked at beside some fields before they are written: in which currency the deal's amount stands.
pub(crate) fn before_writing(mapping: &ObjectMapping, fields: &[String]) -> Option<&'static str> {
    let fields = fields.iter().filter_map(|it| mapping.field(it));
    let mut amounts = fields.filter(|it| is_of_a_deal(it, mapping));
    amounts.next().map(|_| CURRENCY)
}

/// Why one of these fields cannot be written: the portal takes an amount in the deal's own currency, and reckons
/// the company's by itself, so what the model says would be stored as so many yen.
pub(crate) fn not_to_be_written(
    mapping: &ObjectMapping,
    fields: &[String],
    object: &Json,
) -> Option<String> {
    before_writing(mapping, fields)?;
    let theirs = foreign(object.get("properties")?.as_object()?, mapping)?;
    let ours = &mapping.currency;
    Some(format!(
        "the deal's amount stands in {theirs}, and the model counts in {ours}: set it by hand"
    ))
}
