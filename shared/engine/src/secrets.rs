use std::{
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

/// The secrets, each by its name.
pub trait Secrets: Send + Sync {
    /// A text field of a secret that is a JSON object.
    ///
    /// # Errors
    /// If the secret cannot be read, or the field is missing.
    fn field(
        &self,
        name: &str,
        field: &str,
    ) -> impl Future<Output = Result<String, SecretError>> + Send;
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
    /// What it holds cannot be used.
    #[error("secret {name}, field `{field}`: {why}")]
    Unusable {
        /// The secret's name.
        name: String,
        /// The field.
        field: String,
        /// What is wrong with it, without what it is.
        why: String,
    },
    /// It does not hold what is expected.
    #[error("secret {name} must be JSON with the text field `{field}`, and not an empty one")]
    Malformed {
        /// The secret's name.
        name: String,
        /// The field that is missing.
        field: String,
    },
}

impl<K: Secrets> Secrets for std::sync::Arc<K> {
    fn field(
        &self,
        name: &str,
        field: &str,
    ) -> impl Future<Output = Result<String, SecretError>> + Send {
        self.as_ref().field(name, field)
    }
}

/// How long a secret that was read is believed before a refusal makes us read it again, so that a
/// flood of bad signatures does not become a flood of reads.
pub const BELIEVED: Duration = Duration::from_secs(60);

/// How long a secret that nobody refuses is used before [`KeptSecret::fresh`] looks at it again: a key that
/// leaked and was changed must not be used on by a process that lives long.
pub const FRESH: Duration = Duration::from_secs(600);

/// Says what is wrong with a text that a secret holds, without repeating it.
type Judge = fn(&str) -> Result<(), String>;

/// One field of a secret, read at its first use and kept. An empty or unusable one never counts as read,
/// and never replaces one that was good. During a rotation another field may hold what was valid before.
#[derive(Debug)]
pub struct KeptSecret<K> {
    secrets: K,
    name: String,
    field: &'static str,
    field_before: Option<&'static str>,
    usable: Judge,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    secret: Option<String>,
    before: Option<String>,
    renewed: Option<Timestamp>,
    looked: Option<Timestamp>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept")
            .field("renewed", &self.renewed)
            .finish_non_exhaustive()
    }
}

impl<K: Secrets> KeptSecret<K> {
    /// This field of the secret of this name.
    #[must_use]
    pub fn new(secrets: K, name: String, field: &'static str) -> Self {
        Self {
            secrets,
            name,
            field,
            field_before: None,
            usable: |_| Ok(()),
            kept: Mutex::default(),
        }
    }

    /// The same, and this field may hold the one that was valid before.
    #[must_use]
    pub const fn rotated_from(mut self, field: &'static str) -> Self {
        self.field_before = Some(field);
        self
    }

    /// The same, and only what this finds usable counts.
    #[must_use]
    pub const fn if_usable(mut self, usable: fn(&str) -> Result<(), String>) -> Self {
        self.usable = usable;
        self
    }

    /// The one that was valid before, if it still is: known once the secret was [renewed](Self::renewed) or
    /// looked at [anew](Self::fresh).
    #[must_use]
    pub fn before(&self) -> Option<String> {
        self.with(|kept| kept.before.clone())
    }

    /// The secret as it was read last, or read now.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn current(&self) -> Result<String, SecretError> {
        let known = self.with(|kept| kept.secret.clone());
        match known {
            Some(secret) => Ok(secret),
            None => self.read().await,
        }
    }

    /// The secret as it is at the machine's time `now`, or was ten minutes before it. If it cannot be read, the
    /// one that was good is used on.
    ///
    /// # Errors
    /// If it was never read and cannot be now.
    pub async fn fresh(&self, now: Timestamp) -> Result<String, SecretError> {
        let longest = SignedDuration::try_from(FRESH).unwrap_or(SignedDuration::ZERO);
        let due = self.with(|kept| {
            let due = kept.secret.is_none()
                || kept
                    .looked
                    .is_none_or(|at| now.duration_since(at) >= longest);
            if due {
                kept.looked = Some(now);
            }
            due
        });
        if due {
            self.read_before().await;
            let read = self.read().await;
            if read.is_ok() || self.with(|kept| kept.secret.is_none()) {
                return read;
            }
        }
        self.current().await
    }

    /// The secret read anew because it was refused at the machine's time `now`; none if that was asked for
    /// less than a minute ago.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn renewed(&self, now: Timestamp) -> Result<Option<String>, SecretError> {
        let believed = SignedDuration::try_from(BELIEVED).unwrap_or(SignedDuration::ZERO);
        let recent = self.with(|kept| {
            let recent = kept
                .renewed
                .is_some_and(|at| now.duration_since(at) < believed);
            if !recent {
                kept.renewed = Some(now);
            }
            recent
        });
        if recent {
            return Ok(None);
        }
        self.read_before().await;
        self.read().await.map(Some)
    }

    /// Reads what was valid before. There is mostly none; if nobody answers, what was known stays.
    async fn read_before(&self) {
        let Some(field) = self.field_before else {
            return;
        };
        match self.secrets.field(&self.name, field).await {
            Ok(before) => self.with(|kept| {
                let good = |it: &String| !it.trim().is_empty() && (self.usable)(it).is_ok();
                kept.before = Some(before).filter(good);
            }),
            Err(SecretError::Malformed { .. } | SecretError::Unusable { .. }) => {
                self.with(|kept| kept.before = None);
            }
            Err(SecretError::Unavailable { .. }) => {}
        }
    }

    async fn read(&self) -> Result<String, SecretError> {
        let secret = self.secrets.field(&self.name, self.field).await?;
        if secret.trim().is_empty() {
            return Err(SecretError::Malformed {
                name: self.name.clone(),
                field: self.field.to_owned(),
            });
        }
        (self.usable)(&secret).map_err(|why| SecretError::Unusable {
            name: self.name.clone(),
            field: self.field.to_owned(),
            why,
        })?;
        self.with(|kept| kept.secret = Some(secret.clone()));
        Ok(secret)
    }

    fn with<T>(&self, what: impl FnOnce(&mut Kept) -> T) -> T {
        what(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
