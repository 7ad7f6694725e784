use std::{collections::BTreeMap, future::Future};

use crm_client::CrmError;
use crm_webhooks::hubspot::task::NewTask;
use lambda_shell::{CrmConnection, Failure};

/// Why the CRM did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The record is not there any more: nothing is left to do.
    Gone,
    /// Anything else.
    Failed(Failure),
}

impl<F: Into<Failure>> From<F> for Trouble {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

fn trouble(error: CrmError) -> Trouble {
    match error {
        CrmError::NotFound => Trouble::Gone,
        other => Trouble::Failed(other.into()),
    }
}

/// What crm-writeback asks of a CRM, in the CRM's spelling. `object` is the plural name of a kind
/// of object: `deals`.
pub trait Crm: Send + Sync {
    /// The present value of a property; none if it has none.
    ///
    /// # Errors
    /// If the record is gone, or the CRM does not answer, or refuses.
    fn read(
        &self,
        object: &str,
        id: &str,
        property: &str,
    ) -> impl Future<Output = Result<Option<String>, Trouble>> + Send;

    /// Sets a property.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn write(
        &self,
        object: &str,
        id: &str,
        property: &str,
        value: &str,
    ) -> impl Future<Output = Result<(), Trouble>> + Send;

    /// The id of the task of a record that carries this marker.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn find_task(
        &self,
        object: &str,
        id: &str,
        marker: &str,
    ) -> impl Future<Output = Result<Option<String>, Trouble>> + Send;

    /// Creates a task and gives its id.
    ///
    /// # Errors
    /// As [`Self::read`]. The task may have been created all the same.
    fn create_task(&self, task: &NewTask) -> impl Future<Output = Result<String, Trouble>> + Send;
}

impl Crm for CrmConnection {
    async fn read(
        &self,
        object: &str,
        id: &str,
        property: &str,
    ) -> Result<Option<String>, Trouble> {
        let crm = self.open().await?;
        let found = crm.read_properties(object, id, &[property]).await;
        Ok(found.map_err(trouble)?.remove(property))
    }

    async fn write(
        &self,
        object: &str,
        id: &str,
        property: &str,
        value: &str,
    ) -> Result<(), Trouble> {
        let crm = self.open().await?;
        let properties = BTreeMap::from([(property.to_owned(), value.to_owned())]);
        crm.update(object, id, &properties).await.map_err(trouble)
    }

    async fn find_task(
        &self,
        object: &str,
        id: &str,
        marker: &str,
    ) -> Result<Option<String>, Trouble> {
        let crm = self.open().await?;
        crm.tasks_of(object, id, marker).await.map_err(trouble)
    }

    async fn create_task(&self, task: &NewTask) -> Result<String, Trouble> {
        let crm = self.open().await?;
        crm.create_task(task).await.map_err(trouble)
    }
}
