use engine::{SecretError, Secrets};

use super::Ports;

impl Secrets for Ports {
    async fn field(&self, _: &str, _: &str) -> Result<String, SecretError> {
        Ok(self.0.lock().secret.clone())
    }
}
