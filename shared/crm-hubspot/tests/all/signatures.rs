//! Every line of `tests/vectors/signatures.jsonl` (from the tests of the vendors' own libraries),
//! and what they leave open: freshness, escapes, tampering.

use base64::{Engine, engine::general_purpose::STANDARD};
use crm_hubspot::signature::{
    AHEAD_SECONDS, OLDEST_SECONDS, SIGNATURE_HEADER, SIGNATURE_V3_HEADER, Signed, TIMESTAMP_HEADER,
    decoded, sign_v3, verify, verify_v3,
};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;
use sha2::Sha256;
use signatures::{
    Refusal,
    standard_webhooks::{self, Secret, SecretError},
};

const SECRET: &str = "a-client-secret";
const URI: &str = "https://hooks.example.com/webhooks/hubspot";

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

#[test]
fn every_stated_case_holds() {
    let mut seen = 0;
    for line in include_str!("../vectors/signatures.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        match case["scheme"].as_str().unwrap() {
            "hubspot" => hubspot_case(&case),
            "standard-webhooks" => standard_case(&case),
            other => panic!("an unknown scheme: {other}"),
        }
        seen += 1;
    }
    assert_eq!(seen, 16);
}

fn hubspot_case(case: &Value) {
    let id = &case["id"];
    let timestamp = case["timestamp"].as_str();
    // The cases state no time of receipt; it is the time of signing, where there is one.
    let now = timestamp.map_or(Timestamp::UNIX_EPOCH, |text| at(text.parse().unwrap()));
    let request = Signed {
        method: case["method"].as_str().unwrap_or("POST"),
        uri: case["uri"].as_str().unwrap_or(""),
        body: case["body"].as_str().unwrap().as_bytes(),
        signature: case["signature"].as_str(),
        timestamp,
    };
    let version = case["version"].as_str().unwrap();
    let secret = case["secret"].as_str().unwrap();
    let result = verify(version, secret, &request, now);
    match case["expected_error"].as_str() {
        None => {
            assert_eq!(case["expected_valid"], Value::Bool(true), "{id}");
            assert_eq!(result, Ok(()), "{id}");
            let tampered = [request.body, b" "].concat();
            let tampered = Signed {
                body: &tampered,
                ..request
            };
            let refused = verify(version, secret, &tampered, now);
            assert_eq!(refused, Err(Refusal::Mismatch), "{id}");
        }
        Some("Not supported signature version: v4") => {
            assert_eq!(result, Err(Refusal::UnsupportedVersion("v4".to_owned())));
        }
        Some("Not provided timestamp") => {
            assert_eq!(result, Err(Refusal::Missing(TIMESTAMP_HEADER)), "{id}");
        }
        Some(other) => panic!("{id}: an error we have no name for: {other}"),
    }
}

fn standard_case(case: &Value) {
    let id = &case["id"];
    let secret = Secret::new(case["secret"].as_str().unwrap());
    let expected_error = case["expected_error"].as_str();
    if case["op"] == "new" {
        assert_eq!(expected_error, Some("empty secret"), "{id}");
        assert_eq!(secret, Err(SecretError::Empty), "{id}");
        return;
    }
    let secret = secret.unwrap();
    let message = case["webhook_id"].as_str().unwrap();
    let timestamp = case["webhook_timestamp"].as_str().unwrap();
    let body = case["body"].as_str().unwrap().as_bytes();
    let signature = secret.sign(message, timestamp, body);
    if let Some(error) = expected_error {
        assert_eq!(error, "invalid timestamp", "{id}");
        let expected = Refusal::NotANumber(standard_webhooks::TIMESTAMP_HEADER);
        assert_eq!(signature, Err(expected), "{id}");
        return;
    }
    let signature = signature.unwrap();
    assert_eq!(
        Some(signature.as_str()),
        case["expected_signature"].as_str()
    );
    let now = Timestamp::from_second(timestamp.parse().unwrap()).unwrap();
    let check = |signature: &str, body: &[u8], now| {
        secret.verify(Some(message), Some(timestamp), Some(signature), body, now)
    };
    assert_eq!(check(&signature, body, now), Ok(()), "{id}");
    let several = format!("v1,AAAA v2,{signature} {signature}");
    assert_eq!(check(&several, body, now), Ok(()), "{id}");
    assert_eq!(check(&signature, b"{}", now), Err(Refusal::Mismatch));
    assert_eq!(check("v1a,x", body, now), Err(Refusal::Mismatch));
    let late = at(now.as_millisecond() + 300_001);
    assert!(matches!(
        check(&signature, body, late),
        Err(Refusal::Stale { .. })
    ));
    let early = at(now.as_millisecond() - 300_001);
    assert!(matches!(
        check(&signature, body, early),
        Err(Refusal::Ahead { .. })
    ));
    let none = secret.verify(None, Some(timestamp), Some(&signature), body, now);
    assert_eq!(none, Err(Refusal::Missing(standard_webhooks::ID_HEADER)));
}

