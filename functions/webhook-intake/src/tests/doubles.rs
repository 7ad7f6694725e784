//! A bus, secrets and a vendor's webhooks that do as they are told.

use std::sync::{Arc, Mutex};

use engine::webhooks::{Batch, Merger};

use super::*;

/// A bus that keeps what it took, or refuses everything.
#[derive(Debug, Clone, Default)]
pub(super) struct TestBus(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    batches: Vec<Vec<Event>>,
    refuses: bool,
}

impl TestBus {
    pub(super) fn refuses(&self, refuses: bool) {
        self.0.lock().unwrap().refuses = refuses;
    }

    /// Each publication's events.
    pub(super) fn took(&self) -> Vec<Vec<Event>> {
        self.0.lock().unwrap().batches.clone()
    }
}

impl Bus for TestBus {
    async fn publish(&self, events: &[Event]) -> Result<(), BusError> {
        let mut taken = self.0.lock().unwrap();
        if taken.refuses {
            return Err(BusError::Refused {
                count: 1,
                of: events.len(),
                why: "ThrottlingException".to_owned(),
            });
        }
        taken.batches.push(events.to_vec());
        Ok(())
    }
}

/// Secrets by their names, and how often each was read.
#[derive(Debug, Clone, Default)]
pub(super) struct TestSecrets(Arc<Mutex<Vault>>);

#[derive(Debug, Default)]
struct Vault {
    secrets: BTreeMap<String, Result<String, SecretError>>,
    reads: BTreeMap<String, u32>,
    before: Option<Result<String, SecretError>>,
}

impl TestSecrets {
    pub(super) fn now(&self, name: &str, secret: Result<&str, SecretError>) {
        let mut vault = self.0.lock().unwrap();
        let secret = secret.map(str::to_owned);
        vault.secrets.insert(name.to_owned(), secret);
    }

    /// The one before, as it stands beside the secret of now.
    pub(super) fn before(&self, secret: Option<Result<&str, SecretError>>) {
        let secret = secret.map(|it| it.map(str::to_owned));
        self.0.lock().unwrap().before = secret;
    }

    pub(super) fn reads(&self, name: &str) -> u32 {
        self.0.lock().unwrap().reads.get(name).copied().unwrap_or(0)
    }
}

impl Secrets for TestSecrets {
    async fn field(&self, name: &str, field: &str) -> Result<String, SecretError> {
        if ["client_secret_before", "signing_secret_before"].contains(&field) {
            let vault = self.0.lock().unwrap();
            return vault.before.clone().unwrap_or_else(|| {
                Err(SecretError::Malformed {
                    name: name.to_owned(),
                    field: field.to_owned(),
                })
            });
        }
        assert!(["client_secret", "signing_secret"].contains(&field));
        let mut vault = self.0.lock().unwrap();
        *vault.reads.entry(name.to_owned()).or_default() += 1;
        vault.secrets.get(name).cloned().unwrap()
    }
}

/// A vendor whose body is words: `contacts/7` tells of such an object, `contacts/7!` that it is
/// gone, `?9` of something nobody understands, and `foreign` is another portal's.
#[derive(Debug, Clone, Copy)]
pub(super) struct TestWebhooks;

impl TestWebhooks {
    pub(super) fn signature(secret: &str, address: &str, body: &[u8]) -> String {
        format!("{secret} {address} {}", String::from_utf8_lossy(body))
    }
}

impl Webhooks for TestWebhooks {
    fn verify(
        &self,
        secret: &str,
        request: &Request,
        address: &str,
        body: &[u8],
        _now: Timestamp,
    ) -> Result<(), Refusal> {
        let Some(signature) = request.headers.get("signature") else {
            return Err(Refusal::Other("it is not signed".to_owned()));
        };
        if *signature == Self::signature(secret, address, body) {
            return Ok(());
        }
        Err(Refusal::Mismatch("it is not signed by us both".to_owned()))
    }

    fn parse(&self, body: &[u8], portal: &str, limits: Limits) -> Result<Batch, BodyError> {
        assert!(!portal.is_empty());
        if body.len() > limits.bytes {
            return Err(BodyError::TooLarge {
                bytes: body.len(),
                limit: limits.bytes,
            });
        }
        let text = std::str::from_utf8(body).map_err(|_| BodyError::NotAList)?;
        if text == "broken" {
            return Err(BodyError::NotJson { line: 1, column: 1 });
        }
        let mut batch = Batch::default();
        for word in text.split_whitespace() {
            if word == "foreign" {
                batch.foreign += 1;
            } else if let Some(id) = word.strip_prefix('?') {
                batch.quarantined.push(quarantined(word, id));
            } else if let Some((object, id)) = word.split_once('/') {
                batch.noticed.push(noticed(word, object, id));
            }
        }
        Ok(batch)
    }
}

/// `7!` is gone, `7-` was erased for privacy, `7&` was changed with others, `7>8` was merged into 8, and `8<7` is what 7 was merged into.
fn noticed(word: &str, object: &str, id: &str) -> Noticed {
    let (id, merger) = match (id.split_once('>'), id.split_once('<')) {
        (Some((id, stays)), _) => (id, Some(Merger::Into(stays.to_owned()))),
        (_, Some((id, gone))) => (id, Some(Merger::Of(vec![gone.to_owned()]))),
        _ => (id, None),
    };
    let merged = matches!(merger, Some(Merger::Into(_)));
    Noticed {
        event_key: word.to_owned(),
        object: object.to_owned(),
        object_id: id.trim_end_matches(['!', '-', '&']).to_owned(),
        property: None,
        occurred: at("2026-11-23T09:59:00Z"),
        deletion: merged || id.ends_with(['!', '-']),
        erasure: id.ends_with('-'),
        merger,
        in_bulk: id.ends_with('&'),
    }
}

fn quarantined(word: &str, id: &str) -> Quarantined {
    Quarantined {
        event_key: word.to_owned(),
        reason: "of a kind that nobody knows".to_owned(),
        subscription: Some("contact.sneezed".to_owned()),
        object_id: Some(id.to_owned()),
        object: None,
    }
}
