use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::webhooks::Body;

use crate::address::value_of;

/// The longest form, in bytes.
const LONGEST: usize = 2_000;

/// What the form of a page sends.
#[derive(Debug)]
pub(crate) struct Sent {
    /// What shows that our page has sent it.
    pub(crate) token: String,
    /// The record that it is about.
    pub(crate) record: Option<String>,
}

impl Sent {
    /// Reads a body; none if it is not of a form of ours.
    pub(crate) fn read(body: &Body) -> Option<Self> {
        let decoded;
        let bytes = match body {
            Body::Bytes(bytes) => bytes.as_slice(),
            Body::Base64(text) if text.len() <= LONGEST * 2 => {
                decoded = STANDARD.decode(text).ok()?;
                decoded.as_slice()
            }
            Body::Base64(_) => return None,
        };
        let text = std::str::from_utf8(bytes)
            .ok()
            .filter(|it| it.len() <= LONGEST)?;
        let text = text.trim_end();
        Some(Self {
            token: value_of(text, "token")?,
            record: value_of(text, "record"),
        })
    }
}
