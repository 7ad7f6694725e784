use std::collections::BTreeSet;

use crm::{ObjectMapping, ObjectSetUp};
use engine::{CrmError, CrmSetUp};

use super::Ports;

/// A simulated CRM calls everything as the model does: of what people are told no invariant speaks.
impl CrmSetUp for Ports {
    async fn object(&self, _: &ObjectMapping) -> Result<ObjectSetUp, CrmError> {
        Ok(ObjectSetUp::default())
    }

    async fn owners(&self) -> Result<BTreeSet<String>, CrmError> {
        Ok(BTreeSet::new())
    }

    async fn currency(&self) -> Result<Option<String>, CrmError> {
        Ok(None)
    }
}
