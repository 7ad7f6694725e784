use std::collections::BTreeMap;

use crm::{Author, ObjectMapping, PersonId};
use serde_json::Value;

/// The owner id of each user id. `HubSpot` names users in histories and owners in records; the
/// list of owners has both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum UserIds {
    /// As the list of owners has them.
    Known(BTreeMap<String, String>),
    /// The list cannot be read: who a user is, is not known.
    #[default]
    Unknown,
}

/// Who made the change that an entry of a property's history records.
///
/// `sourceType` INTEGRATION means an application, and `sourceId` is then its id. Otherwise a
/// user made it if `updatedByUserId` (or `sourceId` in the form `userId:123`) says so. What
/// `HubSpot` did by itself has neither.
pub(super) fn author(entry: &Value, mapping: &ObjectMapping, users: &UserIds) -> Author {
    let source_type = text(entry, "sourceType").unwrap_or_default();
    let source_id = text(entry, "sourceId");
    if source_type.eq_ignore_ascii_case("INTEGRATION") {
        return source_id.map_or(Author::Unknown, |id| Author::App(id.to_owned()));
    }
    let by_source = source_id.and_then(|id| id.strip_prefix("userId:"));
    let user = match entry.get("updatedByUserId") {
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(Value::String(text)) => Some(text.clone()),
        _ => by_source.map(str::to_owned),
    };
    user.map_or(Author::Unknown, |user| of_user(&user, mapping, users))
}

/// The person behind a user id: user → owner → person. A user who owns nothing is a stranger,
/// under a name that no owner id can have. Without the list nobody is taken for a stranger: it may
/// have been the owner.
fn of_user(user: &str, mapping: &ObjectMapping, users: &UserIds) -> Author {
    let UserIds::Known(users) = users else {
        return Author::Unknown;
    };
    Author::Person(match users.get(user) {
        Some(owner) => person_of_owner(owner, mapping),
        None => PersonId::stranger(&mapping.source, &format!("user-{user}")),
    })
}

/// The person behind an owner id: the one mapped, or a stranger.
pub(super) fn person_of_owner(owner: &str, mapping: &ObjectMapping) -> PersonId {
    mapping
        .people
        .get(owner)
        .cloned()
        .unwrap_or_else(|| PersonId::stranger(&mapping.source, owner))
}

fn text<'a>(entry: &'a Value, name: &str) -> Option<&'a str> {
    entry
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}