/// Verifies a request signed at `signed_ms` when our clock says `now_ms`.
fn v3(signed_ms: i64, now_ms: i64) -> Result<(), Refusal> {
    let signature = sign_v3(SECRET, "POST", URI, b"[]", signed_ms);
    let timestamp = signed_ms.to_string();
    let request = Signed {
        method: "POST",
        uri: URI,
        body: b"[]",
        signature: Some(&signature),
        timestamp: Some(&timestamp),
    };
    verify_v3(SECRET, &request, at(now_ms))
}

#[test]
fn a_request_is_fresh_for_five_minutes_and_may_be_a_minute_ahead() {
    let signed = 1_760_000_000_000;
    let oldest = OLDEST_SECONDS * 1000;
    let ahead = AHEAD_SECONDS * 1000;
    assert_eq!(v3(signed, signed + oldest), Ok(()));
    assert_eq!(
        v3(signed, signed + oldest + 1),
        Err(Refusal::Stale {
            age_seconds: 300,
            limit_seconds: 300
        })
    );
    assert_eq!(v3(signed, signed - ahead), Ok(()));
    assert_eq!(
        v3(signed, signed - ahead - 1),
        Err(Refusal::Ahead {
            ahead_seconds: 60,
            limit_seconds: 60
        })
    );
}

#[test]
fn what_is_missing_or_no_number_is_said() {
    let signature = sign_v3(SECRET, "POST", URI, b"[]", 0);
    let request = Signed {
        method: "POST",
        uri: URI,
        body: b"[]",
        signature: Some(&signature),
        timestamp: Some("0"),
    };
    let now = Timestamp::UNIX_EPOCH;
    let check = |request: Signed<'_>| verify_v3(SECRET, &request, now);
    assert_eq!(check(request), Ok(()));
    for signature in [None, Some("")] {
        let refused = check(Signed {
            signature,
            ..request
        });
        assert_eq!(refused, Err(Refusal::Missing(SIGNATURE_V3_HEADER)));
        let refused = verify(
            "v1",
            SECRET,
            &Signed {
                signature,
                ..request
            },
            now,
        );
        assert_eq!(refused, Err(Refusal::Missing(SIGNATURE_HEADER)));
    }
    for wrong in ["now", "-1", "1.5", "+1", " 1", "99999999999999999999"] {
        let refused = check(Signed {
            timestamp: Some(wrong),
            ..request
        });
        assert_eq!(
            refused,
            Err(Refusal::NotANumber(TIMESTAMP_HEADER)),
            "{wrong}"
        );
    }
    for wrong in ["no base64 !", "AAAA", &signature[1..]] {
        let refused = check(Signed {
            signature: Some(wrong),
            ..request
        });
        assert_eq!(refused, Err(Refusal::Mismatch), "{wrong}");
    }
    assert_eq!(verify_v3("", &request, now), Err(Refusal::NoSecret));
    assert_eq!(verify_v3("another", &request, now), Err(Refusal::Mismatch));
}

