//! The one way in: verifies a webhook's signature on the raw bytes, reads it, and answers once the
//! bus has every event of it. It keeps no state and does not look for repetitions: a marker written
//! before a failed publish would lose a lead. Repetitions are found where decisions are committed.

mod behaviours;
mod body;
mod events;
mod refused;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use contracts::{Event, EventData};
use crm::SourceName;
use engine::{
    Bus, KeptSecret, Secrets,
    webhooks::{Answer, Limits, Refusal, Request, WebhookHandler, Webhooks},
};
use jiff::Timestamp;
use model::OperatingModel;
use serde_json::{Value, json};

use behaviours::{Behaviours, EVENTS};
use refused::Refused;

/// The field of a source's secret with which its webhooks are signed.
const SIGNED_WITH: &str = "client_secret";

/// The field that holds, during a rotation, the one before: both are accepted as long as it is there.
const SIGNED_WITH_BEFORE: &str = "client_secret_before";

/// The function, over any bus, any keeper of secrets and any vendors' webhooks.
#[derive(Debug)]
pub struct WebhookIntake<B, K, W> {
    bus: B,
    sources: BTreeMap<SourceName, Source<K, W>>,
    model: OperatingModel,
    /// The public address of the API, without a slash at its end; none: the name the request came
    /// under.
    public_url: Option<String>,
    limits: Limits,
    behaviours: Behaviours<K>,
}

/// What is needed to take the webhooks of one source.
#[derive(Debug)]
struct Source<K, W> {
    webhooks: W,
    secret: KeptSecret<K>,
    portal: String,
}

impl<B: Bus, K: Secrets + Clone, W: Webhooks> WebhookIntake<B, K, W> {
    /// Takes the webhooks of these sources of the model, `POST /webhooks/SOURCE`.
    #[must_use]
    pub fn new(
        bus: B,
        secrets: &K,
        webhooks: BTreeMap<SourceName, W>,
        model: OperatingModel,
        public_url: Option<&str>,
    ) -> Self {
        let sources = webhooks.into_iter().filter_map(|(name, webhooks)| {
            let source = model.sources.get(&name)?;
            let secret = KeptSecret::new(secrets.clone(), source.secret.clone(), SIGNED_WITH)
                .rotated_from(SIGNED_WITH_BEFORE);
            let portal = source.portal.clone();
            let source = Source {
                webhooks,
                secret,
                portal,
            };
            Some((name, source))
        });
        Self {
            bus,
            sources: sources.collect(),
            model,
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            limits: Limits::default(),
            behaviours: Behaviours::new(secrets.clone(), None),
        }
    }

    /// The same that takes behaviour, `POST /webhooks/events`, signed with what the secret of this name holds.
    #[must_use]
    pub fn with_behaviours(mut self, secrets: &K, name: Option<String>) -> Self {
        let name = name.filter(|_| !self.model.behaviours.is_empty());
        self.behaviours = Behaviours::new(secrets.clone(), name);
        self
    }

