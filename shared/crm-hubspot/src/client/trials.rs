use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;

use super::{HubSpot, VERSION, id_text};
use engine::{Budget, CrmError};

use super::{exchange::Call, patience::Again};

impl<B: Budget> HubSpot<B> {
    /// Creates an object with these properties, in the CRM's spelling, and gives its id. It is tried again by itself
    /// only if it surely was not done.
    ///
    /// # Errors
    /// A [`CrmError`]; [`CrmError::Refused`] if a value does not fit, or there is one like it already.
    pub async fn create(
        &self,
        object: &str,
        properties: &BTreeMap<String, String>,
    ) -> Result<String, CrmError> {
        let body = json!({ "properties": properties });
        let answer = self
            .exchange
            .ask(&Call {
                method: Method::POST,
                path: &["crm", "objects", VERSION, object],
                query: &[],
                body: Some(&body),
                again: Again::UnlessDone,
            })
            .await?;
        id_text(answer.get("id")).ok_or_else(|| CrmError::malformed("the new object has no `id`"))
    }

    /// Puts an object into the CRM's bin, from which it can be restored for some weeks. One that is not there is fine.
    ///
    /// # Errors
    /// A [`CrmError`].
    pub async fn archive(&self, object: &str, id: &str) -> Result<(), CrmError> {
        let gone = self
            .exchange
            .ask(&Call {
                method: Method::DELETE,
                path: &["crm", "objects", VERSION, object, id],
                query: &[],
                body: None,
                again: Again::Freely,
            })
            .await;
        match gone {
            Ok(_) | Err(CrmError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
