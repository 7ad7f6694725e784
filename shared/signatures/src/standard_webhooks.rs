//! The signatures of Standard Webhooks, version 1 (the specification of that name): used between
//! our own parts and by senders that follow it.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use crate::{
    Refusal, check_age,
    digest::{hmac_sha256, same},
};

/// The header with the message's id.
pub const ID_HEADER: &str = "webhook-id";
/// The header with the time of sending, in whole seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The header with one or more signatures, a space between them.
pub const SIGNATURE_HEADER: &str = "webhook-signature";
/// How old, and how far ahead, a message may be, in seconds.
pub const TOLERANCE_SECONDS: i64 = 300;

/// A secret of this scheme, decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why a text is not a secret of this scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// There is nothing in it.
    #[error("the secret is empty: anybody could sign with it")]
    Empty,
    /// It is not base64.
    #[error("the secret is not base64: write `whsec_` and the key in base64")]
    NotBase64,
}

impl Secret {
    /// A secret as it is handed out: base64, with or without the prefix `whsec_`.
    ///
    /// # Errors
    /// If nothing is left after the prefix, or what is left is not base64.
    pub fn new(text: &str) -> Result<Self, SecretError> {
        let key = text.strip_prefix("whsec_").unwrap_or(text);
        if key.is_empty() {
            return Err(SecretError::Empty);
        }
        match STANDARD.decode(key) {
            Ok(bytes) if bytes.is_empty() => Err(SecretError::Empty),
            Ok(bytes) => Ok(Self(bytes)),
            Err(_) => Err(SecretError::NotBase64),
        }
    }

    /// The signature of a message, `v1,` and base64. `timestamp` is in whole seconds since 1970,
    /// as its header spells it.
    ///
    /// # Errors
    /// If the timestamp is not a whole number that is zero or more.
    pub fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> Result<String, Refusal> {
        seconds(timestamp)?;
        let digest = self.digest(id, timestamp, body);
        Ok(format!("v1,{}", STANDARD.encode(digest)))
    }

    /// Checks a message against its three headers.
    ///
    /// # Errors
    /// A [`Refusal`] if a header is missing, the time is no number or not within
    /// [`TOLERANCE_SECONDS`] of `now`, or none of the `v1` signatures is ours.
    pub fn verify(
        &self,
        id: Option<&str>,
        timestamp: Option<&str>,
        signatures: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let present = |value: Option<&str>, header| match value {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(Refusal::Missing(header)),
        };
        let id = present(id, ID_HEADER)?;
        let timestamp = present(timestamp, TIMESTAMP_HEADER)?;
        let signatures = present(signatures, SIGNATURE_HEADER)?;
        check_age(
            seconds(&timestamp)?.saturating_mul(1000),
            now.as_millisecond(),
            TOLERANCE_SECONDS,
            TOLERANCE_SECONDS,
        )?;
        let expected = self.digest(&id, &timestamp, body);
        let ours = |signature: &str| {
            signature
                .strip_prefix("v1,")
                .and_then(|text| STANDARD.decode(text).ok())
                .is_some_and(|given| same(&expected, &given))
        };
        if signatures.split(' ').any(ours) {
            Ok(())
        } else {
            Err(Refusal::Mismatch)
        }
    }

    fn digest(&self, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
        hmac_sha256(
            &self.0,
            &[id.as_bytes(), b".", timestamp.as_bytes(), b".", body],
        )
    }
}

/// The whole seconds that the header holds: digits only, no sign, no fraction.
fn seconds(timestamp: &str) -> Result<i64, Refusal> {
    if !timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::NotANumber(TIMESTAMP_HEADER));
    }
    timestamp
        .parse()
        .map_err(|_| Refusal::NotANumber(TIMESTAMP_HEADER))
}
