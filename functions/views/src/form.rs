use base64::{Engine, engine::general_purpose::STANDARD};
use engine::{OpenedLink, webhooks::Body};
use jiff::{SignedDuration, Timestamp};

use crate::refused::Refused;

/// The longest form, in bytes: it holds a number and a token.
const LONGEST: usize = 512;

/// How long a page may lie open before its form is sent.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(12);

/// By how much the clocks of two machines may differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);

/// What the form of a page sends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// When the page was shown, in milliseconds since 1970.
    pub(crate) shown: String,
    token: String,
}

impl Form {
    /// Reads a body. Both values have only letters that a form writes as they are, so whatever is
    /// escaped was not sent by our page.
    pub(crate) fn read(body: &Body) -> Result<Self, Refused> {
        let decoded;
        let bytes = match body {
            Body::Bytes(bytes) => bytes.as_slice(),
            Body::Base64(text) if text.len() <= LONGEST * 2 => {
                decoded = STANDARD.decode(text).map_err(|_| Refused::Form)?;
                decoded.as_slice()
            }
            Body::Base64(_) => return Err(Refused::Form),
        };
        if bytes.len() > LONGEST {
            return Err(Refused::Form);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Refused::Form)?;
        let (mut shown, mut token) = (None, None);
        for pair in text.trim_end().split('&') {
            let (name, value) = pair.split_once('=').ok_or(Refused::Form)?;
            let place = match name {
                "shown" => &mut shown,
                "token" => &mut token,
                _ => return Err(Refused::Form),
            };
            if place.replace(value.to_owned()).is_some() {
                return Err(Refused::Form);
            }
        }
        Ok(Self {
            shown: shown.ok_or(Refused::Form)?,
            token: token.ok_or(Refused::Form)?,
        })
    }

    /// Refuses a form that was not shown under this link, or too long ago.
    pub(crate) fn check(&self, opened: &OpenedLink, now: Timestamp) -> Result<(), Refused> {
        if !opened.is_form_token(&self.shown, &self.token) {
            return Err(Refused::Form);
        }
        let shown = self.shown.parse().ok();
        let shown = shown.and_then(|shown| Timestamp::from_millisecond(shown).ok());
        let age = now.duration_since(shown.ok_or(Refused::Form)?);
        if age > SHOWN_FOR || age < -CLOCKS_DIFFER {
            return Err(Refused::Stale);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    fn read(text: &[u8]) -> Option<Form> {
        Form::read(&Body::Bytes(text.to_vec())).ok()
    }

    #[test]
    fn a_form_is_read_in_either_order_and_as_base64() {
        let form = read(b"shown=17&token=ab-_").unwrap();
        assert_eq!((form.shown.as_str(), form.token.as_str()), ("17", "ab-_"));
        assert_eq!(read(b"token=ab-_&shown=17"), Some(form));
        let encoded = Body::Base64(STANDARD.encode("shown=17&token=ab-_"));
        assert_eq!(Form::read(&encoded).ok(), read(b"shown=17&token=ab-_"));
    }

    #[test]
    fn anything_else_is_none() {
        for wrong in [
            &b""[..],
            b"shown=17",
            b"token=x",
            b"shown=17&token=x&more=1",
            b"shown=17&shown=17&token=x",
            b"shown&token",
            b"\xff=1&token=x",
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
        let long = format!("shown=17&token={}", "x".repeat(LONGEST));
        assert_eq!(read(long.as_bytes()), None);
        for wrong in ["???".to_owned(), STANDARD.encode("x".repeat(LONGEST * 4))] {
            assert!(Form::read(&Body::Base64(wrong)).is_err());
        }
    }
}
