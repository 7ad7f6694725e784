//! What goes wrong, how it is called, and what is tried again.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use crm_hubspot::client::{HubSpot, Patience, SetupError};
use crm_hubspot::task::{NewTask, Priority};
use engine::{Budget, CrmError, Unlimited};
use serde_json::json;

use crate::{
    client,
    server::{Reply, Server, json as reply},
};

fn fails(status: u16) -> Reply {
    reply(
        status,
        &json!({ "status": "error", "message": "no", "correlationId": "x" }),
    )
}

fn unavailable(why: &str, perhaps_done: bool) -> CrmError {
    CrmError::Unavailable {
        why: why.to_owned(),
        perhaps_done,
        retry_after: None,
    }
}

fn owners() -> Reply {
    reply(200, &json!({ "results": [] }))
}

/// Asks for something that may be asked for again, and gives the outcome and how often the server
/// was asked.
async fn look(replies: Vec<Reply>) -> (Result<(), CrmError>, usize) {
    let server = Server::start(replies).await;
    let result = client(&server).owners().await.map(|_| ());
    (result, server.asked().len())
}

/// Sets a property and gives the outcome and how often the server was asked.
async fn update(replies: Vec<Reply>) -> (Result<(), CrmError>, usize) {
    let server = Server::start(replies).await;
    let properties = BTreeMap::from([("email".to_owned(), "ada@example.com".to_owned())]);
    let inputs = BTreeMap::from([("1".to_owned(), properties)]);
    let result = client(&server).update("contacts", &inputs).await;
    (result.map(drop), server.asked().len())
}

/// Creates a task and gives the outcome and how often the server was asked.
async fn create(replies: Vec<Reply>) -> (Result<String, CrmError>, usize) {
    let server = Server::start(replies).await;
    let task = NewTask {
        subject: "a".to_owned(),
        body: "b".to_owned(),
        marker: "c".to_owned(),
        owner: None,
        due: "2026-03-05T10:00:00Z".parse().unwrap(),
        priority: Priority::Low,
        about: vec![],
    };
    let result = client(&server).create_task(&task).await;
    (result, server.asked().len())
}

#[tokio::test]
async fn what_passes_by_itself_is_tried_three_times() {
    for status in [408, 423, 477, 500, 502, 503, 504] {
        let (result, asked) = look(vec![fails(status), fails(status), owners()]).await;
        assert_eq!((result, asked), (Ok(()), 3), "{status}");
        let (result, asked) = look(vec![fails(status); 4]).await;
        let expected = Err(unavailable(&format!("status {status}"), status != 423));
        assert_eq!((result, asked), (expected, 3), "{status}");
    }
    let (result, _) = look(vec![Reply::Nothing, Reply::Nothing, owners()]).await;
    assert_eq!(result, Ok(()));
    let (result, _) = look(vec![Reply::Nothing; 3]).await;
    assert_eq!(result, Err(unavailable("the connection broke", true)));
}

#[tokio::test]
async fn a_rate_limit_says_how_long_to_wait() {
    let limited = |headers: &'static str, policy: &str| {
        let body = json!({ "errorType": "RATE_LIMIT", "policyName": policy });
        Reply::Answer(429, headers, body.to_string().into_bytes())
    };
    let soon = limited("retry-after: 0\r\n", "SECONDLY");
    let (result, asked) = look(vec![soon.clone(), soon, owners()]).await;
    assert_eq!((result, asked), (Ok(()), 3));
    for (headers, policy, seconds) in [
        ("retry-after: 7\r\n", "TEN_SECONDLY_ROLLING", 7),
        ("", "TEN_SECONDLY_ROLLING", 10),
        ("", "SECONDLY", 1),
        ("", "DAILY", 3600),
        (
            "retry-after: Wed, 21 Oct 2026 07:28:00 GMT\r\n",
            "SECONDLY",
            1,
        ),
    ] {
        let (result, asked) = look(vec![limited(headers, policy), owners()]).await;
        let retry_after = Duration::from_secs(seconds);
        assert_eq!(
            result,
            Err(CrmError::RateLimited { retry_after }),
            "{policy}"
        );
        assert_eq!(asked, 1, "longer than this client waits");
    }
}

