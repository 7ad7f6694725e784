use std::fmt;

use crm::RecordId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Who did something outside the CRM, by what names nobody: `mail:` and the HMAC of the mail address, `id:` and a hash
/// of an id. Those of an account together are `record:` and its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Visitor(String);

impl Visitor {
    /// Whoever has the mail address of this HMAC-SHA256, in 64 hexadecimal digits; none if it is no such thing.
    #[must_use]
    pub fn of_mail(hmac: &str) -> Option<Self> {
        let is_hex = hmac.len() == 64 && hmac.bytes().all(|it| it.is_ascii_hexdigit());
        is_hex.then(|| Self(format!("mail:{}", hmac.to_ascii_lowercase())))
    }

    /// Whoever has this id; none of an empty one. The id itself is not kept.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        let id = id.trim();
        (!id.is_empty()).then(|| Self(format!("id:{}", hex::encode(Sha256::digest(id.as_bytes())))))
    }

    /// The people of an account; of a lead, for which accounts it counts what its person has done.
    #[must_use]
    pub fn of_record(record: &RecordId) -> Self {
        Self(format!("record:{record}"))
    }

    /// As it stands in keys and events.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Somebody has done something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BehaviourSeen {
    /// Who.
    pub visitor: Visitor,
    /// What, as the model calls it.
    pub behaviour: String,
    /// When, as the sender says.
    pub at: Timestamp,
}
