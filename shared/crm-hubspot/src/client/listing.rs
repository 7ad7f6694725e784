use crm::ObjectMapping;
use engine::{Budget, CrmError, Listed, ListedPage, Listing, Reading};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{HubSpot, VERSION, exchange::Call, id_text, next_page, patience::Again, results};
use crate::{
    association::is_primary_name,
    dictionary::Dictionary,
    object::{
        Parsed, changed_at, gone_at, modified_property, parse_object, properties_to_read,
        property_time,
    },
};

/// The most objects of a page, and of one with histories.
const PAGE: &str = "100";
const PAGE_WITH_HISTORY: &str = "50";
/// The most results of a page of a search.
const FOUND: u64 = 200;
/// The most results of one search that can be paged through.
const MOST_FOUND: u64 = 10_000;

impl<B: Budget> HubSpot<B> {
    /// One page of all objects of a kind, `after` the page before: 50 with everything that the mapping asks for,
    /// else 100. `accounts` is the plural name of what they are associated with: `companies`.
    ///
    /// # Errors
    /// A [`CrmError`] if the request fails.
    pub async fn list(
        &self,
        mapping: &ObjectMapping,
        accounts: Option<&str>,
        (listing, after): (Listing, Option<&str>),
        dictionary: &Dictionary,
    ) -> Result<ListedPage, CrmError> {
        let (properties, with_history) = properties_to_read(mapping);
        let (properties, with_history) = (properties.join(","), with_history.join(","));
        let mut query = match listing {
            Listing::Whole => vec![
                ("limit", PAGE_WITH_HISTORY),
                ("properties", properties.as_str()),
                ("propertiesWithHistory", with_history.as_str()),
            ],
            Listing::Versions | Listing::Gone => vec![
                ("limit", PAGE),
                ("properties", modified_property(&mapping.object)),
            ],
        };
        query.extend(accounts.map(|accounts| ("associations", accounts)));
        query.extend((listing == Listing::Gone).then_some(("archived", "true")));
        query.extend(after.map(|after| ("after", after)));
        let answer = self
            .exchange
            .ask(&Call {
                method: Method::GET,
                path: &["crm", "objects", VERSION, &mapping.object],
                query: &query,
                body: None,
                again: Again::Freely,
            })
            .await?;
        let mut page = ListedPage {
            next: next_page(&answer).map(str::to_owned),
            ..ListedPage::default()
        };
        for object in results(&answer)? {
            let Some(mut listed) = listed(object) else {
                page.unnamed = page.unnamed.saturating_add(1);
                continue;
            };
            if let (Listing::Gone, Some(gone)) = (listing, gone_at(object)) {
                listed.modified = listed.modified.max(gone);
            }
            listed.accounts = accounts.and_then(|name| associated(object, name));
            if listing == Listing::Whole {
                listed.reading = Some(match parse_object(object, mapping, dictionary) {
                    Ok(Parsed { record, unreadable }) => Reading::Record {
                        record: Box::new(record),
                        unreadable,
                    },
                    Err(why) => Reading::Broken(why.to_string()),
                });
            }
            page.records.push(listed);
        }
        Ok(page)
    }

    /// One page of the objects of a kind that were changed at `since` or later, the earliest first, `after` the
    /// page before. No search gives more than 10,000 results, so each page is a search of its own, from the last
    /// instant of the page before; of those that were changed at one instant, which an import does, as many. If
    /// there are more, one counts as unnamed, and it goes on behind them.
    ///
    /// # Errors
    /// A [`CrmError`] if the request fails.
    pub async fn changed_since(
        &self,
        object: &str,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<ListedPage, CrmError> {
        let from = match after {
            Some(after) => Resume::read(after)?,
            None => Resume {
                since: since.as_millisecond(),
                skip: 0,
            },
        };
        let property = modified_property(object);
        let filter = json!({
            "propertyName": property, "operator": "GTE", "value": from.since.to_string(),
        });
        let body = json!({
            "filterGroups": [{ "filters": [filter] }],
            "properties": [property],
            "sorts": [{ "propertyName": property, "direction": "ASCENDING" }],
            "limit": FOUND,
            "after": from.skip.to_string(),
        });
        let answer = self
            .exchange
            .ask(&Call {
                method: Method::POST,
                path: &["crm", "objects", VERSION, object, "search"],
                query: &[],
                body: Some(&body),
                again: Again::Freely,
            })
            .await?;
        let results = results(&answer)?;
        let records: Vec<Listed> = results.iter().filter_map(listed).collect();
        let unnamed = results.len().saturating_sub(records.len());
        let searched = results.iter().filter_map(|it| property_time(it, property));
        let last = searched.max().map(Timestamp::as_millisecond);
        let (next, left_out) = match next_page(&answer) {
            Some(_) => from.next(last),
            None => (None, false),
        };
        let unnamed: u64 = unnamed.try_into().unwrap_or(u64::MAX);
        Ok(ListedPage {
            records,
            next: next.map(Resume::written),
            unnamed: unnamed.saturating_add(left_out.into()),
        })
    }
}

/// Where a search for what was changed goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Resume {
    /// Since when, in milliseconds since 1970.
    since: i64,
    /// How many of that instant and later have been seen.
    skip: u64,
}

