//! One portal as the engine's CRM.

mod known;
mod line;
mod set_up;
mod trials;

use std::collections::{BTreeMap, BTreeSet};

use crm::{Activities, ActivityKind, Candidates, CrmPeople, ObjectMapping, Wanted};
use engine::{
    Budget, Clock, Crm, CrmError, FieldStandings, FieldValues, Isolated, ListedPage, Listing,
    NewTask, Reading, Secrets,
};
use jiff::Timestamp;

use crate::{
    client::BatchRead, currency, dictionary::Dictionary, object, object_type::ObjectType, task,
    writing,
};

use known::Known;
use line::{Line, ask};

/// A portal, with the way to it and what is known of it.
pub struct Connection<K, B, C> {
    line: Line<K, B, C>,
    known: Known,
}

impl<K, B, C> std::fmt::Debug for Connection<K, B, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("base_url", &self.line.base_url)
            .finish_non_exhaustive()
    }
}

impl<K: Secrets, B: Budget, C: Clock> Connection<K, B, C> {
    /// The portal at this address, whose access token is in the secret of this name.
    #[must_use]
    pub fn new(base_url: String, secrets: K, secret: String, budget: B, clock: C) -> Self {
        Self {
            line: Line::new(base_url, secrets, secret, budget, clock),
            known: Known::default(),
        }
    }
}

impl<K: Secrets, B: Budget, C: Clock> Crm for Connection<K, B, C> {
    async fn read(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
    ) -> Result<BTreeMap<String, Reading>, CrmError> {
        let dictionary = self.known.to_read(&self.line, mapping, None).await?;
        let read = ask!(self.line, client => client.batch_read(mapping, ids, &dictionary))?;
        Ok(readings(ids, read))
    }

