use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crm::PersonId;
use engine::{LINKS_PATH, LinkError, LinkKeys, OpenedSession, Secrets};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long somebody stays signed in.
const SIGNED_IN: SignedDuration = SignedDuration::from_hours(8);

/// How long signing in may take.
const SIGNING_IN: SignedDuration = SignedDuration::from_mins(10);

/// What our one cookie is called. The prefix has browsers refuse one that another name of the domain sets.
const COOKIE: &str = "__Host-fairlead";
/// The same on this machine, where there is no TLS, which the prefix asks for.
const COOKIE_HERE: &str = "fairlead";

/// What a browser keeps for us, signed: somebody who is signed in, or a signing in that is under way.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    chance: Option<String>,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// In milliseconds since 1970.
    #[serde(rename = "u")]
    until: i64,
}

impl Kept {
    pub(crate) fn pending(chance: &[u8], to: &str, now: Timestamp) -> Self {
        Self {
            person: None,
            chance: Some(URL_SAFE_NO_PAD.encode(chance)),
            to: Some(to.to_owned()),
            until: (now + SIGNING_IN).as_millisecond(),
        }
    }

    pub(crate) fn signed_in(person: &PersonId, now: Timestamp) -> Self {
        Self {
            person: Some(person.to_string()),
            chance: None,
            to: None,
            until: (now + SIGNED_IN).as_millisecond(),
        }
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(crate) fn read(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice(payload).ok()
    }

    /// The page that is opened once somebody is signed in, if that is under way and not too old.
    pub(crate) fn waits_for(self, now: Timestamp) -> Option<String> {
        let pending = self.person.is_none() && self.chance.is_some();
        self.to
            .filter(|_| pending && now.as_millisecond() < self.until)
    }
}

/// Somebody who is signed in. Whether they are still there is for the caller to ask.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) person: PersonId,
    opened: OpenedSession,
}

impl Session {
    /// Whom the browser's cookie says, if it is ours and not over.
    pub(crate) async fn of<K: Secrets + Clone>(
        keys: &LinkKeys<K>,
        cookies: &Cookies<'_>,
        now: Timestamp,
    ) -> Result<Option<Self>, LinkError> {
        let Some(text) = cookies.session() else {
            return Ok(None);
        };
        let opened = match keys.open_session(text, now).await {
            Ok(opened) => opened,
            Err(LinkError::Refused(_)) => return Ok(None),
            Err(other) => return Err(other),
        };
        let kept = Kept::read(&opened.payload).filter(|kept| now.as_millisecond() < kept.until);
        let person = kept.and_then(|kept| kept.person);
        Ok(person.map(|person| Self {
            person: PersonId::new(person),
            opened,
        }))
    }

    /// What every form of a page sends, so that no other site can send it.
    pub(crate) fn form_token(&self) -> String {
        self.opened.token("form")
    }

    pub(crate) fn is_form_token(&self, token: &str) -> bool {
        self.opened.is_token("form", token)
    }
}

/// The cookies of a request, and how ours is set.
#[derive(Debug)]
pub(crate) struct Cookies<'r> {
    header: &'r str,
    secure: bool,
}

impl<'r> Cookies<'r> {
    pub(crate) const fn new(header: &'r str, secure: bool) -> Self {
        Self { header, secure }
    }

    const fn name(&self) -> &'static str {
        if self.secure { COOKIE } else { COOKIE_HERE }
    }

    pub(crate) fn session(&self) -> Option<&'r str> {
        let mut pairs = self
            .header
            .split(';')
            .filter_map(|it| it.trim().split_once('='));
        pairs
            .find(|(name, _)| *name == self.name())
            .map(|(_, value)| value)
    }

    /// Has the browser keep this; nothing forgets what it kept.
    pub(crate) fn set(&self, text: Option<&str>) -> String {
        let (path, secure) = match self.secure {
            true => ("/", "; Secure"),
            false => (LINKS_PATH, ""),
        };
        let seconds = text.map_or(0, |_| SIGNED_IN.as_secs());
        let (name, text) = (self.name(), text.unwrap_or_default());
        format!("{name}={text}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }
}
