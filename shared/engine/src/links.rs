//! Signed links: made for a mail, and opened by the function that serves them.

use contracts::{Link, UnreadableLink};
use jiff::Timestamp;
use signatures::link::{LinkKey, LinkRefusal, claims, open, open_session};

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
}

/// The keys that sign links: the present one, and the one before it.
#[derive(Debug)]
pub struct LinkKeys<K> {
    name: String,
    key: KeptSecret<K>,
}

/// A link that was opened.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedLink {
    /// What it says.
    pub link: Link,
    key: LinkKey,
    text: String,
}

/// Its text would open it again.
impl std::fmt::Debug for OpenedLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedLink")
            .field("link", &self.link)
            .finish_non_exhaustive()
    }
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

/// What a browser kept of somebody who signed in, or is about to.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedSession {
    /// What it says.
    pub payload: Vec<u8>,
    key: LinkKey,
    text: String,
}

/// Its text would open it again.
impl std::fmt::Debug for OpenedSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenedSession(…)")
    }
}

impl OpenedSession {
    /// A text of 43 letters that only we can make, for one purpose under this session.
    #[must_use]
    pub fn token(&self, purpose: &str) -> String {
        self.key.form_token(&self.text, purpose)
    }

    /// Whether a text is that token, in a time that does not tell where it differs.
    #[must_use]
    pub fn is_token(&self, purpose: &str, token: &str) -> bool {
        self.key.is_form_token(&self.text, purpose, token)
    }

    /// What the browser keeps.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Signs links without waiting for anything.
#[derive(Debug, Clone)]
pub struct Signer {
    key: LinkKey,
    public_url: String,
}

impl Signer {
    /// Signs with this key, for links below this address.
    #[must_use]
    pub fn new(key: LinkKey, public_url: &str) -> Self {
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
        let key = KeptSecret::new(secrets.clone(), name.to_owned(), KEY)
            .rotated_from(KEY_BEFORE)
            .if_usable(|text| LinkKey::new(text).map(drop).map_err(|why| why.to_string()));
        Self {
            name: name.to_owned(),
            key,
        }
    }

    /// What signs links below this address with the key that is valid at the machine's time `now`.
    ///
    /// # Errors
    /// If the key cannot be had, or is none.
    pub async fn signer(&self, public_url: &str, now: Timestamp) -> Result<Signer, LinkError> {
        let key = self.key_of(&self.key.fresh(now).await?)?;
        Ok(Signer::new(key, public_url))
    }

    /// What a browser is to keep, signed with the key that is valid at the machine's time `now`.
    ///
    /// # Errors
    /// If the key cannot be had, or is none.
    pub async fn session(
        &self,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<OpenedSession, LinkError> {
        let key = self.key_of(&self.key.fresh(now).await?)?;
        let text = key.sign_session(payload);
        Ok(OpenedSession {
            payload: payload.to_owned(),
            key,
            text,
        })
    }

    /// What a browser kept, if it is ours. Whether it still counts is for the caller to ask.
    ///
    /// # Errors
    /// If it is none of ours, or the keys cannot be had.
    pub async fn open_session(
        &self,
        text: &str,
        now: Timestamp,
    ) -> Result<OpenedSession, LinkError> {
        let known = self.keys(&self.key.fresh(now).await?)?;
        let (payload, key) = open_session(&known, text)?;
        Ok(OpenedSession {
            payload,
            key: key.clone(),
            text: text.to_owned(),
        })
    }

    /// What a link says that comes at the machine's time `now`. Whether it is still open, and its person
    /// may still act, is for the caller to ask.
    ///
    /// # Errors
    /// If it is none of ours, or the keys cannot be had.
    pub async fn open(&self, text: &str, now: Timestamp) -> Result<OpenedLink, LinkError> {
        let known = self.keys(&self.key.fresh(now).await?)?;
        match opened(&known, text) {
            // The key may have been changed since it was read. A flood of invented keys must not become
            // one of reads.
            Err(LinkError::Refused(LinkRefusal::UnknownKey)) => {
                let fresh = self.key.renewed(now).await?;
                let fresh = fresh.ok_or(LinkRefusal::UnknownKey)?;
                opened(&self.keys(&fresh)?, text)
            }
            other => other,
        }
    }

    /// The key, and the one that was valid before.
    fn keys(&self, key: &str) -> Result<Vec<LinkKey>, LinkError> {
        let before = self.key.before().map(|it| self.key_of(&it)).transpose()?;
        Ok([Some(self.key_of(key)?), before]
            .into_iter()
            .flatten()
            .collect())
    }

    fn key_of(&self, secret: &str) -> Result<LinkKey, LinkError> {
        let unusable = |why: signatures::link::ShortKey| SecretError::Unusable {
            name: self.name.clone(),
            field: KEY.to_owned(),
            why: why.to_string(),
        };
        Ok(LinkKey::new(secret).map_err(unusable)?)
    }
}

/// What the address of a link claims, unchecked: to find out whose it is and revoke it, for nothing else.
#[must_use]
pub fn claimed_by(address: &str) -> Option<Link> {
    let (_, text) = address.trim().rsplit_once('/')?;
    Link::read(&claims(text)?).ok()
}

fn opened(keys: &[LinkKey], text: &str) -> Result<OpenedLink, LinkError> {
    let (written, key) = open(keys, text)?;
    Ok(OpenedLink {
        link: Link::read(&written)?,
        key: key.clone(),
        text: text.to_owned(),
    })
}

#[cfg(test)]
mod tests;
