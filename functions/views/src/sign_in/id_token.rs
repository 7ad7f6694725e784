use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::not_signed_in::NotSignedIn;

/// By how much the clocks of two machines may differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(1);

/// What a token must say to be the one that was asked for.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: &'a str,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    /// In seconds since 1970.
    exp: i64,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    email: Option<String>,
    /// Some providers write it as a text.
    #[serde(default)]
    email_verified: Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    /// Why they are not of the token that was asked for.
    fn wrong(&self, expected: &Expected<'_>, now: Timestamp) -> Option<&'static str> {
        let client = expected.client;
        let for_us = match &self.aud {
            Audience::One(one) => one == client,
            Audience::Many(many) => {
                let alone = many.len() == 1 || self.azp.as_deref() == Some(client);
                alone && many.iter().any(|one| one == client)
            }
        };
        let over = Timestamp::from_second(self.exp).map_or(true, |exp| exp + CLOCKS_DIFFER <= now);
        let party = self.azp.as_deref().is_none_or(|azp| azp == client);
        let checks = [
            (self.iss == expected.issuer, "it is of another issuer"),
            (for_us && party, "it is for another client"),
            (!over, "it is over"),
            (
                self.nonce.as_deref() == Some(expected.nonce),
                "it is of another signing in",
            ),
        ];
        let mut wrong = checks.iter().filter(|(right, _)| !right);
        wrong.next().map(|(_, why)| *why)
    }
}

/// The verified mail address that a token says, if it is the one that was asked for.
pub(super) fn email(
    token: &str,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<String, NotSignedIn> {
    let unfit = |why: &str| NotSignedIn::Provider(format!("its id_token cannot be used: {why}"));
    let mut parts = token.split('.');
    let payload = parts.nth(1).and_then(|it| URL_SAFE_NO_PAD.decode(it).ok());
    let payload = payload
        .filter(|_| parts.count() == 1)
        .ok_or_else(|| unfit("it is no token"))?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|why| unfit(&why.to_string()))?;
    if let Some(why) = claims.wrong(expected, now) {
        return Err(unfit(why));
    }
    let verified = claims.email_verified == Value::Bool(true) || claims.email_verified == "true";
    claims
        .email
        .filter(|_| verified)
        .ok_or(NotSignedIn::Unverified)
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test may panic"
    )]

    use serde_json::json;
    use testkit::at;

    use super::*;

    const NOW: &str = "2026-11-23T12:00:00Z";

    fn read(change: impl FnOnce(&mut Value)) -> Result<String, NotSignedIn> {
        let mut claims = json!({ "iss": "https://i.example", "aud": "fairlead", "nonce": "n", "email": "anna@x.example",
            "email_verified": true, "exp": at(NOW).as_second() + 60 });
        change(&mut claims);
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let expected = Expected {
            issuer: "https://i.example",
            client: "fairlead",
            nonce: "n",
        };
        email(&token, &expected, at(NOW))
    }

    #[test]
    fn a_token_that_was_asked_for_says_who_it_is() {
        assert_eq!(read(|_| ()).unwrap(), "anna@x.example");
        assert!(read(|it| it["email_verified"] = json!("true")).is_ok());
        assert!(read(|it| it["aud"] = json!(["fairlead"])).is_ok());
        assert!(
            read(|it| (it["aud"], it["azp"]) = (json!(["fairlead", "b"]), json!("fairlead")))
                .is_ok()
        );
    }

    #[test]
    fn any_other_says_nothing() {
        for (name, value) in [
            ("iss", json!("https://j.example")),
            ("aud", json!("other")),
            ("aud", json!(["fairlead", "b"])),
            ("aud", json!([])),
            ("azp", json!("other")),
            ("nonce", json!("m")),
            ("nonce", json!(null)),
            ("exp", json!(at(NOW).as_second() - 60)),
        ] {
            let read = read(|it| it[name] = value.clone());
            assert!(
                matches!(read, Err(NotSignedIn::Provider(_))),
                "{name} {value}"
            );
        }
        for verified in [json!(false), json!("false"), json!(null), json!(1)] {
            let read = read(|it| it["email_verified"] = verified.clone());
            assert!(matches!(read, Err(NotSignedIn::Unverified)), "{verified}");
        }
        let expected = Expected {
            issuer: "",
            client: "",
            nonce: "",
        };
        for token in ["", "a.b", "a.b.c.d", "e30.e30.x"] {
            assert!(email(token, &expected, at(NOW)).is_err(), "{token}");
        }
    }
}
