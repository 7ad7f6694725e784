//! Where `HubSpot` shows records to people.

use std::collections::BTreeMap;

use crm::{RecordKind, SourceName};

use crate::object_type::ObjectType;

/// The addresses of the records' pages of one portal by an address in which `{object}` stands for
/// the name of the kind of object (`contacts`), `{type}` for its id (`0-1`), `{portal}` for the
/// portal and `{id}` for the record, which stays open. For `HubSpot` itself it is
/// `https://app.hubspot.com/contacts/{portal}/record/{type}/{id}`.
#[must_use]
pub fn addresses(
    address: &str,
    source: &SourceName,
    portal: &str,
    objects: &BTreeMap<RecordKind, String>,
) -> BTreeMap<(SourceName, RecordKind), String> {
    let page = |(kind, object): (&RecordKind, &String)| {
        let type_id = ObjectType::named(object).map_or(object.as_str(), |it| it.type_id());
        let page = address
            .replace("{object}", object)
            .replace("{type}", type_id)
            .replace("{portal}", portal);
        ((source.clone(), *kind), page)
    };
    objects.iter().map(page).collect()
}
