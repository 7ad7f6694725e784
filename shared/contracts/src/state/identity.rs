use crm::RecordId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::key::{IDENTITY, Key};

/// The records of one person that have an owner, by what the model calls the same. lead-routing writes it, in
/// the transaction that gives one an owner, so that two that come at once cannot both be the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityState {
    /// The records, in the order in which they got an owner; those that are closed or gone until the next comes.
    pub records: Vec<RecordId>,
}

impl Key {
    /// The records of one person.
    #[must_use]
    pub fn identity(identity: &str) -> Self {
        Self::new(format!("{IDENTITY}{identity}"), "records")
    }
}

/// By what the records of one person are found: a hash of the value that they have in common, in its one form, for
/// this kind and source. The value itself is nowhere but in the copies.
#[must_use]
pub fn identity_of(record: &RecordId, value: &str) -> String {
    let mut hash = Sha256::new();
    for part in [record.source.as_str(), record.kind.word(), value] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}
