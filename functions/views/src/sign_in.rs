//! Sign-in by OpenID Connect: the authorization code flow with PKCE, state and nonce, at any provider.
//!
//! What is under way is kept by the browser, signed: nothing is written for somebody who only looks at the door. State,
//! nonce and verifier are made of that text with our key, so that none of them stands in it.

mod id_token;
mod not_signed_in;
mod session;

use std::sync::{Mutex, PoisonError};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crm::PersonId;
use decisions::Rules;
use engine::{KeptSecret, LINKS_PATH, LinkError, LinkKeys, OpenedSession, Secrets, Web};
use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::address::{encoded, value_of};

pub(crate) use not_signed_in::NotSignedIn;
pub(crate) use session::{Cookies, Kept, Session};

/// Where in the secret the provider's secret is.
const SECRET: &str = "client_secret";

/// The page to which the provider sends people back.
pub(crate) const BACK: &str = "signed-in";

/// What the provider says of itself at `/.well-known/openid-configuration`.
#[derive(Debug, Clone, Deserialize)]
struct Provider {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// How people sign in, at one provider.
#[derive(Debug)]
pub struct SignIn<W, K> {
    issuer: String,
    client: String,
    secret: KeptSecret<K>,
    web: W,
    public_url: String,
    found: Mutex<Option<Provider>>,
}

impl<W: Web, K: Secrets> SignIn<W, K> {
    /// At this issuer, as this client of it; the field `client_secret` of the secret proves that we are it. People come
    /// back below this public address.
    #[must_use]
    pub fn new(
        web: W,
        (issuer, client): (&str, &str),
        (secrets, name): (K, &str),
        public_url: &str,
    ) -> Self {
        Self {
            issuer: issuer.to_owned(),
            client: client.to_owned(),
            secret: KeptSecret::new(secrets, name.to_owned(), SECRET),
            web,
            public_url: public_url.trim_end_matches('/').to_owned(),
            found: Mutex::default(),
        }
    }

    /// Whether browsers are to send what they keep over TLS only: everywhere but on this machine.
    pub(crate) fn secure(&self) -> bool {
        !is_here(&self.public_url)
    }

    /// Begins: what the browser is to keep, and where it is sent.
    pub(crate) async fn begin<L: Secrets + Clone>(
        &self,
        keys: &LinkKeys<L>,
        to: &str,
        now: Timestamp,
    ) -> Result<(String, String), NotSignedIn> {
        let provider = self.provider().await?;
        let chance = self
            .web
            .chance()
            .map_err(|why| NotSignedIn::Provider(why.to_string()))?;
        let pending = Kept::pending(&chance, to, now).write();
        let pending = keys.session(&pending, now).await?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(pending.token("verifier")));
        let asked = [
            ("response_type", "code"),
            ("client_id", &self.client),
            ("redirect_uri", &self.back()),
            ("scope", "openid email"),
            ("state", &pending.token("state")),
            ("nonce", &pending.token("nonce")),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let joint = if provider.authorization_endpoint.contains('?') {
            '&'
        } else {
            '?'
        };
        let address = format!("{}{joint}{}", provider.authorization_endpoint, form(&asked));
        Ok((pending.text().to_owned(), address))
    }

    /// Ends what was begun: who it is, and the page that they asked for.
    pub(crate) async fn end<L: Secrets + Clone>(
        &self,
        (keys, rules): (&LinkKeys<L>, &Rules),
        cookies: &Cookies<'_>,
        query: &str,
        now: Timestamp,
    ) -> Result<(PersonId, String), NotSignedIn> {
        let pending = cookies.session().ok_or(NotSignedIn::NotBegun)?;
        let pending = match keys.open_session(pending, now).await {
            Err(LinkError::Refused(_)) => return Err(NotSignedIn::NotBegun),
            opened => opened?,
        };
        let to = Kept::read(&pending.payload).and_then(|kept| kept.waits_for(now));
        let to = to.ok_or(NotSignedIn::NotBegun)?;
        let state = value_of(query, "state").unwrap_or_default();
        if !pending.is_token("state", &state) {
            return Err(NotSignedIn::NotBegun);
        }
        if let Some(error) = value_of(query, "error") {
            return Err(NotSignedIn::Refused(decisions::shown::one_line(&error)));
        }
        let code = value_of(query, "code").ok_or(NotSignedIn::NotBegun)?;
        let token = self.token(&code, &pending).await?;
        let expected = id_token::Expected {
            issuer: &self.issuer,
            client: &self.client,
            nonce: &pending.token("nonce"),
        };
        let email = id_token::email(&token, &expected, now)?;
        Ok((person_of(rules, &email, now)?, to))
    }

