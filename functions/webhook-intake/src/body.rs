use base64::{Engine, engine::general_purpose::STANDARD};
use engine::webhooks::{Body, BodyError};

use crate::refused::Refused;

/// The body as the sender sent it, byte for byte. The API hands a body over in base64 if it does
/// not know its type for text. The limit is checked before anything is decoded.
pub(crate) fn raw(body: &Body, limit: usize) -> Result<Vec<u8>, Refused> {
    let bytes = match body {
        Body::Bytes(bytes) => bytes.len(),
        Body::Base64(text) => text.len() / 4 * 3,
    };
    // Padding may hide up to two bytes; the reader of the body checks the exact length again.
    if bytes > limit.saturating_add(2) {
        return Err(BodyError::TooLarge { bytes, limit }.into());
    }
    match body {
        Body::Bytes(bytes) => Ok(bytes.clone()),
        Body::Base64(text) => STANDARD.decode(text).map_err(|_| Refused::NotBase64),
    }
}
