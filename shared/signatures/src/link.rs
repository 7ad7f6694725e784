//! Signed links: a text that says something, with a signature that only we can make. Whoever has the link
//! may do what it says, so it is as secret as what it opens.
//!
//! A link is `v1.KEY.PAYLOAD.SIGNATURE`: the id of the key, the payload and HMAC-SHA256 of both, all of
//! them in letters that an address may have. The id is made from the key, so that during a rotation
//! two keys are told apart without anybody numbering them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::digest::{hmac_sha256, same, sha256};

/// The longest link, in characters: mail programs and proxies cut what is much longer.
pub const LONGEST: usize = 1_000;

/// The least that a key holds, in bytes: as much as the signature.
pub const SHORTEST_KEY: usize = 32;

/// What a link begins with.
const VERSION: &str = "v1";

/// What the text of a session begins with.
const SESSION_VERSION: &str = "s1";

/// What is signed begins with its purpose, so that a signature for one is none for the other.
const LINK: &[u8] = b"fairlead link v1\0";
const FORM: &[u8] = b"fairlead form v1\0";
const SESSION: &[u8] = b"fairlead session v1\0";

/// A key that signs links.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkKey {
    id: String,
    secret: Vec<u8>,
}

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LinkKey({}, …)", self.id)
    }
}

/// A text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key for links has at least {SHORTEST_KEY} characters, and this one has {0}")]
pub struct ShortKey(pub usize);

/// Why a text is not a link of ours. No message repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// It is not of the form of a link: cut off on its way, or never one.
    #[error("the link is not whole: copy all of it")]
    NotALink,
    /// No key that we hold has signed it.
    #[error("the link was signed with a key that is not in use any more")]
    UnknownKey,
    /// The signature is not the one we make.
    #[error("the link was changed on its way, or is none of ours")]
    Mismatch,
}

impl LinkKey {
    /// A key from a secret text.
    ///
    /// # Errors
    /// If it is shorter than [`SHORTEST_KEY`]: a short one can be guessed from a single link.
    pub fn new(secret: &str) -> Result<Self, ShortKey> {
        let secret = secret.trim().as_bytes();
        if secret.len() < SHORTEST_KEY {
            return Err(ShortKey(secret.len()));
        }
        let mut id = hex::encode(sha256(&[b"fairlead key v1\0", secret]));
        id.truncate(8);
        Ok(Self {
            id,
            secret: secret.to_owned(),
        })
    }

    /// What names it in a link. It tells nothing of the key.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The link that says this.
    #[must_use]
    pub fn sign(&self, payload: &[u8]) -> String {
        self.signed((VERSION, LINK), payload)
    }

    /// The text that a browser keeps of somebody who signed in, or is about to. It is no link, and no link is one.
    #[must_use]
    pub fn sign_session(&self, payload: &[u8]) -> String {
        self.signed((SESSION_VERSION, SESSION), payload)
    }

    fn signed(&self, (version, purpose): (&str, &[u8]), payload: &[u8]) -> String {
        let payload = URL_SAFE_NO_PAD.encode(payload);
        let signature = URL_SAFE_NO_PAD.encode(self.signature(purpose, &payload));
        format!("{version}.{}.{payload}.{signature}", self.id)
    }

    /// The token of a form that was shown under a link at an instant: whoever sends the form has been
    /// shown it.
    #[must_use]
    pub fn form_token(&self, link: &str, shown: &str) -> String {
        let parts = [FORM, link.as_bytes(), b"\0", shown.as_bytes()];
        URL_SAFE_NO_PAD.encode(hmac_sha256(&self.secret, &parts))
    }

    /// Whether a token is that of a form, in a time that does not tell where it differs.
    #[must_use]
    pub fn is_form_token(&self, link: &str, shown: &str, token: &str) -> bool {
        same(self.form_token(link, shown).as_bytes(), token.as_bytes())
    }

    fn signature(&self, purpose: &[u8], payload: &str) -> [u8; 32] {
        let parts = [purpose, self.id.as_bytes(), b".", payload.as_bytes()];
        hmac_sha256(&self.secret, &parts)
    }
}

/// What a link says, and the key that signed it.
///
/// # Errors
/// Why it is none of ours.
pub fn open<'a>(keys: &'a [LinkKey], link: &str) -> Result<(Vec<u8>, &'a LinkKey), LinkRefusal> {
    opened((VERSION, LINK), keys, link)
}

/// What the text of a session says, and the key that signed it.
///
/// # Errors
/// Why it is none of ours.
pub fn open_session<'a>(
    keys: &'a [LinkKey],
    text: &str,
) -> Result<(Vec<u8>, &'a LinkKey), LinkRefusal> {
    opened((SESSION_VERSION, SESSION), keys, text)
}

fn opened<'a>(
    (version, purpose): (&str, &[u8]),
    keys: &'a [LinkKey],
    link: &str,
) -> Result<(Vec<u8>, &'a LinkKey), LinkRefusal> {
    let (id, payload, signature) = parts(version, link).ok_or(LinkRefusal::NotALink)?;
    let key = keys.iter().find(|key| key.id == id);
    let key = key.ok_or(LinkRefusal::UnknownKey)?;
    let given = URL_SAFE_NO_PAD.decode(signature);
    let given = given.map_err(|_| LinkRefusal::NotALink)?;
    if !same(&key.signature(purpose, payload), &given) {
        return Err(LinkRefusal::Mismatch);
    }
    let payload = URL_SAFE_NO_PAD.decode(payload);
    Ok((payload.map_err(|_| LinkRefusal::NotALink)?, key))
}