#[tokio::test]
async fn what_passes_by_itself_may_say_after_how_long() {
    for status in [477, 500, 502, 503] {
        let away = |headers| Reply::Answer(status, headers, Vec::new());
        let soon = away("retry-after: 0\r\n");
        let (result, asked) = look(vec![soon.clone(), soon, owners()]).await;
        assert_eq!((result, asked), (Ok(()), 3), "{status}");
        let (result, asked) = look(vec![away("retry-after: 90\r\n"), owners()]).await;
        let later = CrmError::Unavailable {
            why: format!("status {status}"),
            perhaps_done: true,
            retry_after: Some(Duration::from_secs(90)),
        };
        assert_eq!((result, asked), (Err(later), 1), "{status}");
    }
}

/// It is nobody's value that is wrong: the app must be given the right.
#[tokio::test]
async fn what_the_app_may_not_do_concerns_everybody() {
    let lacking = json!({
        "status": "error", "category": "MISSING_SCOPES", "correlationId": "x",
        "message": "This app lacks scopes.", "links": { "scopes": "https://crm.example/scopes" },
        "errors": [{
            "message": "One of these is required.",
            "context": { "requiredGranularScopes": ["crm.objects.deals.write", "a b"] },
        }, { "context": { "requiredScopes": ["crm.objects.deals.write", "contacts"] } }],
    });
    for (body, says) in [
        (
            lacking.to_string(),
            "status 403, MISSING_SCOPES: the app lacks a right (crm.objects.deals.write contacts): \
             give it the right in the CRM",
        ),
        (
            json!({ "category": "a b", "errors": ["x", { "context": 1 }] }).to_string(),
            "status 403: the app lacks a right: give it the right in the CRM",
        ),
        (
            "<html>".to_owned(),
            "status 403: the app lacks a right: give it the right in the CRM",
        ),
    ] {
        let reply = Reply::Answer(403, "", body.into_bytes());
        let (result, asked) = update(vec![reply]).await;
        let error = result.unwrap_err();
        assert_eq!((&error, asked), (&CrmError::Setup(says.to_owned()), 1));
        assert!(error.is_retryable() && !error.may_concern_one() && error.surely_did_nothing());
    }
    // Only what is said of the values is about them.
    let body = json!({
        "category": "VALIDATION_ERROR", "errors": [{ "code": "READ_ONLY_VALUE", "in": "amount" }],
    });
    let (result, _) = update(vec![reply(403, &body)]).await;
    let refused = CrmError::Refused {
        why: "status 403, VALIDATION_ERROR: READ_ONLY_VALUE amount".to_owned(),
    };
    assert_eq!(result, Err(refused));
}

/// Whoever sets a property looks first, each time: it is never sent again by itself.
#[tokio::test]
async fn an_update_is_tried_once() {
    for reply in [fails(503), fails(423), Reply::Nothing] {
        let (result, asked) = update(vec![reply, fails(200)]).await;
        assert!(matches!(result, Err(CrmError::Unavailable { .. })));
        assert_eq!(asked, 1);
    }
}

#[tokio::test]
async fn a_task_is_not_created_twice_by_trying_again() {
    for uncertain in [fails(500), fails(503), Reply::Nothing] {
        let (result, asked) = create(vec![uncertain, fails(201)]).await;
        let error = result.unwrap_err();
        assert!(
            error.is_retryable(),
            "the caller's message comes again: {error}"
        );
        assert_eq!(asked, 1);
    }
    let refused = Reply::Answer(429, "retry-after: 0\r\n", Vec::new());
    let (result, asked) = create(vec![refused, reply(201, &json!({ "id": "7" }))]).await;
    assert_eq!((result, asked), (Ok("7".to_owned()), 2));
}