    /// The token for a code. It comes straight from the provider over TLS, which proves whose it is (`OpenID` Connect
    /// Core 3.1.3.7, step 6).
    async fn token(&self, code: &str, pending: &OpenedSession) -> Result<String, NotSignedIn> {
        let provider = self.provider().await?;
        let secret = self.secret.current().await?;
        let sent = form(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.back()),
            ("code_verifier", &pending.token("verifier")),
        ]);
        // RFC 6749, 2.3.1: both are written as in a form first.
        let (client, secret) = (encoded(&self.client), encoded(&secret));
        let answer = self
            .web
            .post(&provider.token_endpoint, (&client, &secret), &sent)
            .await;
        let answer = answer.map_err(|why| NotSignedIn::Provider(format!("its tokens: {why}")))?;
        if answer.status != 200 {
            let why = format!("its token endpoint answers {}", answer.status);
            return Err(NotSignedIn::Provider(why));
        }
        let tokens: Result<Tokens, _> = serde_json::from_str(&answer.body);
        let tokens = tokens.map_err(|_| NotSignedIn::Provider("it sent no id_token".to_owned()))?;
        Ok(tokens.id_token)
    }

    async fn provider(&self) -> Result<Provider, NotSignedIn> {
        let known = self
            .found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(known) = known {
            return Ok(known);
        }
        let failed =
            |why: String| NotSignedIn::Provider(format!("the issuer {}: {why}", self.issuer));
        let url = format!(
            "{}/.well-known/openid-configuration",
            self.issuer.trim_end_matches('/')
        );
        if !is_safe(&url) {
            return Err(failed("its address must begin with https://".to_owned()));
        }
        let answer = self
            .web
            .get(&url)
            .await
            .map_err(|why| failed(why.to_string()))?;
        if answer.status != 200 {
            return Err(failed(format!("{url} answers {}", answer.status)));
        }
        let found: Provider =
            serde_json::from_str(&answer.body).map_err(|why| failed(why.to_string()))?;
        if found.issuer != self.issuer {
            return Err(failed(
                "it calls itself otherwise; SignInIssuer is to be written as it does".to_owned(),
            ));
        }
        if !is_safe(&found.token_endpoint) || !is_safe(&found.authorization_endpoint) {
            return Err(failed("one of its endpoints is not https".to_owned()));
        }
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(found.clone());
        Ok(found)
    }

    fn back(&self) -> String {
        format!("{}{LINKS_PATH}{BACK}", self.public_url)
    }
}

/// Who of the model has this mail address and is there. Two with one address are nobody: it is not known who it is.
fn person_of(rules: &Rules, email: &str, now: Timestamp) -> Result<PersonId, NotSignedIn> {
    let people = rules.model.people.iter();
    let mut found = people.filter(|(_, person)| person.email.eq_ignore_ascii_case(email.trim()));
    let (Some((person, _)), None) = (found.next(), found.next()) else {
        return Err(NotSignedIn::Unknown);
    };
    decisions::rights::is_there(rules, person, now).map_err(|_| NotSignedIn::NotThere)?;
    Ok(person.clone())
}

fn form(values: &[(&str, &str)]) -> String {
    let pairs = values
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<String>>().join("&")
}

/// Whether nobody on the way can read or change what is sent there: over TLS, or not on a way at all.
fn is_safe(url: &str) -> bool {
    url.starts_with("https://") || is_here(url)
}

/// Whether an address is on this machine.
fn is_here(url: &str) -> bool {
    let rest = url.strip_prefix("http://127.0.0.1");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked_without_tls() {
        for safe in [
            "https://a.example",
            "http://127.0.0.1:9000/x",
            "http://127.0.0.1",
        ] {
            assert!(is_safe(safe), "{safe}");
        }
        for not in [
            "http://a.example",
            "http://127.0.0.1.evil.example",
            "http://127.0.0.1@evil.example",
        ] {
            assert!(!is_safe(not), "{not}");
        }
    }
}
