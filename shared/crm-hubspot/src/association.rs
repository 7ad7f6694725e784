//! The association types that `HubSpot` itself defines. A portal may add its own; those have
//! other ids and the category `USER_DEFINED`.

/// The category of the types listed here.
pub const HUBSPOT_DEFINED: &str = "HUBSPOT_DEFINED";

/// From, to, the id of the plain type (without a label).
const PLAIN: [(&str, &str, u32); 12] = [
    ("contacts", "companies", 279),
    ("companies", "contacts", 280),
    ("deals", "companies", 341),
    ("companies", "deals", 342),
    ("deals", "contacts", 3),
    ("contacts", "deals", 4),
    ("tasks", "contacts", 204),
    ("contacts", "tasks", 203),
    ("tasks", "companies", 192),
    ("companies", "tasks", 191),
    ("tasks", "deals", 216),
    ("deals", "tasks", 215),
];

/// The ids that mark a record's primary company: from a contact, and from a deal.
const PRIMARY_COMPANY: [u64; 2] = [1, 5];

/// The id of the plain association from one kind of object to another, by their plural names.
#[must_use]
pub fn plain(from: &str, to: &str) -> Option<u32> {
    PLAIN
        .iter()
        .find(|(a, b, _)| *a == from && *b == to)
        .map(|(_, _, id)| *id)
}

/// Whether this type marks the primary company of a contact or a deal.
#[must_use]
pub fn is_primary_company(category: &str, type_id: u64) -> bool {
    category == HUBSPOT_DEFINED && PRIMARY_COMPANY.contains(&type_id)
}

/// Whether a list calls this type of association so that it marks the primary company of a contact or a deal: the
/// plain one of the same pair is called `contact_to_company_unlabeled` there.
#[must_use]
pub fn is_primary_name(name: &str) -> bool {
    ["contact_to_company", "deal_to_company"].contains(&name)
}
