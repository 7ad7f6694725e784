use std::collections::{BTreeMap, BTreeSet};

use crate::dictionary::Dictionary;
use crate::object::{Parsed, parse_object, properties_to_read};
use crm::{ObjectMapping, Record, RecordId};
use reqwest::Method;
use serde_json::{Value, json};

use super::{HubSpot, MOST_INPUTS, VERSION, batch_errors, id_text, results};
use engine::{Budget, CrmError, Unreadable};

use super::{exchange::Call, patience::Again};

/// The most inputs of one batch read that asks for histories.
const MOST_WITH_HISTORY: usize = 50;

/// What became of the records asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct BatchRead {
    /// The records, in the order of the answers.
    pub records: Vec<Record>,
    /// The ids that the CRM does not have (any more). A record merged into another is among
    /// them, even if the CRM gives the other in its place.
    pub missing: Vec<String>,
    /// The fields that hold something that does not fit their type.
    pub unreadable: Vec<(RecordId, Unreadable)>,
    /// The ids of which what came is no record, or may not be: an object without an id may be any
    /// of those that did not come, and none of them is then known to be gone.
    pub broken: Vec<Broken>,
}

/// A record that was asked for, in whose place came an object without what every record has, or an
/// error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Its id.
    pub id: String,
    /// What it lacks, or what the CRM says of it.
    pub why: String,
}

impl Broken {
    fn new(id: String, why: &impl ToString) -> Self {
        Self {
            id,
            why: why.to_string(),
        }
    }
}

impl<B: Budget> HubSpot<B> {
    /// Reads records with the properties and histories that the mapping asks for, 50 per
    /// request. Archived records count as missing.
    ///
    /// # Errors
    /// A [`CrmError`] if a request fails; nothing is kept of the requests before it.
    pub async fn batch_read(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        dictionary: &Dictionary,
    ) -> Result<BatchRead, CrmError> {
        let (properties, with_history) = properties_to_read(mapping);
        let ids: BTreeSet<&String> = ids.iter().collect();
        let mut read = BatchRead::default();
        let mut given = BTreeSet::new();
        let mut without_id = None;
        let (objects, failed) = self
            .read_objects(&mapping.object, &ids, &properties, &with_history)
            .await?;
        for object in &objects {
            let id = id_text(object.get("id"));
            if let Some(id) = &id
                && !given.insert(id.clone())
            {
                continue;
            }
            match parse_object(object, mapping, dictionary) {
                Ok(Parsed { record, unreadable }) => {
                    let of_record = unreadable.into_iter().map(|one| (record.id.clone(), one));
                    read.unreadable.extend(of_record);
                    read.records.push(record);
                }
                Err(why) => match id {
                    Some(id) => read.broken.push(Broken::new(id, &why)),
                    None => without_id = Some(why),
                },
            }
        }
        let absent = ids
            .into_iter()
            .filter(|id| !given.contains(*id) && !failed.contains_key(*id))
            .cloned();
        match without_id {
            None => read.missing = absent.collect(),
            Some(why) => read.broken.extend(absent.map(|id| Broken::new(id, &why))),
        }
        let failed = failed.into_iter().filter(|(id, _)| !given.contains(id));
        read.broken
            .extend(failed.map(|(id, why)| Broken::new(id, &why)));
        Ok(read)
    }

    /// The objects of these ids, as many requests as it takes.
    pub(super) async fn read_objects(
        &self,
        object: &str,
        ids: &BTreeSet<&String>,
        properties: &[String],
        with_history: &[String],
    ) -> Result<(Vec<Value>, BTreeMap<String, CrmError>), CrmError> {
        let most = if with_history.is_empty() {
            MOST_INPUTS
        } else {
            MOST_WITH_HISTORY
        };
        let ids: Vec<&String> = ids.iter().copied().collect();
        let mut failed = BTreeMap::new();
        let mut objects = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(most) {
            let inputs: Vec<Value> = chunk.iter().map(|id| json!({ "id": id })).collect();
            let body = json!({
                "properties": properties,
                "propertiesWithHistory": with_history,
                "inputs": inputs,
            });
            let answer = self
                .exchange
                .ask(&Call {
                    method: Method::POST,
                    path: &["crm", "objects", VERSION, object, "batch", "read"],
                    query: &[],
                    body: Some(&body),
                    again: Again::Freely,
                })
                .await?;
            failed.extend(batch_errors(&answer)?);
            objects.extend(results(&answer)?.iter().cloned());
        }
        Ok((objects, failed))
    }
}
