use std::collections::BTreeMap;

use crm::{Candidates, Wanted};
use reqwest::Method;
use serde_json::{Value, json};

use super::{HubSpot, VERSION, id_text, next_page, results};
use engine::{Budget, CrmError};

use super::{exchange::Call, patience::Again};

/// The most results of one page.
const PAGE: u64 = 200;
/// The most pages read of one search. Of what has more of them, each part is searched by itself.
const MOST_PAGES: u64 = 3;
/// Domains in one search: of the 100 values that a filter takes each needs two.
const MOST_DOMAINS: usize = 50;
/// Words in one search: each is a group of filters, and a search takes five.
const MOST_WORDS: usize = 5;

impl<B: Budget> HubSpot<B> {
    /// The objects of which a property holds one of these texts, in lower case. Every text asked for is in
    /// the answer. `object` is a plural name: `companies`.
    ///
    /// # Errors
    /// A [`CrmError`] if a request fails.
    pub async fn search(
        &self,
        object: &str,
        property: &str,
        wanted: Wanted,
        texts: &[String],
    ) -> Result<BTreeMap<String, Candidates>, CrmError> {
        let most = match wanted {
            Wanted::Domain => MOST_DOMAINS,
            Wanted::Word => MOST_WORDS,
        };
        let mut found: BTreeMap<String, Candidates> = texts
            .iter()
            .map(|text| (text.clone(), Candidates::default()))
            .collect();
        let distinct: Vec<String> = found.keys().cloned().collect();
        let mut waiting: Vec<Vec<String>> = distinct.chunks(most).map(<[_]>::to_vec).collect();
        while let Some(some) = waiting.pop() {
            let groups = filters(property, wanted, &some);
            let (objects, more) = self.pages(object, property, &groups).await?;
            if more && some.len() > 1 {
                let (one, other) = some.split_at(some.len() / 2);
                waiting.extend([one.to_vec(), other.to_vec()]);
                continue;
            }
            for (id, value) in &objects {
                for text in some.iter().filter(|text| wanted.holds(value, text)) {
                    let found = found.entry(text.clone()).or_default();
                    found.found.insert(id.clone(), value.clone());
                }
            }
            for text in some {
                found.entry(text).or_default().more |= more;
            }
        }
        Ok(found)
    }

    /// What a search finds, and whether there is more that was not read.
    async fn pages(
        &self,
        object: &str,
        property: &str,
        groups: &[Value],
    ) -> Result<(BTreeMap<String, String>, bool), CrmError> {
        let mut objects = BTreeMap::new();
        let mut after = "0".to_owned();
        for _ in 0..MOST_PAGES {
            let body = json!({
                "filterGroups": groups, "properties": [property], "sorts": [],
                "limit": PAGE, "after": after,
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
            for result in results(&answer)? {
                let id = id_text(result.get("id"))
                    .ok_or_else(|| CrmError::malformed("an object that was found has no `id`"))?;
                let value = result
                    .get("properties")
                    .and_then(|it| it.get(property)?.as_str());
                objects.insert(id, value.unwrap_or_default().to_owned());
            }
            match next_page(&answer) {
                Some(next) => next.clone_into(&mut after),
                None => return Ok((objects, false)),
            }
        }
        Ok((objects, true))
    }
}

/// The groups of filters, of which one must hold. The search knows values of `IN` and words in lower case only.
fn filters(property: &str, wanted: Wanted, texts: &[String]) -> Vec<Value> {
    let filters = match wanted {
        Wanted::Domain => {
            // An import may have written the one or the other.
            let both = texts
                .iter()
                .flat_map(|it| [it.clone(), format!("www.{it}")]);
            let values: Vec<String> = both.collect();
            vec![json!({ "propertyName": property, "operator": "IN", "values": values })]
        }
        Wanted::Word => {
            let words = texts.iter().map(|word| {
                json!({ "propertyName": property, "operator": "CONTAINS_TOKEN", "value": word })
            });
            words.collect()
        }
    };
    let groups = filters
        .into_iter()
        .map(|filter| json!({ "filters": [filter] }));
    groups.collect()
}
