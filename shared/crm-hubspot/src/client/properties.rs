use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};

use super::{HubSpot, MOST_INPUTS, VERSION, id_text, refused_inputs, results};
use engine::{Budget, CrmError, Isolated};

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

    /// Objects with the present values of properties and with what they held before, as the CRM gives them:
    /// one alone by itself, several 50 a request. Every id asked for is in the answer. `object` is a plural
    /// name: `deals`.
    ///
    /// # Errors
    /// A [`CrmError`] if a request fails; [`CrmError::NotFound`] stands in the place of an object that
    /// there is not.
    pub async fn read_with_history(
        &self,
        object: &str,
        ids: &[String],
        properties: &[String],
    ) -> Result<Isolated<Value>, CrmError> {
        if let [id] = ids {
            let read = match self.read_one_with_history(object, id, properties).await {
                Err(CrmError::NotFound) => Err(CrmError::NotFound),
                // Of a record that was merged the CRM gives the one that stayed, which nobody asked for.
                Ok(other) if id_text(other.get("id")).as_deref() != Some(id) => {
                    Err(CrmError::NotFound)
                }
                other => Ok(other?),
            };
            return Ok(Isolated::from([(id.clone(), read)]));
        }
        let distinct: BTreeSet<&String> = ids.iter().collect();
        let (objects, mut failed) = self
            .read_objects(object, &distinct, properties, properties)
            .await?;
        let mut found = BTreeMap::new();
        let mut nameless = false;
        for object in objects {
            match id_text(object.get("id")) {
                Some(id) => {
                    found.insert(id, object);
                }
                None => nameless = true,
            }
        }
        let mut read = |id: &String| match (found.remove(id), failed.remove(id)) {
            (Some(object), _) => Ok(object),
            (None, Some(error)) => Err(error),
            // It may be any of those that did not come, and none of them is then known to be gone.
            (None, None) if nameless => Err(CrmError::malformed("an object has no `id`")),
            (None, None) => Err(CrmError::NotFound),
        };
        Ok(distinct
            .into_iter()
            .map(|id| (id.clone(), read(id)))
            .collect())
    }

    async fn read_one_with_history(
        &self,
        object: &str,
        id: &str,
        properties: &[String],
    ) -> Result<Value, CrmError> {
        let named = |key: &'static str| properties.iter().map(move |name| (key, name.as_str()));
        let query = named("properties").chain(named("propertiesWithHistory"));
        let query: Vec<(&str, &str)> = query.collect();
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

    /// Sets properties of objects, in the CRM's spelling; an empty text empties a property. One alone goes by
    /// itself, several 100 a request, of which one that is refused leaves the others as they are. Nothing
    /// is tried again by itself: what somebody wrote meanwhile must not be overwritten, so whoever asks
    /// looks first, each time. What became of each object is in the answer: [`CrmError::NotFound`] if there
    /// is no such object, [`CrmError::Refused`] if a value does not fit, or another.
    ///
    /// # Errors
    /// A [`CrmError`] if the first request fails.
    pub async fn update(
        &self,
        object: &str,
        inputs: &BTreeMap<String, BTreeMap<String, String>>,
    ) -> Result<Isolated<()>, CrmError> {
        let all: Vec<(&String, &BTreeMap<String, String>)> = inputs.iter().collect();
        if let [(id, properties)] = all.as_slice() {
            self.update_one(object, id, properties).await?;
            return Ok(Isolated::from([((*id).clone(), Ok(()))]));
        }
        let mut came = Isolated::new();
        for some in all.chunks(MOST_INPUTS) {
            match self.update_some(object, some).await {
                Ok(some) => came.extend(some),
                Err(error) if came.is_empty() => return Err(error),
                Err(error) => {
                    let some = some.iter();
                    came.extend(some.map(|(id, _)| ((*id).clone(), Err(error.clone()))));
                }
            }
        }
        Ok(came)
    }

    async fn update_one(
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

    async fn update_some(
        &self,
        object: &str,
        some: &[(&String, &BTreeMap<String, String>)],
    ) -> Result<Isolated<()>, CrmError> {
        let inputs = some.iter().map(|(id, properties)| {
            // With a trace for each, what one is refused for is said of it alone.
            json!({ "id": id, "properties": properties, "objectWriteTraceId": id })
        });
        let body = json!({ "inputs": inputs.collect::<Vec<Value>>() });
        let answer = self
            .exchange
            .ask(&Call {
                method: Method::POST,
                path: &["crm", "objects", VERSION, object, "batch", "update"],
                query: &[],
                body: Some(&body),
                again: Again::Never,
            })
            .await?;
        // Of an error that names no input nobody knows what was done all the same: a look will say.
        let nameless = |_| CrmError::malformed("an error names no object of the batch");
        let mut refused = refused_inputs(&answer).map_err(nameless)?;
        let done = results(&answer)?.iter();
        let done: BTreeSet<String> = done.filter_map(|one| id_text(one.get("id"))).collect();
        let mut came = |id: &String| match refused.remove(id) {
            Some(error) => Err(error),
            None if done.contains(id) => Ok(()),
            // Whether it was done, a look will say.
            None => Err(CrmError::malformed("it says nothing of an object")),
        };
        Ok(some
            .iter()
            .map(|(id, _)| ((*id).clone(), came(id)))
            .collect())
    }
}
