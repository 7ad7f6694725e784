use std::collections::BTreeSet;

use crm::{ObjectMapping, ObjectSetUp};
use engine::{Budget, Clock, CrmError, CrmSetUp, Secrets};

use super::{Connection, line::ask};

impl<K: Secrets, B: Budget, C: Clock> CrmSetUp for Connection<K, B, C> {
    async fn object(&self, mapping: &ObjectMapping) -> Result<ObjectSetUp, CrmError> {
        ask!(self.line, client => client.set_up(&mapping.object))
    }

    async fn owners(&self) -> Result<BTreeSet<String>, CrmError> {
        let owners = ask!(self.line, client => client.owners())?;
        Ok(owners.into_iter().map(|owner| owner.id).collect())
    }

    async fn currency(&self) -> Result<Option<String>, CrmError> {
        ask!(self.line, client => client.currency())
    }
}
