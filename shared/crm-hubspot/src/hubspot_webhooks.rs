//! `HubSpot`'s webhooks as the engine's.

use engine::webhooks::{
    Batch, BodyError, Limits, Noticed, Quarantined, Refusal, Request, Webhooks,
};
use jiff::Timestamp;

use crate::{
    signature::{SIGNATURE_V3_HEADER, Signed, TIMESTAMP_HEADER, verify_v3},
    webhook,
};

/// `HubSpot`'s webhooks, with signatures of version 3 only: the others sign no time.
#[derive(Debug, Clone, Copy, Default)]
pub struct HubSpotWebhooks;

impl Webhooks for HubSpotWebhooks {
    fn verify(
        &self,
        secret: &str,
        request: &Request,
        address: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let header = |name: &str| {
            let value = request.headers.get(&name.to_ascii_lowercase());
            value.map(String::as_str)
        };
        let signed = Signed {
            method: &request.method,
            uri: address,
            body,
            signature: header(SIGNATURE_V3_HEADER),
            timestamp: header(TIMESTAMP_HEADER),
        };
        verify_v3(secret, &signed, now).map_err(|refusal| match refusal {
            signatures::Refusal::Mismatch | signatures::Refusal::NoSecret => {
                Refusal::Mismatch(refusal.to_string())
            }
            other => Refusal::Other(other.to_string()),
        })
    }

    fn parse(&self, body: &[u8], portal: &str, limits: Limits) -> Result<Batch, BodyError> {
        let batch = webhook::parse(body, portal, limits)?;
        let noticed = batch.noticed.into_iter().map(|it| Noticed {
            event_key: it.event_key,
            object: it.object.plural().to_owned(),
            object_id: it.object_id,
            property: it.property,
            occurred: it.occurred,
            deletion: it.deletion,
            erasure: it.erasure,
            merger: it.merger,
            in_bulk: it.in_bulk,
        });
        let quarantined = batch.quarantined.into_iter().map(|it| Quarantined {
            event_key: it.event_key,
            reason: it.reason.to_string(),
            subscription: it.subscription,
            object_id: it.object_id,
            object: it.object.map(|object| object.plural().to_owned()),
        });
        Ok(Batch {
            noticed: noticed.collect(),
            quarantined: quarantined.collect(),
            foreign: batch.foreign,
        })
    }
}
