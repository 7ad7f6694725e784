//! A bus and a secret that do as they are told.

use std::sync::{Arc, Mutex};

use contracts::Event;
use engine::{Bus, BusError, SecretError, Secrets, Web, WebAnswer, WebError};

/// A bus that keeps what it took, or refuses everything.
#[derive(Debug, Clone, Default)]
pub(super) struct TestBus(Arc<Mutex<(Vec<Event>, bool)>>);

impl TestBus {
    pub(super) fn refuses(&self) {
        self.0.lock().unwrap().1 = true;
    }

    pub(super) fn took(&self) -> Vec<Event> {
        self.0.lock().unwrap().0.clone()
    }
}

impl Bus for TestBus {
    async fn publish(&self, events: &[Event]) -> Result<(), BusError> {
        let mut taken = self.0.lock().unwrap();
        if taken.1 {
            return Err(BusError::Unavailable("away".to_owned()));
        }
        taken.0.extend_from_slice(events);
        Ok(())
    }
}

/// One secret with a key for links, or none.
#[derive(Debug, Clone, Default)]
pub(super) struct Vault(Arc<Mutex<bool>>);

impl Vault {
    pub(super) fn is_empty(&self) {
        *self.0.lock().unwrap() = true;
    }
}

impl Secrets for Vault {
    async fn field(&self, name: &str, field: &str) -> Result<String, SecretError> {
        if name == "sign-in" && field == "client_secret" {
            return Ok("s&1".to_owned());
        }
        if field == "link_key" && !*self.0.lock().unwrap() {
            return Ok("k".repeat(40));
        }
        Err(SecretError::Malformed {
            name: name.to_owned(),
            field: field.to_owned(),
        })
    }
}

/// A provider that says who it is and gives the tokens it was told to, or answers nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct TestWeb(Arc<Mutex<Asked>>);

/// What a provider gives, and what it was sent.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) id_token: String,
    pub(super) forms: Vec<(String, String)>,
    chances: u8,
}

pub(super) const ISSUER: &str = "https://issuer.example";

impl TestWeb {
    pub(super) fn with<T>(&self, what: impl FnOnce(&mut Asked) -> T) -> T {
        what(&mut self.0.lock().unwrap())
    }
}

impl Web for TestWeb {
    async fn get(&self, url: &str) -> Result<WebAnswer, WebError> {
        assert_eq!(url, format!("{ISSUER}/.well-known/openid-configuration"));
        let body = format!(
            "{{\"issuer\":\"{ISSUER}\",\"authorization_endpoint\":\"{ISSUER}/authorize\",\"token_endpoint\":\"{ISSUER}/token\"}}"
        );
        Ok(WebAnswer { status: 200, body })
    }

    async fn post(&self, url: &str, who: (&str, &str), form: &str) -> Result<WebAnswer, WebError> {
        assert_eq!(url, format!("{ISSUER}/token"));
        let body = self.with(|asked| {
            asked
                .forms
                .push((format!("{}:{}", who.0, who.1), form.to_owned()));
            format!("{{\"id_token\":\"{}\"}}", asked.id_token)
        });
        Ok(WebAnswer { status: 200, body })
    }

    fn chance(&self) -> Result<[u8; 32], WebError> {
        Ok(self.with(|asked| {
            asked.chances += 1;
            [asked.chances; 32]
        }))
    }
}
