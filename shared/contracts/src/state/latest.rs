use std::collections::BTreeMap;

use crm::{Latest, SourceName};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::key::{DOMAIN, Key};

/// The most records of a domain of which it is kept whose they are, by field: the latest. Of one that leaves, another
/// takes the place, so it must be more than one; each owner that changes writes it, so it must not be many.
pub const MOST_LATEST: usize = 8;

/// Whose the records of one domain were last. crm-sync writes it, in the transaction that keeps the copy of one of
/// them. It expires when the last of them is too old for whatever asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestState {
    /// By the field that says whose, the latest first; each record once.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<String, Vec<Latest>>,
}

impl Key {
    /// Whose the records of a domain in a source were last, by a hash of both: the domain itself is nowhere but in the
    /// copies, since that of somebody who has it alone tells who it is.
    #[must_use]
    pub fn latest(source: &SourceName, domain: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [source.as_str(), domain] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let hash = hex::encode(hash.finalize());
        Self::new(format!("{DOMAIN}{hash}"), "latest")
    }

    /// Whether it says whose the records of a domain were last.
    #[must_use]
    pub fn is_latest(&self) -> bool {
        self.pk.starts_with(DOMAIN)
    }
}
