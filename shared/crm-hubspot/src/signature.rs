//! `HubSpot`'s request signatures, as its page "Validating requests" describes them.
//!
//! Only v3 is safe against a recording played again, since only v3 signs a time. v1 and v2 are
//! here because requests still carry them; an endpoint that can should ask for v3 alone.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use signatures::{
    Refusal, check_age,
    digest::{hmac_sha256, same, sha256},
};

/// The header with the v3 signature, base64. Header names are compared without regard to case.
pub const SIGNATURE_V3_HEADER: &str = "X-HubSpot-Signature-v3";
/// The header with the time of a v3 signature, in milliseconds since 1970.
pub const TIMESTAMP_HEADER: &str = "X-HubSpot-Request-Timestamp";
/// The header with the v1 or v2 signature, hexadecimal.
pub const SIGNATURE_HEADER: &str = "X-HubSpot-Signature";
/// The header that says whether the former is v1 or v2.
pub const VERSION_HEADER: &str = "X-HubSpot-Signature-Version";
/// How old a v3 request may be, in seconds; exactly this old is still accepted.
pub const OLDEST_SECONDS: i64 = 300;
/// How far ahead of our clock a v3 request may be dated, in seconds. `HubSpot` names no figure;
/// a minute covers clocks that differ without lengthening much the life of a recording.
pub const AHEAD_SECONDS: i64 = 60;

/// What `HubSpot` decodes in the address before it signs: these and no others.
const DECODED: [(&[u8; 2], u8); 12] = [
    (b"3A", b':'),
    (b"2F", b'/'),
    (b"3F", b'?'),
    (b"40", b'@'),
    (b"21", b'!'),
    (b"24", b'$'),
    (b"27", b'\''),
    (b"28", b'('),
    (b"29", b')'),
    (b"2A", b'*'),
    (b"2C", b','),
    (b"3B", b';'),
];

/// A request and what its headers say of its signature.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signed<'a> {
    /// The method in capitals, `POST`.
    pub method: &'a str,
    /// The whole public address that the sender called, with scheme, host and query.
    pub uri: &'a str,
    /// The body as it came, byte for byte.
    pub body: &'a [u8],
    /// The signature header of the version asked for.
    pub signature: Option<&'a str>,
    /// The timestamp header (v3 only).
    pub timestamp: Option<&'a str>,
}

/// Checks a request by the version of the scheme that it names: `v1`, `v2` or `v3`.
///
/// # Errors
/// [`Refusal::UnsupportedVersion`], or what the check of that version says.
pub fn verify(
    version: &str,
    secret: &str,
    request: &Signed<'_>,
    now: Timestamp,
) -> Result<(), Refusal> {
    match version {
        "v1" => verify_v1(secret, request),
        "v2" => verify_v2(secret, request),
        "v3" => verify_v3(secret, request, now),
        other => Err(Refusal::UnsupportedVersion(
            other
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .take(16)
                .collect(),
        )),
    }
}

/// Checks a v1 signature: hexadecimal SHA-256 of secret and body.
///
/// # Errors
/// [`Refusal::NoSecret`], [`Refusal::Missing`] or [`Refusal::Mismatch`].
pub fn verify_v1(secret: &str, request: &Signed<'_>) -> Result<(), Refusal> {
    verify_hex(secret, request, &[secret.as_bytes(), request.body])
}

/// Checks a v2 signature: hexadecimal SHA-256 of secret, method, address and body.
///
/// # Errors
/// [`Refusal::NoSecret`], [`Refusal::Missing`] or [`Refusal::Mismatch`].
pub fn verify_v2(secret: &str, request: &Signed<'_>) -> Result<(), Refusal> {
    let parts = [
        secret.as_bytes(),
        request.method.as_bytes(),
        request.uri.as_bytes(),
        request.body,
    ];
    verify_hex(secret, request, &parts)
}

