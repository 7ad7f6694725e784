//! What people do outside the CRM: who may tell it, and what is taken of it.

use contracts::Visitor;
use signatures::standard_webhooks::{ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};

use super::*;

const NAMED: &str = "fairlead/product";
const SIGNS: &str = "whsec_c2lnbnMgd2hhdCBwZW9wbGUgZG8=";
const ONE: &str = "application/cloudevents+json";
const SEVERAL: &str = "application/cloudevents-batch+json; charset=utf-8";
const MAIL: &str = "hmac-sha256:0123456789abcdef0123456789abcdef0123456789ABCDEF0123456789abcdef";

fn counting() -> Tested {
    let mut model = example_model();
    let called = "com.northwind.pricing.viewed".to_owned();
    model.behaviours.insert("viewed_pricing".to_owned(), called);
    let mut tested = over(model, &["hubspot"]);
    tested.secrets.now(NAMED, Ok(SIGNS));
    tested.function = tested
        .function
        .with_behaviours(&tested.secrets, Some(NAMED.to_owned()));
    tested
}

fn event(id: &str, subject: &str) -> Value {
    json!({
        "specversion": "1.0",
        "id": id,
        "source": "https://app.northwind.example",
        "type": "com.northwind.pricing.viewed",
        "subject": subject,
        "time": "2026-11-23T09:00:00Z",
        "data": { "page": "/pricing" },
    })
}

fn told(media: &str, body: &str) -> Request {
    signed_with(SIGNS, media, body)
}

fn signed_with(secret: &str, media: &str, body: &str) -> Request {
    let at = at(NOW).as_second().to_string();
    let secret = signatures::standard_webhooks::Secret::new(secret).unwrap();
    let signature = secret.sign("msg_1", &at, body.as_bytes()).unwrap();
    let headers = [
        ("content-type", media.to_owned()),
        (ID_HEADER, "msg_1".to_owned()),
        (TIMESTAMP_HEADER, at),
        (SIGNATURE_HEADER, signature),
    ];
    Request {
        method: "POST".to_owned(),
        path: "/webhooks/events".to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect(),
        body: Body::Bytes(body.as_bytes().to_vec()),
        ..Request::default()
    }
}

impl Tested {
    async fn said(&self, request: Request) -> (u16, Value) {
        let answer = self.function.answer(request, at(NOW)).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }
}

#[tokio::test]
async fn an_event_says_who_did_what_and_when_and_nothing_else() {
    let tested = counting();
    let (status, said) = tested.said(told(ONE, &event("1", MAIL).to_string())).await;
    assert_eq!((status, &said["accepted"]), (200, &json!(1)));
    let took = tested.bus.took().concat();
    let EventData::BehaviourSeen(seen) = &took[0].data else {
        panic!("{took:?}");
    };
    assert_eq!(
        Some(&seen.visitor),
        Visitor::of_mail(MAIL.split(':').nth(1).unwrap()).as_ref()
    );
    assert_eq!(seen.behaviour, "viewed_pricing");
    assert_eq!(seen.at, at("2026-11-23T09:00:00Z"));
    assert!(!serde_json::to_string(&took).unwrap().contains("/pricing"));
}

#[tokio::test]
async fn the_same_event_has_the_same_id_in_whatever_delivery() {
    let tested = counting();
    let twice = json!([event("1", MAIL), event("1", MAIL), event("2", "id:user-7")]);
    for _ in 0..2 {
        let (_, said) = tested.said(told(SEVERAL, &twice.to_string())).await;
        assert_eq!(said["accepted"], json!(2));
    }
    let took = tested.bus.took();
    let ids = |it: &[Event]| -> Vec<_> { it.iter().map(|event| event.id.clone()).collect() };
    assert_eq!(ids(&took[0]), ids(&took[1]));
    let text = serde_json::to_string(&took).unwrap();
    assert!(!text.contains("user-7"), "an id is hashed: {text}");
}

