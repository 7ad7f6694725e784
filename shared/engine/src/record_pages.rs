use std::collections::BTreeMap;

use crm::{RecordId, RecordKind, SourceName};

/// Where the CRMs show records to people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordPages(BTreeMap<(SourceName, RecordKind), String>);

impl RecordPages {
    /// Pages at these addresses, in which `{id}` stands for the record. Records of a kind without
    /// one are named by their ids only.
    #[must_use]
    pub const fn new(addresses: BTreeMap<(SourceName, RecordKind), String>) -> Self {
        Self(addresses)
    }

    /// The address of a record's page.
    #[must_use]
    pub fn of(&self, record: &RecordId) -> Option<String> {
        let address = self.0.get(&(record.source.clone(), record.kind))?;
        Some(address.replace("{id}", &record.id))
    }
}
