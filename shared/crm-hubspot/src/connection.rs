//! One portal as the engine's CRM.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use crm::{ObjectMapping, Value};
use engine::{
    Budget, Clock, Crm, CrmError, FieldStanding, KeptSecret, NewTask, Reading, SecretError, Secrets,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    client::{BatchRead, HubSpot, Owner},
    object::{self, UserIds},
    object_type::ObjectType,
    task, writing,
};

/// How long the portal's list of users is believed. Someone who joined since is taken for a stranger
/// until then: nobody owns a record and answers it in their first quarter of an hour.
const USERS_BELIEVED: SignedDuration = SignedDuration::from_mins(15);

/// The field of the secret that holds the access token.
const TOKEN: &str = "access_token";

type Client<B> = Arc<HubSpot<Arc<B>>>;

/// A portal, with its access token, its budget of requests and its list of users. The token is read
/// at the first use: a cold start that has nothing for the CRM need not pay for it. It is read anew
/// when it is refused.
pub struct Connection<K, B, C> {
    base_url: String,
    token: KeptSecret<K>,
    budget: Arc<B>,
    clock: C,
    opened: Mutex<Option<Client<B>>>,
    users: Mutex<Option<(Timestamp, UserIds)>>,
}

impl<K, B, C> std::fmt::Debug for Connection<K, B, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// Asks the portal, and once more with a token read anew if the one at hand is not accepted.
macro_rules! ask {
    ($connection:expr, $client:ident => $request:expr) => {{
        let $client = $connection.client().await?;
        match $request.await {
            Err(CrmError::Unauthorized) if $connection.renew().await? => {
                let $client = $connection.client().await?;
                $request.await
            }
            other => other,
        }
    }};
}

impl<K: Secrets, B: Budget, C: Clock> Connection<K, B, C> {
    /// The portal at this address, whose access token is in the secret of this name.
    #[must_use]
    pub fn new(base_url: String, secrets: K, secret: String, budget: B, clock: C) -> Self {
        Self {
            base_url,
            token: KeptSecret::new(secrets, secret, TOKEN),
            budget: Arc::new(budget),
            clock,
            opened: Mutex::default(),
            users: Mutex::default(),
        }
    }

    async fn client(&self) -> Result<Client<B>, CrmError> {
        let opened = held(&self.opened).clone();
        if let Some(client) = opened {
            return Ok(client);
        }
        let token = self.token.current().await.map_err(|why| unread(&why))?;
        self.open(&token)
    }

    fn open(&self, token: &str) -> Result<Client<B>, CrmError> {
        let client = HubSpot::new(&self.base_url, token, Arc::clone(&self.budget));
        let client = Arc::new(client.map_err(|why| CrmError::Setup(why.to_string()))?);
        *held(&self.opened) = Some(Arc::clone(&client));
        Ok(client)
    }

    /// Reads the token anew; whether there is one to try again with.
    async fn renew(&self) -> Result<bool, CrmError> {
        let renewed = self.token.renewed(self.clock.now()).await;
        match renewed.map_err(|why| unread(&why))? {
            Some(token) => self.open(&token).map(|_| true),
            None => Ok(false),
        }
    }

    /// The owner for each user id: histories name users, records name owners.
    async fn users(&self) -> Result<UserIds, CrmError> {
        let now = self.clock.now();
        let kept = held(&self.users).clone();
        if let Some((at, users)) = kept
            && now.duration_since(at) < USERS_BELIEVED
        {
            return Ok(users);
        }
        let users = match ask!(self, client => client.owners()) {
            Ok(owners) => Owner::user_ids(&owners),
            Err(why) if why.is_retryable() => return Err(why),
            // An app without the scope to read owners still syncs; who made a contact is then
            // not known.
            Err(why) => {
                tracing::warn!(%why, "the CRM's users cannot be read");
                UserIds::Unknown
            }
        };
        *held(&self.users) = Some((now, users.clone()));
        Ok(users)
    }
}

impl<K: Secrets, B: Budget, C: Clock> Crm for Connection<K, B, C> {
    async fn read(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
    ) -> Result<BTreeMap<String, Reading>, CrmError> {
        let users = self.users().await?;
        let read = ask!(self, client => client.batch_read(mapping, ids, &users))?;
        Ok(readings(ids, read))
    }

    async fn associated(
        &self,
        from: &ObjectMapping,
        to: &ObjectMapping,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<String>>, CrmError> {
        ask!(self, client => client.associated(&from.object, &to.object, ids))
    }

    async fn field(
        &self,
        mapping: &ObjectMapping,
        id: &str,
        field: &str,
    ) -> Result<FieldStanding, CrmError> {
        let property = property_of(mapping, field)?;
        let users = self.users().await?;
        let found = ask!(self, client => client.read_with_history(&mapping.object, id, property))?;
        object::standing(&found, mapping, field, &users)
            .map_err(|why| CrmError::malformed(why.to_string()))
    }

    async fn set_field(
        &self,
        mapping: &ObjectMapping,
        id: &str,
        field: &str,
        value: Option<&Value>,
    ) -> Result<(), CrmError> {
        let property = property_of(mapping, field)?;
        let text = match (value, mapping.field(field)) {
            (Some(value), Some(field)) => writing::write(value, field, mapping),
            _ => Some(String::new()),
        };
        let text = text.ok_or_else(|| {
            CrmError::Unsupported(format!(
                "{field} cannot hold that value in {}",
                mapping.source
            ))
        })?;
        let properties = BTreeMap::from([(property.to_owned(), text)]);
        ask!(self, client => client.update(&mapping.object, id, &properties))
    }

    async fn find_task(
        &self,
        mapping: &ObjectMapping,
        id: &str,
        marker: &str,
    ) -> Result<Option<String>, CrmError> {
        about(mapping)?;
        ask!(self, client => client.tasks_of(&mapping.object, id, marker))
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
        ask!(self, client => client.create_task(&task))
    }
}

fn held<T>(kept: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unread(why: &SecretError) -> CrmError {
    CrmError::Unavailable {
        why: why.to_string(),
        perhaps_done: false,
    }
}

fn property_of<'m>(mapping: &'m ObjectMapping, field: &str) -> Result<&'m str, CrmError> {
    let field = mapping.field(field).ok_or_else(|| {
        CrmError::Unsupported(format!(
            "{}.{field} has no property of {} in technology.yaml",
            mapping.kind, mapping.source
        ))
    })?;
    Ok(&field.property)
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
