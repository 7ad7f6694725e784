use engine::webhooks::{Batch, BodyError, Limits, Merger, Noticed, Refusal, Request, Webhooks};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The header in which the simulated CRM shows that it knows the secret.
pub(crate) const SIGNATURE: &str = "x-signature";

/// The webhooks of the simulated CRM: a list of what changed, under a signature.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FromCrm;

/// What one webhook says of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notified {
    /// The same however often it is sent.
    pub(crate) key: String,
    pub(crate) object: String,
    pub(crate) id: String,
    pub(crate) occurred: Timestamp,
    pub(crate) deleted: bool,
    /// Whether it was erased for privacy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) erased: bool,
    /// The id of the record that stays, of one that was merged into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) into: Option<String>,
    /// The ids of those that were merged into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) merged: Vec<String>,
}

impl Webhooks for FromCrm {
    fn verify(
        &self,
        secret: &str,
        request: &Request,
        _: &str,
        _: &[u8],
        _: Timestamp,
    ) -> Result<(), Refusal> {
        match request.headers.get(SIGNATURE) {
            Some(signed) if signed == secret => Ok(()),
            Some(_) => Err(Refusal::Mismatch("signed with another secret".to_owned())),
            None => Err(Refusal::Other("not signed".to_owned())),
        }
    }

    fn parse(&self, body: &[u8], _: &str, _: Limits) -> Result<Batch, BodyError> {
        let all: Vec<Notified> =
            serde_json::from_slice(body).map_err(|why| BodyError::NotJson {
                line: why.line(),
                column: why.column(),
            })?;
        let noticed = all.into_iter().map(|it| Noticed {
            event_key: it.key,
            object: it.object,
            object_id: it.id,
            property: None,
            occurred: it.occurred,
            deletion: it.deleted,
            erasure: it.erased,
            merger: match (it.into, it.merged) {
                (Some(stays), _) => Some(Merger::Into(stays)),
                (None, gone) if gone.is_empty() => None,
                (None, gone) => Some(Merger::Of(gone)),
            },
            in_bulk: false,
        });
        Ok(Batch {
            noticed: noticed.collect(),
            ..Batch::default()
        })
    }
}
