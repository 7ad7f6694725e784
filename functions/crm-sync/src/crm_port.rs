use std::{
    collections::BTreeMap,
    future::Future,
    time::{Duration, Instant},
};

use crm::ObjectMapping;
use crm_client::{BatchRead, Owner};
use crm_webhooks::hubspot::object::UserIds;
use lambda_shell::{CrmConnection, Failure};
use tokio::sync::Mutex;

/// What crm-sync asks of a CRM.
pub trait Crm: Send + Sync {
    /// Reads records, with the history that the mapping asks for.
    ///
    /// # Errors
    /// If the CRM does not answer, or refuses.
    fn batch_read(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
    ) -> impl Future<Output = Result<BatchRead, Failure>> + Send;

    /// The objects that belong to others, the primary one first.
    ///
    /// # Errors
    /// If the CRM does not answer, or refuses.
    fn associated(
        &self,
        from: &str,
        to: &str,
        ids: &[String],
    ) -> impl Future<Output = Result<BTreeMap<String, Vec<String>>, Failure>> + Send;
}

/// How long the CRM's list of users is believed. Someone who joined since is taken for a stranger
/// until then, which costs a clock nothing: a contact by an unknown person is not the owner's.
const USERS_BELIEVED: Duration = Duration::from_secs(15 * 60);

/// A CRM behind a connection, with its list of users kept for a while.
#[derive(Debug)]
pub struct Opened {
    connection: CrmConnection,
    users: Mutex<Option<(Instant, UserIds)>>,
}

impl Opened {
    /// The CRM at the end of this connection.
    #[must_use]
    pub fn new(connection: CrmConnection) -> Self {
        Self {
            connection,
            users: Mutex::default(),
        }
    }

    /// The owner for each user id: histories name users, records name owners.
    async fn users(&self) -> Result<UserIds, Failure> {
        let mut kept = self.users.lock().await;
        if let Some((at, users)) = kept.as_ref()
            && at.elapsed() < USERS_BELIEVED
        {
            return Ok(users.clone());
        }
        let users = match self.connection.open().await?.owners().await {
            Ok(owners) => Owner::user_ids(&owners),
            Err(why) if why.is_retryable() => return Err(why.into()),
            // An app without the scope to read owners still syncs; who made a contact is then
            // not known.
            Err(why) => {
                tracing::warn!(%why, "the CRM's users cannot be read");
                UserIds(BTreeMap::new())
            }
        };
        *kept = Some((Instant::now(), users.clone()));
        Ok(users)
    }
}

impl Crm for Opened {
    async fn batch_read(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
    ) -> Result<BatchRead, Failure> {
        let users = self.users().await?;
        let crm = self.connection.open().await?;
        Ok(crm.batch_read(mapping, ids, &users).await?)
    }

    async fn associated(
        &self,
        from: &str,
        to: &str,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<String>>, Failure> {
        let crm = self.connection.open().await?;
        Ok(crm.associated(from, to, ids).await?)
    }
}