    /// The same that takes a body of at most so many bytes.
    #[must_use]
    pub fn with_bytes(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// Takes what people do outside the CRM.
    async fn take_behaviours(&self, request: &Request, now: Timestamp) -> Result<Answer, Refused> {
        let body = body::raw(&request.body, self.limits.bytes)?;
        self.behaviours.check(request, &body, now).await?;
        let (events, unread) = behaviours::read(&self.model, request, &body, now)?;
        if !events.is_empty() {
            self.bus.publish(&events).await?;
        }
        let (accepted, refused) = (events.len(), unread.len());
        tracing::info!(accepted, refused, "behaviour taken");
        let told = |it: &behaviours::Unread| json!({ "event": it.place, "why": it.why });
        let told: Vec<Value> = unread.iter().map(told).collect();
        let status = if accepted == 0 && refused > 0 {
            400
        } else {
            200
        };
        let mut said = json!({ "accepted": accepted, "refused": told });
        if let (400, Some(said)) = (status, said.as_object_mut()) {
            said.insert("error".to_owned(), json!("nothing of this could be read"));
        }
        Ok(answer(status, &said))
    }

    async fn take(&self, request: &Request, now: Timestamp) -> Result<Answer, Refused> {
        if last_part(request) == Some(EVENTS) {
            return self.take_behaviours(request, now).await;
        }
        let (name, source) = self.source_of(request)?;
        let limits = self.limits;
        let body = body::raw(&request.body, limits.bytes)?;
        self.check_signature(source, request, &body, now).await?;
        let batch = source.webhooks.parse(&body, &source.portal, limits)?;
        let foreign = batch.foreign;
        if foreign > 0 && batch.noticed.is_empty() && batch.quarantined.is_empty() {
            return Err(Refused::AnotherPortal);
        }
        let events: Vec<Event> = events::events_of(&self.model, name, batch, now);
        let quarantined = events
            .iter()
            .filter(|it| matches!(it.data, EventData::WebhookQuarantined { .. }))
            .count();
        if !events.is_empty() {
            self.bus.publish(&events).await?;
        }
        let accepted = events.len().saturating_sub(quarantined);
        tracing::info!(accepted, quarantined, foreign, "webhook taken");
        Ok(answer(
            200,
            &json!({ "accepted": accepted, "quarantined": quarantined, "foreign": foreign }),
        ))
    }

    /// The source whose webhooks come under the path of a request: its last part is the source's
    /// name.
    fn source_of(&self, request: &Request) -> Result<(&SourceName, &Source<K, W>), Refused> {
        let name = last_part(request);
        let found = name.and_then(|name| self.sources.get_key_value(name));
        found.ok_or(Refused::NoSuchSource)
    }

    async fn check_signature(
        &self,
        source: &Source<K, W>,
        request: &Request,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), Refused> {
        let address = self.address(request);
        let verify = |secret: &str| {
            let webhooks = &source.webhooks;
            webhooks.verify(secret, request, &address, body, now)
        };
        let verify_before = || {
            let before = source.secret.before();
            before.is_some_and(|before| verify(&before).is_ok())
        };
        let secret = source.secret.current().await?;
        let why = match verify(&secret) {
            Err(Refusal::Mismatch(_)) if verify_before() => return Ok(()),
            Err(Refusal::Mismatch(why)) => why,
            other => return other.map_err(refused),
        };
        // The secret may have been changed since it was read.
        let fresh = source.secret.renewed(now).await?;
        let fresh = fresh.ok_or(Refused::SignedOtherwise(why))?;
        match verify(&fresh) {
            Err(Refusal::Mismatch(_)) if verify_before() => Ok(()),
            other => other.map_err(refused),
        }
    }

    /// The address that the sender called and signed.
    fn address(&self, request: &Request) -> String {
        let base = match &self.public_url {
            Some(url) => url.clone(),
            None => format!("https://{}", request.host),
        };
        let query = if request.query.is_empty() {
            String::new()
        } else {
            format!("?{}", request.query)
        };
        format!("{base}{}{query}", request.path)
    }
}

/// The last part of a request's path.
fn last_part(request: &Request) -> Option<&str> {
    request.path.trim_end_matches('/').rsplit('/').next()
}

/// Why a signature is not taken, by whether it may be taken later.
fn refused(why: Refusal) -> Refused {
    match why {
        Refusal::Mismatch(why) => Refused::SignedOtherwise(why),
        other @ Refusal::Other(_) => Refused::Signature(other),
    }
}

/// An answer that says in JSON what became of the request.
fn answer(status: u16, body: &Value) -> Answer {
    Answer {
        status,
        headers: BTreeMap::from([("content-type".to_owned(), "application/json".to_owned())]),
        body: body.to_string(),
    }
}

impl<B: Bus, K: Secrets + Clone, W: Webhooks> WebhookHandler for WebhookIntake<B, K, W> {
    async fn answer(&self, request: Request, now: Timestamp) -> Answer {
        match self.take(&request, now).await {
            Ok(answer) => answer,
            Err(refused) => {
                let status = refused.status();
                match &refused {
                    Refused::Bus(why) => tracing::error!(status, %why, "webhook not taken"),
                    Refused::Secret(why) => tracing::error!(status, %why, "webhook not taken"),
                    other => tracing::warn!(status, why = %other, "webhook refused"),
                }
                answer(status, &json!({ "error": refused.to_string() }))
            }
        }
    }
}
