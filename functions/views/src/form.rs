use base64::{Engine, engine::general_purpose::STANDARD};
use decisions::shown::{self, LONGEST_REASON, ReasonError};
use engine::{OpenedLink, webhooks::Body};
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::refused::Refused;

/// The longest form, in bytes: it holds a number, a token and a reason, of which each character may take twelve.
const LONGEST: usize = 512 + 12 * LONGEST_REASON;

/// How long a page may lie open before its form is sent.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(12);

/// By how much the clocks of two machines may differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);

/// What the form of a page sends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// When the page was shown, in milliseconds since 1970.
    pub(crate) shown: String,
    pub(crate) token: String,
    /// Which of several questions of a page it answers.
    pub(crate) what: Option<String>,
    /// What is answered to what the link asks; none if it asks nothing.
    pub(crate) answer: Option<Answer>,
}

/// What somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    /// Why not.
    No(String),
    /// Why somebody asks.
    Ask(String),
    /// Until the end of a day, and why.
    Until(Date, String),
    /// Of what is held: it is turned back. Why, the gate has said.
    Back,
}

impl Form {
    /// Reads a body. All values but the reason have only letters that a form writes as they are, so whatever is
    /// escaped in them was not sent by our page.
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
        let (mut shown, mut token, mut answer) = (None, None, None);
        let (mut reason, mut until, mut what) = (None, None, None);
        for pair in text.trim_end().split('&') {
            let (name, value) = pair.split_once('=').ok_or(Refused::Form)?;
            let place = match name {
                "shown" => &mut shown,
                "token" => &mut token,
                "answer" => &mut answer,
                "reason" => &mut reason,
                "until" => &mut until,
                "what" => &mut what,
                _ => return Err(Refused::Form),
            };
            if place.replace(value.to_owned()).is_some() {
                return Err(Refused::Form);
            }
        }
        Ok(Self {
            shown: shown.ok_or(Refused::Form)?,
            token: token.ok_or(Refused::Form)?,
            what,
            answer: answered(answer.as_deref(), reason.as_deref(), until.as_deref())?,
        })
    }

    /// Refuses a form that was not shown under this link, or too long ago.
    pub(crate) fn check(&self, opened: &OpenedLink, now: Timestamp) -> Result<(), Refused> {
        if !opened.is_form_token(&self.shown, &self.token) || self.what.is_some() {
            return Err(Refused::Form);
        }
        self.is_fresh(now)
    }

    /// Refuses a form that was shown too long ago.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> Result<(), Refused> {
        let shown = self.shown.parse().ok();
        let shown = shown.and_then(|shown| Timestamp::from_millisecond(shown).ok());
        let age = now.duration_since(shown.ok_or(Refused::Form)?);
        if age > SHOWN_FOR || age < -CLOCKS_DIFFER {
            return Err(Refused::Stale);
        }
        Ok(())
    }
}

fn answered(
    answer: Option<&str>,
    reason: Option<&str>,
    until: Option<&str>,
) -> Result<Option<Answer>, Refused> {
    match (answer, reason, until) {
        (None, None, None) => Ok(None),
        (Some("yes"), None, None) => Ok(Some(Answer::Yes)),
        (Some("back"), None, None) => Ok(Some(Answer::Back)),
        (Some("no"), reason, None) => Ok(Some(Answer::No(reasoned(reason)?))),
        (Some("ask"), reason, None) => Ok(Some(Answer::Ask(reasoned(reason)?))),
        (Some("until"), reason, Some(day)) => {
            let day = day.parse().map_err(|_| Refused::NoDay)?;
            Ok(Some(Answer::Until(day, reasoned(reason)?)))
        }
        _ => Err(Refused::Form),
    }
}

fn reasoned(reason: Option<&str>) -> Result<String, Refused> {
    let reason = unescaped(reason.unwrap_or_default(), LONGEST_REASON).ok_or(Refused::Form)?;
    shown::reason(&reason).map_err(|why| match why {
        ReasonError::Empty => Refused::NoReason,
        ReasonError::TooLong(_) => Refused::Form,
    })
}

/// A text of so many characters at most as it was before a form escaped it; none if that was not a form.
pub(crate) fn unescaped(text: &str, most: usize) -> Option<String> {
    let mut bytes = text.bytes();
    let mut read = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        read.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    let text = String::from_utf8(read).ok()?;
    (text.chars().count() <= most).then_some(text)
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
    fn an_answer_is_read_and_a_refusal_has_a_reason() {
        let answer = |text: &str| Form::read(&Body::Bytes(text.as_bytes().to_vec()));
        let form = |rest: &str| answer(&format!("shown=17&token=x&{rest}"));
        assert_eq!(form("answer=yes").unwrap().answer, Some(Answer::Yes));
        let no = form("answer=no&reason=the+margin%20is%0Agone%21+%C3%A9").unwrap();
        let reason = "the margin is gone! \u{e9}".to_owned();
        assert_eq!(no.answer, Some(Answer::No(reason)));
        for empty in ["answer=no", "answer=no&reason=", "answer=no&reason=+%0A+"] {
            assert!(matches!(form(empty), Err(Refused::NoReason)), "{empty}");
        }
        let whole = "x".repeat(LONGEST_REASON);
        let no = form(&format!("answer=no&reason={whole}")).unwrap();
        assert_eq!(no.answer, Some(Answer::No(whole)), "none of it is cut");
        let long = format!("answer=no&reason={}", "x".repeat(LONGEST_REASON + 1));
        for wrong in [
            "answer=perhaps",
            "answer=yes&reason=x",
            "reason=x",
            "answer=no&reason=%4",
            "answer=no&reason=%zz",
            "answer=no&reason=%ff",
            &long,
        ] {
            assert!(matches!(form(wrong), Err(Refused::Form)), "{wrong}");
        }
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
