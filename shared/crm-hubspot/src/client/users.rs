use std::collections::BTreeMap;

use engine::{Budget, CrmError};
use jiff::Timestamp;
use serde_json::Value;

use super::{HubSpot, VERSION};

/// Who a user is as an owner, and when they are out of office.
const OWNER: &str = "hubspot_owner_id";
const OUT_OF_OFFICE: &str = "hs_out_of_office_hours";

/// By the id of an owner, the first instant of each time, and the first after it.
pub type OutOfOffice = BTreeMap<String, Vec<(Timestamp, Timestamp)>>;

impl<B: Budget> HubSpot<B> {
    /// When users who can own records are out of office, 100 users per request. What of it cannot be read, of one
    /// user, is left out: the others count all the same.
    ///
    /// # Errors
    /// A [`CrmError`].
    pub async fn out_of_office(&self) -> Result<OutOfOffice, CrmError> {
        let properties = [OWNER, OUT_OF_OFFICE].join(",");
        let asked = [("properties", properties.as_str())];
        let path = ["crm", "objects", VERSION, "users"];
        let users = self.whole_list(&path, &asked, "users").await?;
        Ok(users.iter().filter_map(read).collect())
    }
}

/// Of one user; none if they own nothing, or are not out of office.
fn read(user: &Value) -> Option<(String, Vec<(Timestamp, Timestamp)>)> {
    let property = |name: &str| user.get("properties")?.get(name)?.as_str();
    let owner = property(OWNER).filter(|owner| !owner.is_empty())?;
    let spans = spans(property(OUT_OF_OFFICE)?);
    (!spans.is_empty()).then(|| (owner.to_owned(), spans))
}

/// Times from the text in which the portal keeps them: `[{"startTimestamp": 1795000000000, "endTimestamp": …}]`, in
/// milliseconds since 1970.
fn spans(text: &str) -> Vec<(Timestamp, Timestamp)> {
    let listed: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
    let at = |item: &Value, name: &str| {
        let millisecond = item.get(name)?.as_i64()?;
        Timestamp::from_millisecond(millisecond).ok()
    };
    let each = listed.iter().filter_map(|item| {
        let (from, to) = (at(item, "startTimestamp")?, at(item, "endTimestamp")?);
        (from < to).then_some((from, to))
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_user_is_out_of_office_as_their_owner() {
        let user = json!({ "id": "1", "properties": {
            "hubspot_owner_id": "11002",
            "hs_out_of_office_hours": "[{\"startTimestamp\":1795442400000,\"endTimestamp\":1795500000000}]",
        } });
        let (owner, spans) = read(&user).unwrap();
        assert_eq!(owner, "11002");
        let said: Vec<String> = spans
            .iter()
            .map(|(from, to)| format!("{from}/{to}"))
            .collect();
        assert_eq!(said, ["2026-11-23T14:00:00Z/2026-11-24T06:00:00Z"]);
    }

    #[test]
    fn what_is_no_time_is_left_out() {
        for text in [
            "",
            "null",
            "{}",
            "[1]",
            "[{\"startTimestamp\":2,\"endTimestamp\":1}]",
            "[{\"startTimestamp\":9e99}]",
        ] {
            assert_eq!(spans(text), [], "{text}");
        }
    }
}
