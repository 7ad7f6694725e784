use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::{HubSpot, VERSION};
use engine::{Budget, CrmError};

use super::{exchange::Call, patience::Again};

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
                again: Again::Freely,
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

    /// One object with the present value of a property and with what it held before, as the CRM
    /// gives it. `object` is a plural name: `deals`.
    ///
    /// # Errors
    /// [`CrmError::NotFound`] if there is no such object, or another [`CrmError`].
    pub async fn read_with_history(
        &self,
        object: &str,
        id: &str,
        property: &str,
    ) -> Result<Value, CrmError> {
        let query = [
            ("properties", property),
            ("propertiesWithHistory", property),
        ];
        self.exchange
            .ask(&Call {
                method: Method::GET,
                path: &["crm", "objects", VERSION, object, id],
                query: &query,
                body: None,
                again: Again::Freely,
            })
            .await
    }

    /// Sets properties of one object, in the CRM's spelling; an empty text empties a property.
    /// It is never tried again by itself: what somebody wrote meanwhile must not be overwritten, so
    /// whoever asks looks first, each time.
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
                again: Again::Never,
            })
            .await?;
        Ok(())
    }
}