#[tokio::test]
async fn what_is_malformed_costs_the_others_nothing_and_is_told() {
    let tested = counting();
    let with = |name: &str, value: Value| {
        let mut it = event("9", MAIL);
        it[name] = value;
        it
    };
    let batch = json!([
        event("1", MAIL),
        7,
        with("specversion", json!("0.3")),
        with("id", json!("")),
        with("source", json!(null)),
        with("type", json!("com.northwind.other")),
        with("subject", json!("jo@kranich.example")),
        with("subject", json!("hmac-sha256:0123")),
        with("time", json!("yesterday")),
        with("time", json!("2026-11-23T10:06:00Z")),
    ]);
    let (status, said) = tested.said(told(SEVERAL, &batch.to_string())).await;
    assert_eq!((status, &said["accepted"]), (200, &json!(1)));
    let refused = said["refused"].as_array().unwrap();
    let places: Vec<_> = refused.iter().map(|it| it["event"].clone()).collect();
    assert_eq!(places, (2..=10).map(|it| json!(it)).collect::<Vec<_>>());
    assert!(!said.to_string().contains("kranich"), "{said}");
    let alone = with("subject", json!("jo@kranich.example")).to_string();
    assert_eq!(tested.said(told(ONE, &alone)).await.0, 400);
}

#[tokio::test]
async fn a_body_is_what_its_type_says_and_bounded() {
    let tested = counting();
    let one = event("1", MAIL).to_string();
    let many = json!(vec![event("1", MAIL); 101]).to_string();
    for (media, body, status) in [
        ("application/json", one.as_str(), 415),
        (SEVERAL, one.as_str(), 400),
        (ONE, "[]", 400),
        (ONE, "{", 400),
        (SEVERAL, many.as_str(), 413),
        (SEVERAL, "[]", 200),
    ] {
        assert_eq!(tested.said(told(media, body)).await.0, status, "{media}");
    }
    assert!(tested.bus.took().is_empty());
}

#[tokio::test]
async fn what_is_forged_stale_or_unsigned_is_refused() {
    let tested = counting();
    let body = event("1", MAIL).to_string();
    let mut unsigned = told(ONE, &body);
    unsigned.headers.remove(SIGNATURE_HEADER);
    let mut altered = told(ONE, &body);
    altered.body = Body::Bytes(event("2", MAIL).to_string().into_bytes());
    let forged = signed_with("whsec_b3RoZXI=", ONE, &body);
    for request in [unsigned, altered, forged] {
        assert_eq!(tested.said(request).await.0, 401);
    }
    let late = at(NOW) + SignedDuration::from_secs(301);
    let answer = tested.function.answer(told(ONE, &body), late).await;
    assert_eq!(answer.status, 401);
    assert!(tested.bus.took().is_empty());
}

#[tokio::test]
async fn two_secrets_are_valid_while_one_is_changed() {
    let tested = counting();
    let body = event("1", MAIL).to_string();
    assert_eq!(tested.said(told(ONE, &body)).await.0, 200);
    let new = "whsec_YW5vdGhlciBvbmU=";
    tested.secrets.now(NAMED, Ok(new));
    tested.secrets.before(Some(Ok(SIGNS)));
    for secret in [new, SIGNS, new] {
        assert_eq!(tested.said(signed_with(secret, ONE, &body)).await.0, 200);
    }
}

#[tokio::test]
async fn without_a_secret_or_a_behaviour_none_is_taken() {
    let body = event("1", MAIL).to_string();
    let tested = intake();
    let (status, said) = tested.said(told(ONE, &body)).await;
    assert_eq!(status, 404);
    assert!(said.to_string().contains("BehaviourSecretName"), "{said}");
    let mut unused = intake();
    unused.function = unused
        .function
        .with_behaviours(&unused.secrets, Some(NAMED.to_owned()));
    assert_eq!(unused.said(told(ONE, &body)).await.0, 404);
}
