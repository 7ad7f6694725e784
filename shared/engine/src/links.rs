//! Signed links: made for a mail, and opened by the function that serves them.

use std::sync::{Mutex, PoisonError};

use contracts::{Link, UnreadableLink};
use jiff::Timestamp;
use signatures::link::{Key, LinkRefusal, claims, open};

use crate::secrets::{KeptSecret, SecretError, Secrets};

/// Where in the secret the key is with which links are signed.
const KEY: &str = "link_key";
/// Where the one is with which they were signed before, if the key was changed: its links still open.
const KEY_BEFORE: &str = "link_key_before";

/// Below which path of the public address links are served.
pub const LINKS_PATH: &str = "/views/";

/// Why a link opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It is none of ours.
    #[error(transparent)]
    Refused(#[from] LinkRefusal),
    /// It is ours, and this release does not know what it says.
    #[error(transparent)]
    Unreadable(#[from] UnreadableLink),
    /// The keys cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The key is no key.
    #[error("secret {name}, field `{field}`: {why}")]
    BadKey {
        /// The secret's name.
        name: String,
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

/// The keys that sign links: the present one, and the one before it.
#[derive(Debug)]
pub struct LinkKeys<K> {
    secrets: K,
    name: String,
    key: KeptSecret<K>,
    before: Mutex<Option<Key>>,
}

/// A link that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedLink {
    /// What it says.
    pub link: Link,
    key: Key,
    text: String,
}

impl OpenedLink {
    /// The token of a form that is shown under this link at `now`.
    #[must_use]
    pub fn form_token(&self, shown: &str) -> String {
        self.key.form_token(&self.text, shown)
    }

    /// Whether a token is that of a form that was shown then under this link.
    #[must_use]
    pub fn is_form_token(&self, shown: &str, token: &str) -> bool {
        self.key.is_form_token(&self.text, shown, token)
    }
}

/// Signs links without waiting for anything.
#[derive(Debug, Clone)]
pub struct Signer {
    key: Key,
    public_url: String,
}

impl Signer {
    /// Signs with this key, for links below this address.
    #[must_use]
    pub fn new(key: Key, public_url: &str) -> Self {
        let public_url = public_url.trim_end_matches('/').to_owned();
        Self { key, public_url }
    }

    /// The address at which what the link says can be done; none if the link cannot be written.
    #[must_use]
    pub fn signed_link(&self, link: &Link) -> Option<String> {
        let text = self.key.sign(&link.write().ok()?);
        Some(format!("{}{LINKS_PATH}{text}", self.public_url))
    }
}

impl<K: Secrets + Clone> LinkKeys<K> {
    /// The keys in the secret of this name.
    #[must_use]
    pub fn new(secrets: &K, name: &str) -> Self {
        Self {
            secrets: secrets.clone(),
            name: name.to_owned(),
            key: KeptSecret::new(secrets.clone(), name.to_owned(), KEY),
            before: Mutex::default(),
        }
    }

    /// What signs links below this address with the present key.
    ///
    /// # Errors
    /// If the key cannot be had, or is none.
    pub async fn signer(&self, public_url: &str) -> Result<Signer, LinkError> {
        let key = self.key_of(KEY, &self.key.current().await?)?;
        Ok(Signer::new(key, public_url))
    }

    /// What a link says that comes at the machine's time `now`. Whether it is still open, and its person
    /// may still act, is for the caller to ask.
    ///
    /// # Errors
    /// If it is none of ours, or the keys cannot be had.
    pub async fn open(&self, text: &str, now: Timestamp) -> Result<OpenedLink, LinkError> {
        let known = self.with_before(self.key_of(KEY, &self.key.current().await?)?);
        let unknown = match opened(&known, text) {
            Err(LinkError::Refused(LinkRefusal::UnknownKey)) => LinkRefusal::UnknownKey,
            other => return other,
        };
        // The key may have been changed since it was read, or the one before it was never asked for. A
        // flood of invented keys must not become one of reads.
        let fresh = self.key.renewed(now).await?.ok_or(unknown)?;
        let before = match self.secrets.field(&self.name, KEY_BEFORE).await {
            Ok(before) => Some(self.key_of(KEY_BEFORE, &before)?),
            // Nothing was signed with another key before.
            Err(SecretError::Malformed { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        *self.before.lock().unwrap_or_else(PoisonError::into_inner) = before;
        opened(&self.with_before(self.key_of(KEY, &fresh)?), text)
    }

    fn with_before(&self, key: Key) -> Vec<Key> {
        let before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        [Some(key), before.clone()].into_iter().flatten().collect()
    }

    fn key_of(&self, field: &'static str, secret: &str) -> Result<Key, LinkError> {
        Key::new(secret).map_err(|why| LinkError::BadKey {
            name: self.name.clone(),
            field,
            why: why.to_string(),
        })
    }
}

/// What the address of a link claims, unchecked: to find out whose it is and revoke it, for nothing else.
#[must_use]
pub fn claimed_by(address: &str) -> Option<Link> {
    let (_, text) = address.trim().rsplit_once('/')?;
    Link::read(&claims(text)?).ok()
}

fn opened(keys: &[Key], text: &str) -> Result<OpenedLink, LinkError> {
    let (written, key) = open(keys, text)?;
    Ok(OpenedLink {
        link: Link::read(&written)?,
        key: key.clone(),
        text: text.to_owned(),
    })
}

#[cfg(test)]
mod tests;
