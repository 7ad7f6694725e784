use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use reqwest::Method;
use serde_json::Value;

use super::{HubSpot, VERSION, results};
use crate::dictionary::Declared;
use engine::{Budget, CrmError};

use super::{exchange::Call, patience::Again};

impl<B: Budget> HubSpot<B> {
    /// What the properties of one type of object are declared to hold, all in one request; none of one
    /// of which that is not said. What has no name is passed over: nobody can have asked for it.
    /// `object` is a plural name: `deals`.
    ///
    /// # Errors
    /// A [`CrmError`].
    pub async fn declared(
        &self,
        object: &str,
    ) -> Result<BTreeMap<String, Option<Declared>>, CrmError> {
        let answer = self.look(&["crm", "properties", VERSION, object]).await?;
        let definitions = results(&answer)?.iter();
        Ok(definitions.filter_map(Declared::of).collect())
    }

    /// The zone in which the portal shows instants.
    ///
    /// # Errors
    /// A [`CrmError`], also if there is no zone of that name.
    pub async fn zone(&self) -> Result<TimeZone, CrmError> {
        let answer = self.look(&["account-info", VERSION, "details"]).await?;
        let name = answer.get("timeZone").and_then(Value::as_str);
        name.and_then(|name| TimeZone::get(name).ok())
            .ok_or_else(|| CrmError::malformed("`timeZone` is missing or no zone that we know"))
    }

    /// The portal's company currency, if it says it.
    ///
    /// # Errors
    /// A [`CrmError`] if it cannot be read.
    pub async fn currency(&self) -> Result<Option<String>, CrmError> {
        let answer = self.look(&["account-info", VERSION, "details"]).await?;
        let code = answer.get("companyCurrency").and_then(Value::as_str);
        Ok(code.map(str::to_owned))
    }

    pub(super) async fn look(&self, path: &[&str]) -> Result<Value, CrmError> {
        self.exchange
            .ask(&Call {
                method: Method::GET,
                path,
                query: &[],
                body: None,
                again: Again::Freely,
            })
            .await
    }
}