/// What a text claims to say, whoever made it: for one who wants to know what a link is about, and never
/// to do what it says. None if it is not of the form of a link.
#[must_use]
pub fn claims(link: &str) -> Option<Vec<u8>> {
    let (_, payload, _) = parts(VERSION, link)?;
    URL_SAFE_NO_PAD.decode(payload).ok()
}

fn parts<'l>(version: &str, link: &'l str) -> Option<(&'l str, &'l str, &'l str)> {
    if link.len() > LONGEST {
        return None;
    }
    let mut parts = link.split('.');
    let begins = parts.next()?;
    let found = (parts.next()?, parts.next()?, parts.next()?);
    let whole = begins == version && parts.next().is_none();
    whole.then_some(found)
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a test may panic"
    )]

    use super::*;

    fn key(letter: &str) -> LinkKey {
        LinkKey::new(&letter.repeat(SHORTEST_KEY)).unwrap()
    }

    #[test]
    fn a_link_says_what_was_signed() {
        let keys = [key("a"), key("b")];
        for key in &keys {
            let (payload, by) = open(&keys, &key.sign(b"{\"to\": \"\xff\"}")).unwrap();
            assert_eq!(payload, b"{\"to\": \"\xff\"}");
            assert_eq!(by.id(), key.id());
        }
    }

    /// The form of a link is what lies in people's mailboxes, so it does not change unnoticed.
    #[test]
    fn a_link_is_written_as_it_always_was() {
        assert_eq!(
            key("a").sign(b"hello"),
            "v1.59860cec.aGVsbG8.PLERem7upk8ZpUL0dQmGCUx1k2pygCyI9-re5Aql2LA"
        );
    }

    #[test]
    fn every_change_of_a_single_character_is_noticed() {
        let keys = [key("a")];
        let link = keys[0].sign(b"anna may look at lead 1 until Friday");
        for at in 0..link.len() {
            for other in ["A", "B", ".", "_", "=", "é", ""] {
                let changed = format!("{}{other}{}", &link[..at], &link[at + 1..]);
                if changed != link {
                    assert!(open(&keys, &changed).is_err(), "{changed}");
                }
            }
            assert!(open(&keys, &link[..at]).is_err(), "cut at {at}");
        }
        assert!(open(&keys, &format!("{link}.")).is_err());
        assert!(open(&keys, &format!("{link}{}", "A".repeat(LONGEST))).is_err());
    }

    #[test]
    fn a_key_that_is_gone_opens_nothing() {
        let link = key("a").sign(b"x");
        assert_eq!(open(&[key("b")], &link), Err(LinkRefusal::UnknownKey));
        assert_eq!(open(&[], &link), Err(LinkRefusal::UnknownKey));
        let (_, rest) = link.split_at("v1.12345678".len());
        let as_others = format!("v1.{}{rest}", key("b").id());
        assert_eq!(open(&[key("b")], &as_others), Err(LinkRefusal::Mismatch));
    }

    #[test]
    fn what_a_link_claims_is_read_without_its_key_and_believed_by_nobody() {
        let link = key("a").sign(b"hello");
        assert_eq!(claims(&link), Some(b"hello".to_vec()));
        assert_eq!(claims("hello"), None);
        let forged = link.replace(key("a").id(), key("b").id());
        assert_eq!(claims(&forged), Some(b"hello".to_vec()));
        assert_eq!(open(&[key("b")], &forged), Err(LinkRefusal::Mismatch));
    }

    #[test]
    fn a_token_is_of_one_link_and_one_showing() {
        let key = key("a");
        let token = key.form_token("link", "1");
        assert!(key.is_form_token("link", "1", &token));
        assert!(!key.is_form_token("link", "2", &token));
        assert!(!key.is_form_token("link2", "1", &token));
        assert!(!key.is_form_token("link", "1", ""));
        // Parts do not run into each other, and a signature is no token.
        assert!(!key.is_form_token("link\u{0}1", "", &token));
        assert!(!key.sign(b"link\x001").contains(&token));
    }

    #[test]
    fn a_session_is_no_link_and_a_link_no_session() {
        let keys = [key("a")];
        let session = keys[0].sign_session(b"anna");
        assert_eq!(open_session(&keys, &session).unwrap().0, b"anna");
        assert_eq!(open(&keys, &session), Err(LinkRefusal::NotALink));
        let (_, rest) = session.split_at(2);
        assert_eq!(
            open(&keys, &format!("v1{rest}")),
            Err(LinkRefusal::Mismatch)
        );
        let link = keys[0].sign(b"anna");
        assert_eq!(open_session(&keys, &link), Err(LinkRefusal::NotALink));
        let (_, rest) = link.split_at(2);
        assert_eq!(
            open_session(&keys, &format!("s1{rest}")),
            Err(LinkRefusal::Mismatch)
        );
    }

    #[test]
    fn a_short_key_is_refused_and_none_is_printed() {
        assert_eq!(LinkKey::new("short"), Err(ShortKey(5)));
        assert_eq!(LinkKey::new(&" ".repeat(40)), Err(ShortKey(0)));
        assert!(!format!("{:?}", key("s")).contains("sss"));
    }
}