    async fn associated(
        &self,
        from: &ObjectMapping,
        to: &ObjectMapping,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<String>>, CrmError> {
        ask!(self.line, client => client.associated(&from.object, &to.object, ids))
    }

    async fn search(
        &self,
        mapping: &ObjectMapping,
        field: &str,
        wanted: Wanted,
        texts: &[String],
    ) -> Result<BTreeMap<String, Candidates>, CrmError> {
        let property = property_of(mapping, field)?;
        ask!(self.line, client => client.search(&mapping.object, &property, wanted, texts))
    }

    async fn list(
        &self,
        mapping: &ObjectMapping,
        accounts: Option<&ObjectMapping>,
        listing: Listing,
        after: Option<&str>,
    ) -> Result<ListedPage, CrmError> {
        let accounts = accounts.map(|accounts| accounts.object.as_str());
        let dictionary = self.known.to_read(&self.line, mapping, None).await?;
        let page = (listing, after);
        ask!(self.line, client => client.list(mapping, accounts, page, &dictionary))
    }

    async fn changed_since(
        &self,
        mapping: &ObjectMapping,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<ListedPage, CrmError> {
        ask!(self.line, client => client.changed_since(&mapping.object, since, after))
    }

    async fn activities(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        kinds: &BTreeSet<ActivityKind>,
    ) -> Result<BTreeMap<String, Activities>, CrmError> {
        ask!(self.line, client => client.activities(mapping, ids, kinds))
    }

    async fn people(&self) -> Result<CrmPeople, CrmError> {
        let archived = ask!(self.line, client => client.archived_owners())?;
        // An app without the right to read users still hears who is archived.
        let out_of_office = match ask!(self.line, client => client.out_of_office()) {
            Ok(out_of_office) => Some(out_of_office),
            Err(why @ CrmError::Refused { .. }) => {
                tracing::warn!(%why, "the CRM does not tell when its users are out of office");
                None
            }
            Err(why) => return Err(why),
        };
        Ok(CrmPeople {
            archived: archived.into_iter().map(|owner| owner.id).collect(),
            out_of_office,
        })
    }

    async fn fields(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        fields: &[String],
    ) -> Result<Isolated<FieldStandings>, CrmError> {
        let properties = fields.iter().map(|field| property_of(mapping, field));
        let mut properties: Vec<String> = properties.collect::<Result<_, _>>()?;
        properties.extend(currency::before_writing(mapping, fields).map(str::to_owned));
        let known = self.known.to_read(&self.line, mapping, Some(fields));
        let dictionary = known.await?;
        let object = &mapping.object;
        let read = ask!(self.line, client => client.read_with_history(object, ids, &properties))?;
        let standing = |found: &serde_json::Value| {
            if let Some(why) = currency::not_to_be_written(mapping, fields, found) {
                return Err(CrmError::Unsupported(why));
            }
            let each = fields.iter().map(|field| {
                let standing = object::standing(found, mapping, field, &dictionary);
                let standing = standing.map_err(|why| CrmError::malformed(why.to_string()))?;
                Ok((field.clone(), standing))
            });
            each.collect::<Result<FieldStandings, CrmError>>()
        };
        let read = read.into_iter();
        Ok(read
            .map(|(id, found)| (id, found.and_then(|found| standing(&found))))
            .collect())
    }

    async fn set_fields(
        &self,
        mapping: &ObjectMapping,
        values: &BTreeMap<String, FieldValues>,
    ) -> Result<Isolated<()>, CrmError> {
        let fields: BTreeSet<&String> = values.values().flat_map(BTreeMap::keys).collect();
        let fields: Vec<String> = fields.into_iter().cloned().collect();
        for field in &fields {
            property_of(mapping, field)?;
        }
        let dictionary = self.known.to_write(&self.line, mapping, &fields).await?;
        let mut came = Isolated::new();
        let mut inputs = BTreeMap::new();
        for (id, values) in values {
            match properties(mapping, values, &dictionary) {
                Ok(properties) => {
                    inputs.insert(id.clone(), properties);
                }
                Err(error) => {
                    came.insert(id.clone(), Err(error));
                }
            }
        }
        let updated = ask!(self.line, client => client.update(&mapping.object, &inputs));
        match updated {
            Ok(updated) => came.extend(updated),
            Err(error) if came.is_empty() => return Err(error),
            Err(error) => {
                let inputs = inputs.into_keys();
                came.extend(inputs.map(|id| (id, Err(error.clone()))));
            }
        }
        Ok(came)
    }

    async fn find_record(
        &self,
        mapping: &ObjectMapping,
        (field, value): (&str, &str),
    ) -> Result<Option<String>, CrmError> {
        let property = property_of(mapping, field)?;
        ask!(self.line, client => client.find_by(&mapping.object, &property, value))
    }

    async fn create_record(
        &self,
        mapping: &ObjectMapping,
        (field, value): (&str, &str),
        values: &FieldValues,
    ) -> Result<String, CrmError> {
        let property = property_of(mapping, field)?;
        let fields: Vec<String> = values.keys().cloned().collect();
        let dictionary = self.known.to_write(&self.line, mapping, &fields).await?;
        let properties = properties(mapping, values, &dictionary)?;
        let unique = (property.as_str(), value);
        ask!(self.line, client => client.upsert(&mapping.object, unique, &properties))
    }

    async fn associate(
        &self,
        (from, id): (&ObjectMapping, &str),
        (to, other): (&ObjectMapping, &str),
    ) -> Result<(), CrmError> {
        let (one, two) = ((from.object.as_str(), id), (to.object.as_str(), other));
        ask!(self.line, client => client.associate(one, two))
    }

    async fn find_task(
        &self,
        mapping: &ObjectMapping,
        id: &str,
        marker: &str,
    ) -> Result<Option<String>, CrmError> {
        about(mapping)?;
        ask!(self.line, client => client.tasks_of(&mapping.object, id, marker))
    }

    async fn create_task(
        &self,
        mapping: &ObjectMapping,
        id: &str,
        task: &NewTask,
    ) -> Result<String, CrmError> {
        let task = task::NewTask {
            subject: task.subject.clone(),
            body: task.body.clone(),
            marker: task.marker.clone(),
            owner: task.owner.clone(),
            due: task.due,
            priority: task::Priority::High,
            about: vec![(about(mapping)?, id.to_owned())],
        };
        ask!(self.line, client => client.create_task(&task))
    }
}

/// The properties of one record as the CRM writes them; an empty text empties one.
fn properties(
    mapping: &ObjectMapping,
    values: &FieldValues,
    dictionary: &Dictionary,
) -> Result<BTreeMap<String, String>, CrmError> {
    let each = values.iter().map(|(field, value)| {
        let text = match (value, mapping.field(field)) {
            (Some(value), Some(field)) => writing::write(value, field, mapping, dictionary),
            _ => Some(String::new()),
        };
        let unfit = || {
            CrmError::Unsupported(format!(
                "{field} cannot hold that value in {}",
                mapping.source
            ))
        };
        Ok((property_of(mapping, field)?, text.ok_or_else(unfit)?))
    });
    each.collect()
}

fn property_of(mapping: &ObjectMapping, field: &str) -> Result<String, CrmError> {
    let field = mapping.field(field).ok_or_else(|| {
        CrmError::Unsupported(format!(
            "{}.{field} has no property of {} in technology.yaml",
            mapping.kind, mapping.source
        ))
    })?;
    Ok(field.property.clone())
}

/// The type of object a task is about. Without a record to hang it on, it could not be found again.
fn about(mapping: &ObjectMapping) -> Result<ObjectType, CrmError> {
    ObjectType::named(&mapping.object).ok_or_else(|| {
        let object = &mapping.object;
        CrmError::Unsupported(format!(
            "a task cannot be made about objects of the kind {object}"
        ))
    })
}

fn readings(ids: &[String], read: BatchRead) -> BTreeMap<String, Reading> {
    let mut readings: BTreeMap<String, Reading> = BTreeMap::new();
    let mut unreadable: BTreeMap<String, Vec<engine::Unreadable>> = BTreeMap::new();
    for (record, field) in read.unreadable {
        unreadable.entry(record.id).or_default().push(field);
    }
    for record in read.records {
        let id = record.id.id.clone();
        let unreadable = unreadable.remove(&id).unwrap_or_default();
        let record = Box::new(record);
        readings.insert(id, Reading::Record { record, unreadable });
    }
    for broken in read.broken {
        readings.insert(broken.id, Reading::Broken(broken.why));
    }
    let asked: BTreeSet<&String> = ids.iter().collect();
    for id in asked {
        readings.entry(id.clone()).or_insert(Reading::Missing);
    }
    readings
}
