//! A bus and a secret that do as they are told.

use std::sync::{Arc, Mutex};

use contracts::Event;
use engine::{Bus, BusError, SecretError, Secrets};

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
        if field == "link_key" && !*self.0.lock().unwrap() {
            return Ok("k".repeat(40));
        }
        Err(SecretError::Malformed {
            name: name.to_owned(),
            field: field.to_owned(),
        })
    }
}
