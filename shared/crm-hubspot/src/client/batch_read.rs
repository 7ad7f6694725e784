use std::collections::{BTreeMap, BTreeSet};

use crate::object::{Parsed, UserIds, parse_object, properties_to_read};
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
    /// The objects that are no records at all.
    pub broken: Vec<Broken>,
}

/// An object without what every record has, or one that the CRM could not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Its id, if it has one.
    pub id: Option<String>,
    /// What it lacks, or what the CRM says of it.
    pub why: String,
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
        users: &UserIds,
    ) -> Result<BatchRead, CrmError> {
        let (properties, with_history) = properties_to_read(mapping);
        let ids: BTreeSet<&String> = ids.iter().collect();
        let mut read = BatchRead::default();
        let mut given = BTreeSet::new();
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
            match parse_object(object, mapping, users) {
                Ok(Parsed { record, unreadable }) => {
                    let of_record = unreadable.into_iter().map(|one| (record.id.clone(), one));
                    read.unreadable.extend(of_record);
                    read.records.push(record);
                }
                Err(why) => read.broken.push(Broken {
                    id,
                    why: why.to_string(),
                }),
            }
        }
        read.missing = ids
            .into_iter()
            .filter(|id| !given.contains(*id) && !failed.contains_key(*id))
            .cloned()
            .collect();
        let failed = failed.into_iter().filter(|(id, _)| !given.contains(id));
        read.broken.extend(failed.map(|(id, why)| Broken {
            id: Some(id),
            why: why.to_string(),
        }));
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