/// Checks a v3 signature: base64 of HMAC-SHA256 over method, address, body and timestamp, not
/// older than [`OLDEST_SECONDS`] at `now`.
///
/// The address is signed with twelve escapes decoded (see [`decoded`]); libraries exist that sign
/// it as it stands, so that both are accepted. Either takes the secret to make.
///
/// # Errors
/// A [`Refusal`] that says what is missing, stale or different.
pub fn verify_v3(secret: &str, request: &Signed<'_>, now: Timestamp) -> Result<(), Refusal> {
    if secret.is_empty() {
        return Err(Refusal::NoSecret);
    }
    let timestamp = present(request.timestamp, TIMESTAMP_HEADER)?;
    let signature = present(request.signature, SIGNATURE_V3_HEADER)?;
    if !timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::NotANumber(TIMESTAMP_HEADER));
    }
    let signed_ms: i64 = timestamp
        .parse()
        .map_err(|_| Refusal::NotANumber(TIMESTAMP_HEADER))?;
    check_age(
        signed_ms,
        now.as_millisecond(),
        OLDEST_SECONDS,
        AHEAD_SECONDS,
    )?;
    let given = STANDARD.decode(signature).map_err(|_| Refusal::Mismatch)?;
    let as_decoded = digest_v3(secret, request, &decoded(request.uri), timestamp);
    let as_it_stands = digest_v3(secret, request, request.uri.as_bytes(), timestamp);
    // Both are compared always, so that the time does not tell which one it was.
    if same(&as_decoded, &given) | same(&as_it_stands, &given) {
        Ok(())
    } else {
        Err(Refusal::Mismatch)
    }
}

/// The v3 signature of a request, as `HubSpot` would put it into [`SIGNATURE_V3_HEADER`]. For
/// tests and tools that play the sender. `timestamp_ms` is in milliseconds since 1970.
#[must_use]
pub fn sign_v3(secret: &str, method: &str, uri: &str, body: &[u8], timestamp_ms: i64) -> String {
    let request = Signed {
        method,
        uri,
        body,
        ..Signed::default()
    };
    let timestamp = timestamp_ms.to_string();
    STANDARD.encode(digest_v3(secret, &request, &decoded(uri), &timestamp))
}

/// The address with the twelve escapes decoded that `HubSpot` lists for v3: `: / ? @ ! $ ' ( ) *
/// , ;`. Every other escape stays as it is; an escape that decoding would produce is not decoded
/// again.
#[must_use]
pub fn decoded(uri: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let [first, after @ ..] = rest {
        let plain = match rest {
            [b'%', high, low, ..] => {
                let escape = [high.to_ascii_uppercase(), low.to_ascii_uppercase()];
                DECODED.iter().find(|(code, _)| **code == escape)
            }
            _ => None,
        };
        if let Some((_, byte)) = plain {
            out.push(*byte);
            rest = rest.get(3..).unwrap_or_default();
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}

fn digest_v3(secret: &str, request: &Signed<'_>, uri: &[u8], timestamp: &str) -> [u8; 32] {
    hmac_sha256(
        secret.as_bytes(),
        &[
            request.method.as_bytes(),
            uri,
            request.body,
            timestamp.as_bytes(),
        ],
    )
}

fn verify_hex(secret: &str, request: &Signed<'_>, parts: &[&[u8]]) -> Result<(), Refusal> {
    if secret.is_empty() {
        return Err(Refusal::NoSecret);
    }
    let signature = present(request.signature, SIGNATURE_HEADER)?;
    let given = hex::decode(signature).map_err(|_| Refusal::Mismatch)?;
    if same(&sha256(parts), &given) {
        Ok(())
    } else {
        Err(Refusal::Mismatch)
    }
}

fn present<'a>(value: Option<&'a str>, header: &'static str) -> Result<&'a str, Refusal> {
    match value {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(Refusal::Missing(header)),
    }
}
