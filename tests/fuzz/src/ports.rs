//! A bus and secrets that do what they are asked.

use std::sync::{Arc, Mutex};

use contracts::Event;
use engine::{Bus, BusError, SecretError, Secrets, Web, WebAnswer, WebError};

/// With what webhooks are signed, and links.
pub(crate) const SECRET: &str = "a secret of forty characters or some more";

/// A bus that keeps what it took.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<Event>>>);

impl Kept {
    /// What it took since this was last asked.
    pub(crate) fn taken(&self) -> Vec<Event> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Bus for Kept {
    async fn publish(&self, events: &[Event]) -> Result<(), BusError> {
        self.0.lock().unwrap().extend_from_slice(events);
        Ok(())
    }
}

/// Secrets of which each field is the same, but none has one before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OneSecret;

impl Secrets for OneSecret {
    async fn field(&self, name: &str, field: &str) -> Result<String, SecretError> {
        if field.ends_with("_before") {
            return Err(SecretError::Malformed {
                name: name.to_owned(),
                field: field.to_owned(),
            });
        }
        Ok(SECRET.to_owned())
    }
}

/// Nobody else's server answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoWeb;

impl Web for NoWeb {
    async fn get(&self, _: &str) -> Result<WebAnswer, WebError> {
        Err(WebError("nobody is there".to_owned()))
    }

    async fn post(&self, _: &str, _: (&str, &str), _: &str) -> Result<WebAnswer, WebError> {
        Err(WebError("nobody is there".to_owned()))
    }

    fn chance(&self) -> Result<[u8; 32], WebError> {
        Ok([7; 32])
    }
}

/// Runs to its end what waits for nothing but itself and this machine.
pub(crate) fn now<T>(what: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(what))
}
