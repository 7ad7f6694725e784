use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_http_client::{
    Builder, Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};

/// Where the cloud is, and who we are there.
#[derive(Debug, Clone)]
pub struct Settings {
    region: String,
    /// Another address for every service: an emulator's.
    endpoint: Option<String>,
    credentials: Credentials,
    http: aws_sdk_dynamodb::config::SharedHttpClient,
}

/// A variable that Lambda sets is missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the environment has no {0}; Lambda sets it by itself, and on a laptop `aws configure export-credentials --format env` prints it"
)]
pub struct SettingsError(pub &'static str);

impl Settings {
    /// The settings in the environment: `AWS_REGION`, `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and, for an emulator, `AWS_ENDPOINT_URL`.
    ///
    /// Lambda gives credentials in the environment and renews them by starting anew, so the chain
    /// of providers of `aws-config`, and its two more SDKs, are not needed.
    ///
    /// # Errors
    /// If one of the first three is missing.
    pub fn from_environment() -> Result<Self, SettingsError> {
        let variable = |name: &'static str| std::env::var(name).ok().filter(|it| !it.is_empty());
        let needed = |name: &'static str| variable(name).ok_or(SettingsError(name));
        let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        Ok(Self::new(
            region.ok_or(SettingsError("AWS_REGION"))?,
            variable("AWS_ENDPOINT_URL"),
            needed("AWS_ACCESS_KEY_ID")?,
            needed("AWS_SECRET_ACCESS_KEY")?,
            variable("AWS_SESSION_TOKEN"),
        ))
    }

    /// Settings that are given rather than found.
    #[must_use]
    pub fn new(
        region: String,
        endpoint: Option<String>,
        key: String,
        secret: String,
        token: Option<String>,
    ) -> Self {
        // ring, not aws-lc: the latter gathers entropy for tens of milliseconds at the first
        // handshake, which a cold start would pay.
        let http = Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        Self {
            region,
            endpoint,
            credentials: Credentials::new(key, secret, token, None, "environment"),
            http,
        }
    }
}

impl Settings {
    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    pub(crate) const fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// What sends a request that no SDK makes.
    pub(crate) fn connector(&self) -> Connector {
        Connector::builder()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build()
    }
}

/// An attempt that takes longer than this is given up and tried anew.
const ATTEMPT: Duration = Duration::from_secs(3);

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(3)
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(ATTEMPT)
        .build()
}

/// One client's configuration. Each SDK has a type of its own for it, with the same words.
macro_rules! configuration {
    ($name:ident, $sdk:ident) => {
        impl Settings {
            /// The configuration of this service's client.
            #[must_use]
            pub fn $name(&self) -> $sdk::Config {
                let mut builder = $sdk::Config::builder()
                    .behavior_version($sdk::config::BehaviorVersion::latest())
                    .region($sdk::config::Region::new(self.region.clone()))
                    .credentials_provider(self.credentials.clone())
                    .http_client(self.http.clone())
                    .retry_config(retries())
                    .timeout_config(timeouts());
                if let Some(endpoint) = &self.endpoint {
                    builder = builder.endpoint_url(endpoint);
                }
                builder.build()
            }
        }
    };
}

configuration!(dynamodb, aws_sdk_dynamodb);
configuration!(eventbridge, aws_sdk_eventbridge);
configuration!(secretsmanager, aws_sdk_secretsmanager);
configuration!(sesv2, aws_sdk_sesv2);
configuration!(sqs, aws_sdk_sqs);
