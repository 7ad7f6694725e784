use std::future::Future;

use aws::Bus;
use contracts::Event;
use jiff::{SignedDuration, Timestamp};
use lambda_shell::Shell;
use tokio::sync::Mutex;

/// Puts events on the bus.
pub trait Publisher: Send + Sync {
    /// Puts all of these events on the bus.
    ///
    /// # Errors
    /// If one of them was not accepted; the sender must then send all of them again.
    fn publish(&self, events: &[Event]) -> impl Future<Output = Result<(), String>> + Send;
}

impl Publisher for Bus {
    async fn publish(&self, events: &[Event]) -> Result<(), String> {
        let outcome = Self::publish(self, events)
            .await
            .map_err(|why| why.to_string())?;
        match outcome.refused() {
            None => Ok(()),
            Some((count, why)) => Err(format!(
                "the bus refused {count} of {}: {why}",
                events.len()
            )),
        }
    }
}

/// Keeps the secret with which webhooks are signed.
pub trait SecretSource: Send + Sync {
    /// The secret.
    ///
    /// # Errors
    /// If it cannot be read.
    fn current(&self) -> impl Future<Output = Result<String, String>> + Send;

    /// The secret, read anew because a signature did not fit; none if it was read so recently that
    /// it cannot have changed. So a flood of bad signatures does not become a flood of reads.
    ///
    /// # Errors
    /// If it cannot be read.
    fn renewed(
        &self,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<String>, String>> + Send;
}

/// How long a secret that was read is believed before a wrong signature makes us read it again.
const BELIEVED: SignedDuration = SignedDuration::from_secs(60);

/// The secret that `CRM_SECRET` names, read at its first use.
#[derive(Debug)]
pub struct StoredSecret {
    shell: Shell,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    secret: Option<String>,
    renewed: Option<Timestamp>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept")
            .field("renewed", &self.renewed)
            .finish_non_exhaustive()
    }
}

impl StoredSecret {
    /// The secret of this function's settings.
    #[must_use]
    pub fn new(shell: &Shell) -> Self {
        Self {
            shell: shell.clone(),
            kept: Mutex::default(),
        }
    }

    async fn read(&self) -> Result<String, String> {
        let fields = self.shell.secret(&["client_secret"]).await;
        let fields = fields.map_err(|why| why.to_string())?;
        fields
            .into_iter()
            .next()
            .ok_or_else(|| "the secret is empty".to_owned())
    }
}

impl SecretSource for StoredSecret {
    async fn current(&self) -> Result<String, String> {
        let mut kept = self.kept.lock().await;
        if let Some(secret) = &kept.secret {
            return Ok(secret.clone());
        }
        let secret = self.read().await?;
        kept.secret = Some(secret.clone());
        Ok(secret)
    }

    async fn renewed(&self, now: Timestamp) -> Result<Option<String>, String> {
        let mut kept = self.kept.lock().await;
        if kept
            .renewed
            .is_some_and(|at| now.duration_since(at) < BELIEVED)
        {
            return Ok(None);
        }
        kept.renewed = Some(now);
        let secret = self.read().await?;
        kept.secret = Some(secret.clone());
        Ok(Some(secret))
    }
}
