use base64::{Engine, engine::general_purpose::STANDARD};
use crm_webhooks::hubspot::webhook::BodyError;
use lambda_shell::Request;

use crate::Refused;

/// The body as the sender sent it, byte for byte. The API hands a body over in base64 if it does
/// not know its type for text. The limit is checked before anything is decoded.
pub(crate) fn raw(request: &Request, limit: usize) -> Result<Vec<u8>, Refused> {
    let text = request.body.as_deref().unwrap_or_default();
    let bytes = if request.is_base64_encoded {
        text.len() / 4 * 3
    } else {
        text.len()
    };
    // Padding may hide up to two bytes; the reader of the body checks the exact length again.
    if bytes > limit.saturating_add(2) {
        return Err(BodyError::TooLarge { bytes, limit }.into());
    }
    if request.is_base64_encoded {
        STANDARD.decode(text).map_err(|_| Refused::NotBase64)
    } else {
        Ok(text.as_bytes().to_vec())
    }
}