#[test]
fn the_listed_escapes_are_decoded_once_and_no_others() {
    let plain = |uri: &str| String::from_utf8(decoded(uri)).unwrap();
    assert_eq!(
        plain("/a%3Ab%2fc%3Fd%40e%21f%24g%27h%28i%29j%2Ak%2cl%3Bm"),
        "/a:b/c?d@e!f$g'h(i)j*k,l;m"
    );
    assert_eq!(plain("/a%20b%26c%3Dd%2B%25"), "/a%20b%26c%3Dd%2B%25");
    assert_eq!(plain("/a%253A"), "/a%253A");
    assert_eq!(plain("/a%"), "/a%");
    assert_eq!(plain("/a%4"), "/a%4");
}

/// A signature computed apart from the crate under test.
fn signature_of(parts: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    for part in parts {
        mac.update(part);
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

#[test]
fn an_address_with_escapes_is_believed_signed_either_way() {
    let escaped = "https://hooks.example.com/webhooks?to=a%40b";
    let believed = |signed: &str| {
        let signature = signature_of(&[b"POST", signed.as_bytes(), b"[]", b"0"]);
        let request = Signed {
            method: "POST",
            uri: escaped,
            body: b"[]",
            signature: Some(&signature),
            timestamp: Some("0"),
        };
        verify_v3(SECRET, &request, Timestamp::UNIX_EPOCH)
    };
    let as_hubspot_signs = "https://hooks.example.com/webhooks?to=a@b";
    assert_eq!(believed(as_hubspot_signs), Ok(()));
    assert_eq!(believed(escaped), Ok(()));
    let other = "https://hooks.example.com/webhooks?to=a%2540b";
    assert_eq!(believed(other), Err(Refusal::Mismatch));
    assert_eq!(
        sign_v3(SECRET, "POST", escaped, b"[]", 0),
        signature_of(&[b"POST", as_hubspot_signs.as_bytes(), b"[]", b"0"])
    );
}

#[test]
fn no_message_repeats_a_secret_a_signature_or_a_body() {
    let request = Signed {
        method: "POST",
        uri: URI,
        body: b"private-body",
        signature: Some("cHJpdmF0ZS1zaWduYXR1cmU="),
        timestamp: Some("0"),
    };
    for version in ["v1", "v2", "v3", "<script>v9"] {
        let refusal = verify(version, SECRET, &request, Timestamp::UNIX_EPOCH).unwrap_err();
        let text = format!("{refusal} {refusal:?}");
        for private in [SECRET, "private", "cHJpdm", "<"] {
            assert!(!text.contains(private), "{text}");
        }
    }
    let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    assert_eq!(format!("{secret:?}"), "Secret(…)");
}

proptest! {
    /// What is signed is believed; the same with one byte changed anywhere is not.
    #[test]
    fn only_the_very_same_request_is_believed(
        body in proptest::collection::vec(any::<u8>(), 1..200),
        place in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let signature = sign_v3(SECRET, "POST", URI, &body, 5);
        let mut request = Signed {
            method: "POST",
            uri: URI,
            body: &body,
            signature: Some(&signature),
            timestamp: Some("5"),
        };
        prop_assert_eq!(verify_v3(SECRET, &request, at(5)), Ok(()));
        let mut changed = body.clone();
        changed[place.index(body.len())] ^= 1 << bit;
        request.body = &changed;
        prop_assert_eq!(verify_v3(SECRET, &request, at(5)), Err(Refusal::Mismatch));
    }

    #[test]
    fn no_header_whatever_makes_it_panic(
        uri in ".*", signature in ".*", timestamp in ".*", version in "v[1-4]", now in any::<i32>(),
    ) {
        let request = Signed {
            method: "POST",
            uri: &uri,
            body: b"",
            signature: Some(&signature),
            timestamp: Some(&timestamp),
        };
        let now = Timestamp::from_second(now.into()).unwrap();
        prop_assert!(verify(&version, SECRET, &request, now).is_err());
    }
}
