use std::collections::BTreeSet;

use crm::{ObjectMapping, ObjectSetUp, RecordKind};
use engine::{CrmError, CrmSetUp};

use super::MemoryCrm;
use crate::held::held;

impl MemoryCrm {
    /// It is set up so for the objects of a kind; or does not say it.
    pub fn is_set_up(&self, kind: RecordKind, said: Result<ObjectSetUp, CrmError>) {
        held(&self.inside).set_ups.insert(kind, said);
    }
}

impl CrmSetUp for MemoryCrm {
    async fn object(&self, mapping: &ObjectMapping) -> Result<ObjectSetUp, CrmError> {
        let said = held(&self.inside).set_ups.get(&mapping.kind).cloned();
        said.unwrap_or_else(|| Ok(ObjectSetUp::default()))
    }

    async fn owners(&self) -> Result<BTreeSet<String>, CrmError> {
        Ok(BTreeSet::new())
    }

    async fn currency(&self) -> Result<Option<String>, CrmError> {
        Ok(None)
    }
}
