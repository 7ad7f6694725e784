use std::collections::BTreeMap;

use crate::association::is_primary_company;
use reqwest::Method;
use serde_json::{Value, json};

use super::{HubSpot, MOST_INPUTS, VERSION, batch_errors, id_text, next_page, results};
use engine::{Budget, CrmError};

use super::{exchange::Call, patience::Again};

/// The most pages read for one batch: a guard against a cursor that leads in a circle.
const MOST_PAGES: usize = 100;

impl<B: Budget> HubSpot<B> {
    /// The ids associated with each of these objects, for example the companies of contacts:
    /// `associated("contacts", "companies", ids)`. Every id asked for is in the answer, with an
    /// empty list if it has none. A primary company stands first; otherwise the CRM's order.
    ///
    /// # Errors
    /// A [`CrmError`] if a request fails.
    pub async fn associated(
        &self,
        from: &str,
        to: &str,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<String>>, CrmError> {
        let mut found: BTreeMap<String, Found> = ids
            .iter()
            .map(|id| (id.clone(), Found::default()))
            .collect();
        let distinct: Vec<String> = found.keys().cloned().collect();
        for chunk in distinct.chunks(MOST_INPUTS) {
            let mut inputs: Vec<Value> = chunk.iter().map(|id| json!({ "id": id })).collect();
            let mut pages = 0;
            while !inputs.is_empty() {
                pages += 1;
                if pages > MOST_PAGES {
                    return Err(CrmError::malformed("its pages of associations do not end"));
                }
                let answer = self.page(from, to, &inputs).await?;
                inputs.clear();
                for result in results(&answer)? {
                    let id = id_text(result.pointer("/from/id"))
                        .ok_or_else(|| CrmError::malformed("an association has no `from`"))?;
                    if let Some(after) = next_page(result) {
                        inputs.push(json!({ "id": id, "after": after }));
                    }
                    found.entry(id).or_default().add(result)?;
                }
            }
        }
        Ok(found
            .into_iter()
            .map(|(id, found)| (id, found.in_order()))
            .collect())
    }

    async fn page(&self, from: &str, to: &str, inputs: &[Value]) -> Result<Value, CrmError> {
        let body = json!({ "inputs": inputs });
        let answer = self
            .exchange
            .ask(&Call {
                method: Method::POST,
                path: &["crm", "associations", VERSION, from, to, "batch", "read"],
                query: &[],
                body: Some(&body),
                again: Again::Freely,
            })
            .await?;
        match batch_errors(&answer)?.into_values().next() {
            None => Ok(answer),
            // Without its associations a record would be judged as one that has none.
            Some(error) => Err(error),
        }
    }
}

/// What is associated with one object.
#[derive(Default)]
struct Found {
    primary: Vec<String>,
    others: Vec<String>,
}

impl Found {
    fn add(&mut self, result: &Value) -> Result<(), CrmError> {
        let to = result
            .get("to")
            .and_then(Value::as_array)
            .ok_or_else(|| CrmError::malformed("an association has no `to`"))?;
        for object in to {
            let id = id_text(object.get("toObjectId"))
                .ok_or_else(|| CrmError::malformed("an association has no `toObjectId`"))?;
            if self.primary.contains(&id) || self.others.contains(&id) {
                continue;
            }
            if is_primary(object) {
                self.primary.push(id);
            } else {
                self.others.push(id);
            }
        }
        Ok(())
    }

    fn in_order(self) -> Vec<String> {
        let mut ids = self.primary;
        ids.extend(self.others);
        ids
    }
}

fn is_primary(object: &Value) -> bool {
    let types = object.get("associationTypes").and_then(Value::as_array);
    types.into_iter().flatten().any(|kind| {
        let category = kind.get("category").and_then(Value::as_str);
        let type_id = kind.get("typeId").and_then(Value::as_u64);
        matches!((category, type_id), (Some(category), Some(id)) if is_primary_company(category, id))
    })
}