#[tokio::test]
async fn what_the_crm_refuses_is_not_tried_again_and_repeats_no_value() {
    assert_eq!(
        update(vec![fails(401)]).await,
        (Err(CrmError::Unauthorized), 1)
    );
    assert_eq!(update(vec![fails(404)]).await, (Err(CrmError::NotFound), 1));
    let body = json!({
        "status": "error", "category": "VALIDATION_ERROR", "correlationId": "x",
        "message": "Property values were not valid: ada@example.com is taken",
        "errors": [{
            "message": "ada@example.com is taken", "code": "CONFLICTING_UNIQUE_VALUE",
            "in": "email", "context": { "propertyName": ["email"], "value": ["ada@example.com"] },
        }, { "message": "x", "code": "ada@example.com" }],
    });
    let (result, asked) = update(vec![reply(400, &body)]).await;
    let error = result.unwrap_err();
    assert_eq!(asked, 1);
    assert_eq!(
        error.to_string(),
        "the CRM refuses: status 400, VALIDATION_ERROR: CONFLICTING_UNIQUE_VALUE email"
    );
    assert!(!format!("{error:?}").contains("ada@"));
    let (result, _) = update(vec![Reply::Answer(418, "", b"<html>".to_vec())]).await;
    let text = result.unwrap_err().to_string();
    assert_eq!(text, "the CRM refuses: status 418, no category");
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_token_away() {
    let elsewhere = Server::start(vec![fails(200)]).await;
    let headers: &'static str =
        Box::leak(format!("location: {}/\r\n", elsewhere.address()).into_boxed_str());
    let (result, asked) = update(vec![Reply::Answer(307, headers, Vec::new())]).await;
    let refused = CrmError::Refused {
        why: "status 307, no category".to_owned(),
    };
    assert_eq!(result, Err(refused));
    assert_eq!((asked, elsewhere.asked().len()), (1, 0));
}

#[tokio::test]
async fn an_answer_that_is_not_as_documented_is_said() {
    for (body, says) in [
        (&b"<html>"[..], "not JSON at line 1, column 1"),
        (b"{}", "`results` is missing"),
        (b"[]", "`results` is missing"),
        (b"", "`results` is missing"),
        (b"{\"results\":[{}]}", "an owner has no `id`"),
    ] {
        let server = Server::start(vec![Reply::Answer(200, "", body.to_vec())]).await;
        let error = client(&server).owners().await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert!(!error.is_retryable());
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn nobody_listening_is_unavailable() {
    // A port that is taken, so that nobody else gets it, and on which nobody listens.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = format!("http://{}", taken.local_addr().unwrap());
    let patience = Patience {
        tries: 1,
        ..Patience::default()
    };
    let nobody = HubSpot::new(&address, "a-token", Unlimited)
        .unwrap()
        .with_patience(patience);
    assert_eq!(
        nobody.owners().await,
        Err(unavailable("no connection", false))
    );
}

/// A bucket that lets this many requests through.
struct Bucket(AtomicU32);

impl Budget for Bucket {
    async fn take(&self) -> Result<(), Duration> {
        let one_less = |left: u32| left.checked_sub(1);
        match self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less)
        {
            Ok(_) => Ok(()),
            Err(_) => Err(Duration::from_secs(4)),
        }
    }
}

#[tokio::test]
async fn every_try_takes_from_the_budget_and_an_empty_one_sends_nothing() {
    let server = Server::start(vec![fails(503), fails(503), fails(503)]).await;
    let client = HubSpot::new(&server.address(), "a-token", Bucket(AtomicU32::new(2)))
        .unwrap()
        .with_patience(Patience {
            first_wait: Duration::from_micros(1),
            ..Patience::default()
        });
    let retry_after = Duration::from_secs(4);
    let expected = Err(CrmError::RateLimited { retry_after });
    assert_eq!(client.owners().await, expected);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_client_needs_a_usable_address_and_token() {
    let new = |address: &str, token: &str| HubSpot::new(address, token, Unlimited).map(|_| ());
    assert_eq!(new("https://api.hubapi.com", "t"), Ok(()));
    assert_eq!(new("http://127.0.0.1:8080/", "t"), Ok(()));
    for wrong in [
        "",
        "api.hubapi.com",
        "ftp://x/",
        "https://a/?q=1",
        "https://u:p@a/",
        "data:x",
    ] {
        let expected = Err(SetupError::Address(wrong.to_owned()));
        assert_eq!(new(wrong, "t"), expected, "{wrong}");
    }
    let clear = "http://api.hubapi.com";
    assert_eq!(
        new(clear, "t"),
        Err(SetupError::ClearText(clear.to_owned()))
    );
    for wrong in ["", " ", "a\nb"] {
        assert_eq!(new("https://a", wrong), Err(SetupError::Token), "{wrong:?}");
    }
    let client = HubSpot::new("https://a", "a-secret-token", Unlimited).unwrap();
    assert!(!format!("{client:?}").contains("secret"));
}
