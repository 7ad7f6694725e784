use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::{HubSpot, VERSION, id_text, refused_inputs, results};
use engine::{Budget, CrmError};

use super::{exchange::Call, patience::Again};

impl<B: Budget> HubSpot<B> {
    /// The id of the object in which a property with unique values holds this one. `object` is a plural name:
    /// `deals`.
    ///
    /// # Errors
    /// A [`CrmError`] if a request fails, also if the property's values are not unique.
    pub async fn find_by(
        &self,
        object: &str,
        property: &str,
        value: &str,
    ) -> Result<Option<String>, CrmError> {
        let answer = self
            .exchange
            .ask(&Call {
                method: Method::GET,
                path: &["crm", "objects", VERSION, object, value],
                query: &[("idProperty", property), ("properties", property)],
                body: None,
                again: Again::Freely,
            })
            .await;
        match answer {
            Ok(found) => match id_text(found.get("id")) {
                Some(id) => Ok(Some(id)),
                None => Err(CrmError::malformed("an object has no `id`")),
            },
            Err(CrmError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates an object with these properties, or sets them in the one in which the property with unique values
    /// holds this one, and gives its id (`batch/upsert` with `idProperty`). It is tried again by itself only if it
    /// surely was not done: a second try would write over what somebody changed since.
    ///
    /// # Errors
    /// A [`CrmError`].
    pub async fn upsert(
        &self,
        object: &str,
        (property, value): (&str, &str),
        properties: &BTreeMap<String, String>,
    ) -> Result<String, CrmError> {
        let input = json!({
            "id": value, "idProperty": property, "properties": properties, "objectWriteTraceId": value,
        });
        let body = json!({ "inputs": [input] });
        let answer = self
            .exchange
            .ask(&Call {
                method: Method::POST,
                path: &["crm", "objects", VERSION, object, "batch", "upsert"],
                query: &[],
                body: Some(&body),
                again: Again::UnlessDone,
            })
            .await?;
        let nameless = |_| CrmError::malformed("an error names no object of the batch");
        let refused = refused_inputs(&answer).map_err(nameless)?;
        if let Some(error) = refused.into_values().next() {
            return Err(error);
        }
        let first: Option<&Value> = results(&answer)?.first();
        first
            .and_then(|one| id_text(one.get("id")))
            .ok_or_else(|| CrmError::malformed("it says nothing of the object"))
    }

    /// Associates two objects in the most general way that their kinds have; what is associated stays so.
    ///
    /// # Errors
    /// A [`CrmError`].
    pub async fn associate(
        &self,
        (from, from_id): (&str, &str),
        (to, to_id): (&str, &str),
    ) -> Result<(), CrmError> {
        let path = [
            "crm",
            "objects",
            VERSION,
            from,
            from_id,
            "associations",
            "default",
            to,
            to_id,
        ];
        self.exchange
            .ask(&Call {
                method: Method::PUT,
                path: &path,
                query: &[],
                body: None,
                again: Again::Freely,
            })
            .await?;
        Ok(())
    }
}
