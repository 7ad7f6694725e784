use aws_sdk_secretsmanager::{Client, error::DisplayErrorContext};

use crate::settings::Settings;

/// The secrets, each by its name.
#[derive(Debug, Clone)]
pub struct Secrets {
    client: Client,
}

/// Why a secret cannot be had. Never says what is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It is not there, or we may not read it, or the service did not answer.
    #[error("secret {name} cannot be read: {why}")]
    Unavailable {
        /// The secret's name.
        name: String,
        /// Why.
        why: String,
    },
    /// It does not hold what is expected.
    #[error("secret {name} must be JSON with the text field `{field}`")]
    Malformed {
        /// The secret's name.
        name: String,
        /// The field that is missing.
        field: String,
    },
}

impl Secrets {
    /// The secrets of this account.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            client: Client::from_conf(settings.secretsmanager()),
        }
    }

    /// The text fields of a secret that is a JSON object, in the order asked.
    ///
    /// # Errors
    /// If the secret cannot be read, or a field is missing.
    pub async fn fields(&self, name: &str, fields: &[&str]) -> Result<Vec<String>, SecretError> {
        let answer = self.client.get_secret_value().secret_id(name).send().await;
        let answer = answer.map_err(|why| SecretError::Unavailable {
            name: name.to_owned(),
            why: DisplayErrorContext(&why).to_string(),
        })?;
        let text = answer.secret_string().unwrap_or_default();
        // The parser's own message could quote the secret; ours names only the field.
        let json: Option<serde_json::Value> = serde_json::from_str(text).ok();
        let field = |field: &&str| {
            let value = json.as_ref().and_then(|json| json.get(field)?.as_str());
            value
                .map(str::to_owned)
                .ok_or_else(|| SecretError::Malformed {
                    name: name.to_owned(),
                    field: (*field).to_owned(),
                })
        };
        fields.iter().map(field).collect()
    }
}
