use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::{HubSpot, VERSION};
use crate::{Budget, CrmError, exchange::Call};

impl<B: Budget> HubSpot<B> {
    /// The present values of some properties of one object, in the CRM's spelling. A property
    /// without a value is absent. `object` is a plural name: `deals`.
    ///
    /// # Errors
    /// [`CrmError::NotFound`] if there is no such object, or another [`CrmError`].
    pub async fn read_properties(
        &self,
        object: &str,
        id: &str,
        properties: &[&str],
    ) -> Result<BTreeMap<String, String>, CrmError> {
        let query: Vec<(&str, &str)> = properties
            .iter()
            .map(|name| ("properties", *name))
            .collect();
        let answer = self
            .exchange
            .ask(&Call {
                method: Method::GET,
                path: &["crm", "objects", VERSION, object, id],
                query: &query,
                body: None,
                repeatable: true,
            })
            .await?;
        let values = answer
            .get("properties")
            .and_then(Value::as_object)
            .ok_or_else(|| CrmError::malformed("`properties` is missing or no object"))?;
        Ok(properties
            .iter()
            .filter_map(|name| {
                let text = values.get(*name)?.as_str()?;
                (!text.is_empty()).then(|| ((*name).to_owned(), text.to_owned()))
            })
            .collect())
    }

    /// Sets properties of one object, in the CRM's spelling; an empty text empties a property.
    /// Setting the same twice is the same as setting it once, so that it is tried again freely.
    ///
    /// # Errors
    /// [`CrmError::NotFound`] if there is no such object, [`CrmError::Refused`] if a value does
    /// not fit, or another [`CrmError`].
    pub async fn update(
        &self,
        object: &str,
        id: &str,
        properties: &BTreeMap<String, String>,
    ) -> Result<(), CrmError> {
        let body = json!({ "properties": properties });
        self.exchange
            .ask(&Call {
                method: Method::PATCH,
                path: &["crm", "objects", VERSION, object, id],
                query: &[],
                body: Some(&body),
                repeatable: true,
            })
            .await?;
        Ok(())
    }
}
