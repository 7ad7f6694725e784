use aws_sdk_secretsmanager::{Client, error::DisplayErrorContext};

use engine::{SecretError, Secrets};

use crate::settings::Settings;

/// The secrets, each by its name.
#[derive(Debug, Clone)]
pub struct SecretsManager {
    client: Client,
}

impl SecretsManager {
    /// The secrets of this account.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            client: Client::from_conf(settings.secretsmanager()),
        }
    }
}

impl Secrets for SecretsManager {
    async fn field(&self, name: &str, field: &str) -> Result<String, SecretError> {
        let answer = self.client.get_secret_value().secret_id(name).send().await;
        let answer = answer.map_err(|why| SecretError::Unavailable {
            name: name.to_owned(),
            why: DisplayErrorContext(&why).to_string(),
        })?;
        let text = answer.secret_string().unwrap_or_default();
        let secret: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let found = secret.get(field).and_then(serde_json::Value::as_str);
        found
            .map(str::to_owned)
            .ok_or_else(|| SecretError::Malformed {
                name: name.to_owned(),
                field: field.to_owned(),
            })
    }
}