impl Resume {
    fn read(text: &str) -> Result<Self, CrmError> {
        let parts = text.split_once('+');
        let parsed = parts.and_then(|(since, skip)| {
            Some(Self {
                since: since.parse().ok()?,
                skip: skip.parse().ok()?,
            })
        });
        parsed.ok_or_else(|| CrmError::malformed("it is not known where the search goes on"))
    }

    fn written(self) -> String {
        format!("{}+{}", self.since, self.skip)
    }

    /// Behind those of which the last was changed then, and more follow; and whether some of one instant are left out.
    fn next(self, last: Option<i64>) -> (Option<Self>, bool) {
        let behind = |since| Some(Self { since, skip: 0 });
        let skip = self.skip.saturating_add(FOUND);
        match last {
            Some(last) if last > self.since => (behind(last), false),
            _ if skip.saturating_add(FOUND) <= MOST_FOUND => (Some(Self { skip, ..self }), false),
            _ => (behind(self.since.saturating_add(1)), true),
        }
    }
}

/// An object by its id and when it was changed; none if either cannot be read.
fn listed(object: &Value) -> Option<Listed> {
    Some(Listed {
        id: id_text(object.get("id"))?,
        modified: changed_at(object)?,
        reading: None,
        accounts: None,
    })
}

/// The ids under `associations`, the primary one first; none if not all of them stand there.
fn associated(object: &Value, name: &str) -> Option<Vec<String>> {
    let Some(all) = object.get("associations").and_then(|it| it.get(name)) else {
        return Some(Vec::new());
    };
    if next_page(all).is_some() {
        return None;
    }
    let results = results(all).ok()?;
    let of = |object: &Map<String, Value>| {
        let primary = object.get("type").and_then(Value::as_str);
        Some((
            !primary.is_some_and(is_primary_name),
            id_text(object.get("id"))?,
        ))
    };
    let mut ids: Vec<(bool, String)> = Vec::new();
    for result in results {
        let (other, id) = of(result.as_object()?)?;
        match ids.iter_mut().find(|(_, known)| *known == id) {
            Some(known) => known.0 &= other,
            None => ids.push((other, id)),
        }
    }
    ids.sort_by_key(|(other, _)| *other);
    Some(ids.into_iter().map(|(_, id)| id).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn a_search_goes_on_from_the_last_instant_and_counts_within_one() {
        let first = Resume::read("1000+0").unwrap();
        let next = |from: Resume| {
            let (next, left_out) = from.next(Some(2000));
            (next.unwrap().written(), left_out)
        };
        assert_eq!(next(first), ("2000+0".to_owned(), false));
        let second = Resume::read("2000+0").unwrap();
        assert_eq!(next(second), ("2000+200".to_owned(), false));
        let full = Resume::read("2000+9800").unwrap();
        assert_eq!(next(full), ("2001+0".to_owned(), true));
        assert!(Resume::read("2000").is_err());
    }

    #[test]
    fn a_primary_account_stands_first_and_each_once() {
        let object = json!({ "associations": { "companies": { "results": [
            { "id": "7", "type": "contact_to_company_unlabeled" },
            { "id": "9", "type": "contact_to_company_unlabeled" },
            { "id": "9", "type": "contact_to_company" },
        ] } } });
        let ids = Some(vec!["9".to_owned(), "7".to_owned()]);
        assert_eq!(associated(&object, "companies"), ids);
        assert_eq!(associated(&json!({}), "companies"), Some(Vec::new()));
    }

    #[test]
    fn of_accounts_that_go_on_elsewhere_none_is_told() {
        let object = json!({ "associations": { "companies": {
            "results": [{ "id": "7", "type": "contact_to_company" }],
            "paging": { "next": { "after": "7" } },
        } } });
        assert_eq!(associated(&object, "companies"), None);
    }
}
