//! The one way in: verifies a webhook's signature on the raw bytes, reads it, and answers once the
//! bus has every event of it. It keeps no state and does not look for repetitions: a marker written
//! before a failed publish would lose a lead. Repetitions are found where decisions are committed.

mod body;
mod events;
mod ports;

use contracts::Event;
use crm_webhooks::{
    Refusal,
    hubspot::{
        signature::{SIGNATURE_V3_HEADER, Signed, TIMESTAMP_HEADER, verify_v3},
        webhook::{BodyError, Limits, parse},
    },
};
use jiff::Timestamp;
use lambda_shell::{Answer, Request, WebhookHandler};
use model::OperatingModel;
use serde_json::json;

pub use ports::{Publisher, SecretSource, StoredSecret};

/// The function, over any bus and any keeper of the secret.
#[derive(Debug)]
pub struct WebhookIntake<P, K> {
    bus: P,
    secret: K,
    model: OperatingModel,
    /// The source of the model whose webhooks these are.
    source: String,
    portal: String,
    /// The public address of the API, without a slash at its end; none: the name the request came
    /// under.
    public_url: Option<String>,
}

/// The model has no source whose webhooks could be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the model has no source in technology.yaml, so no webhook can be taken")]
pub struct NoSource;

impl<P: Publisher, K: SecretSource> WebhookIntake<P, K> {
    /// Takes the webhooks of the model's first source.
    ///
    /// # Errors
    /// If the model has none.
    pub fn new(
        bus: P,
        secret: K,
        model: OperatingModel,
        public_url: Option<String>,
    ) -> Result<Self, NoSource> {
        let (source, portal) = model
            .sources
            .iter()
            .next()
            .map(|(name, source)| (name.clone(), source.portal.clone()))
            .ok_or(NoSource)?;
        Ok(Self {
            bus,
            secret,
            model,
            source,
            portal,
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
        })
    }

    async fn take(&self, request: &Request, now: Timestamp) -> Result<Answer, Refused> {
        let limits = Limits::default();
        let body = body::raw(request, limits.bytes)?;
        self.check_signature(request, &body, now).await?;
        let batch = parse(&body, &self.portal, limits)?;
        let (foreign, others) = (batch.foreign, batch.noticed.len() + batch.quarantined.len());
        if foreign > 0 && others == 0 {
            return Err(Refused::AnotherPortal);
        }
        let events: Vec<Event> = self.events_of(batch, now);
        let quarantined = events
            .iter()
            .filter(|it| it.name() == "webhook.quarantined")
            .count();
        if !events.is_empty() {
            self.bus.publish(&events).await.map_err(Refused::Bus)?;
        }
        let accepted = events.len().saturating_sub(quarantined);
        tracing::info!(accepted, quarantined, foreign, "webhook taken");
        Ok(Answer::json(
            200,
            &json!({ "accepted": accepted, "quarantined": quarantined, "foreign": foreign }),
        ))
    }

    async fn check_signature(
        &self,
        request: &Request,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), Refused> {
        let uri = self.address(request);
        let header = |name: &str| {
            request
                .headers
                .get(&name.to_ascii_lowercase())
                .map(String::as_str)
        };
        let signed = Signed {
            method: &request.request_context.http.method,
            uri: &uri,
            body,
            signature: header(SIGNATURE_V3_HEADER),
            timestamp: header(TIMESTAMP_HEADER),
        };
        let secret = self.secret.current().await.map_err(Refused::Secret)?;
        match verify_v3(&secret, &signed, now) {
            Ok(()) => Ok(()),
            Err(Refusal::Mismatch) => {
                // The secret may have been changed since it was read.
                let fresh = self.secret.renewed(now).await.map_err(Refused::Secret)?;
                let fresh = fresh.ok_or(Refused::Signature(Refusal::Mismatch))?;
                verify_v3(&fresh, &signed, now).map_err(Refused::Signature)
            }
            Err(refusal) => Err(Refused::Signature(refusal)),
        }
    }

    /// The address that the sender called and signed.
    fn address(&self, request: &Request) -> String {
        let base = match &self.public_url {
            Some(url) => url.clone(),
            None => format!("https://{}", request.request_context.domain_name),
        };
        let query = if request.raw_query_string.is_empty() {
            String::new()
        } else {
            format!("?{}", request.raw_query_string)
        };
        format!("{base}{}{query}", request.raw_path)
    }
}

/// Why a webhook was not taken.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("{0}")]
    Signature(Refusal),
    #[error("{0}")]
    Body(#[from] BodyError),
    #[error("the body is marked as base64 and is not")]
    NotBase64,
    #[error("these events belong to another portal; this address takes only those of its own")]
    AnotherPortal,
    #[error("not every event was accepted; send it again")]
    Bus(String),
    #[error("the signature cannot be checked now; send it again")]
    Secret(String),
}

impl Refused {
    fn status(&self) -> u16 {
        match self {
            Self::Signature(_) => 401,
            Self::AnotherPortal => 403,
            Self::Body(BodyError::TooLarge { .. } | BodyError::TooManyEvents { .. }) => 413,
            Self::Body(_) | Self::NotBase64 => 400,
            Self::Bus(_) | Self::Secret(_) => 503,
        }
    }
}

impl<P: Publisher, K: SecretSource> WebhookHandler for WebhookIntake<P, K> {
    async fn answer(&self, request: Request, now: Timestamp) -> Answer {
        match self.take(&request, now).await {
            Ok(answer) => answer,
            Err(refused) => {
                let status = refused.status();
                match &refused {
                    Refused::Bus(why) | Refused::Secret(why) => {
                        tracing::error!(status, why, "webhook not taken");
                    }
                    other => tracing::warn!(status, why = %other, "webhook refused"),
                }
                Answer::json(status, &json!({ "error": refused.to_string() }))
            }
        }
    }
}
