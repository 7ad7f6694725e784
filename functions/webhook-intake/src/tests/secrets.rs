//! Whom a webhook is believed to come from, and when a secret is read again.

use super::*;

fn unavailable() -> SecretError {
    SecretError::Unavailable {
        name: SECRET.to_owned(),
        why: "no answer".to_owned(),
    }
}

#[tokio::test]
async fn what_is_forged_is_refused_and_nothing_of_it_is_taken() {
    let tested = intake();
    let mut unsigned = signed("right", "contacts/7");
    unsigned.headers.clear();
    let mut altered = signed("right", "contacts/7");
    altered.body = Body::Bytes(b"contacts/8".to_vec());
    let mut elsewhere = signed("right", "contacts/7");
    elsewhere.query = "more=1".to_owned();
    assert_eq!(tested.status(unsigned, 0).await, 401);
    // It may be the CRM with a secret that is not here yet: it is to send it again.
    for forged in [signed("wrong", "contacts/7"), altered, elsewhere] {
        assert_eq!(tested.status(forged, 0).await, 503);
    }
    assert!(tested.bus.took().is_empty());
}

/// The name under which a request arrives behind the gateway is not the one that was signed.
#[tokio::test]
async fn the_public_address_is_the_one_that_is_signed() {
    let tested = intake();
    let mut queried = to("/webhooks/hubspot?more=1", "right", "contacts/7");
    queried.path = "/webhooks/hubspot".to_owned();
    queried.query = "more=1".to_owned();
    assert_eq!(tested.status(queried, 0).await, 200);
    let own_name = WebhookIntake::new(
        tested.bus.clone(),
        &tested.secrets,
        BTreeMap::from([(SourceName::new("hubspot").unwrap(), TestWebhooks)]),
        example_model(),
        None,
    );
    let mut request = signed("right", "contacts/7");
    assert_eq!(own_name.answer(request.clone(), at(NOW)).await.status, 503);
    request.host = "hooks.example".to_owned();
    assert_eq!(own_name.answer(request, at(NOW)).await.status, 200);
}

#[tokio::test]
async fn a_secret_is_read_once_for_many_webhooks() {
    let tested = intake();
    for seconds in 0..5 {
        let request = signed("right", "contacts/7");
        assert_eq!(tested.status(request, 100 * seconds).await, 200);
    }
    assert_eq!(tested.secrets.reads(SECRET), 1);
}

/// Anybody can send what is signed wrongly; not each time is a secret read.
#[tokio::test]
async fn a_flood_of_forgeries_is_no_flood_of_reads() {
    let tested = intake();
    for seconds in 0..60 {
        let forged = signed("wrong", "contacts/7");
        assert_eq!(tested.status(forged, seconds).await, 503);
    }
    assert_eq!(tested.secrets.reads(SECRET), 2);
    assert_eq!(tested.status(signed("wrong", "contacts/7"), 60).await, 503);
    assert_eq!(tested.secrets.reads(SECRET), 3);
}

/// What is not signed at all says nothing of the secret.
#[tokio::test]
async fn what_lacks_a_signature_is_no_reason_to_read_the_secret_again() {
    let tested = intake();
    let mut unsigned = signed("right", "contacts/7");
    unsigned.headers.clear();
    assert_eq!(tested.status(unsigned, 0).await, 401);
    assert_eq!(tested.secrets.reads(SECRET), 1);
}

#[tokio::test]
async fn a_secret_that_was_changed_is_read_at_the_first_mismatch() {
    let tested = intake();
    assert_eq!(tested.status(signed("right", "contacts/7"), 0).await, 200);
    tested.secrets.now(SECRET, Ok("newer"));
    assert_eq!(tested.status(signed("newer", "contacts/7"), 1).await, 200);
    assert_eq!(tested.secrets.reads(SECRET), 2);
    assert_eq!(tested.status(signed("right", "contacts/7"), 2).await, 503);
    assert_eq!(tested.status(signed("newer", "contacts/7"), 3).await, 200);
    assert_eq!(tested.secrets.reads(SECRET), 2);
}

/// The CRM signs with the new secret an hour before anybody enters it here, and sends again what was not taken.
#[tokio::test]
async fn a_secret_that_is_entered_late_costs_no_webhook() {
    let tested = intake();
    assert_eq!(tested.status(signed("newer", "contacts/7"), 0).await, 503);
    tested.secrets.now(SECRET, Ok("newer"));
    assert_eq!(
        tested.status(signed("newer", "contacts/7"), 3_600).await,
        200
    );
    assert_eq!(tested.bus.took().len(), 1);
}

#[tokio::test]
async fn an_empty_secret_never_takes_the_place_of_a_good_one() {
    let tested = intake();
    assert_eq!(tested.status(signed("right", "contacts/7"), 0).await, 200);
    for empty in ["", "  \n"] {
        tested.secrets.now(SECRET, Ok(empty));
        // Whoever signs with nothing is not believed.
        assert_ne!(tested.status(signed(empty, "contacts/7"), 100).await, 200);
        assert_eq!(tested.status(signed("right", "contacts/7"), 101).await, 200);
    }
}

#[tokio::test]
async fn an_empty_secret_is_never_used_and_one_that_becomes_right_is_used_at_once() {
    let tested = intake();
    tested.secrets.now(SECRET, Ok(""));
    for request in [signed("", "contacts/7"), signed("right", "contacts/7")] {
        assert_eq!(tested.status(request, 0).await, 503);
    }
    assert!(tested.bus.took().is_empty());
    tested.secrets.now(SECRET, Ok("right"));
    assert_eq!(tested.status(signed("right", "contacts/7"), 0).await, 200);
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_is_a_failure_of_ours() {
    let tested = intake();
    tested.secrets.now(SECRET, Err(unavailable()));
    assert_eq!(tested.status(signed("right", "contacts/7"), 0).await, 503);
    tested.secrets.now(SECRET, Ok("right"));
    assert_eq!(tested.status(signed("right", "contacts/7"), 0).await, 200);
}

/// The CRM signs with the one or the other while people change it there and here.
#[tokio::test]
async fn during_a_rotation_two_secrets_are_valid() {
    let tested = intake();
    assert_eq!(tested.status(signed("right", "contacts/7"), 0).await, 200);
    tested.secrets.now(SECRET, Ok("newer"));
    tested.secrets.before(Some(Ok("right")));
    for seconds in 1..50 {
        for secret in ["right", "newer"] {
            let request = signed(secret, "contacts/7");
            assert_eq!(tested.status(request, seconds).await, 200, "{secret}");
        }
        let forged = signed("forged", "contacts/7");
        assert_eq!(tested.status(forged, seconds).await, 503);
    }
    assert_eq!(tested.secrets.reads(SECRET), 2);

    // Taken out, it is valid until the secret is read again.
    tested.secrets.before(None);
    assert_eq!(
        tested.status(signed("forged", "contacts/7"), 100).await,
        503
    );
    assert_eq!(tested.status(signed("right", "contacts/7"), 101).await, 503);
    assert_eq!(tested.status(signed("newer", "contacts/7"), 101).await, 200);
}

/// A process that starts during a rotation has read the new one alone.
#[tokio::test]
async fn the_one_before_is_found_at_the_first_mismatch() {
    let tested = intake();
    tested.secrets.now(SECRET, Ok("newer"));
    tested.secrets.before(Some(Ok("right")));
    assert_eq!(tested.status(signed("right", "contacts/7"), 0).await, 200);
}

#[tokio::test]
async fn an_empty_secret_before_is_none_and_one_that_cannot_be_read_stays_known() {
    let tested = intake();
    tested.secrets.now(SECRET, Ok("newer"));
    tested.secrets.before(Some(Ok(" ")));
    for secret in ["", " "] {
        assert_eq!(tested.status(signed(secret, "contacts/7"), 0).await, 503);
    }
    tested.secrets.before(Some(Ok("right")));
    assert_eq!(tested.status(signed("right", "contacts/7"), 100).await, 200);
    tested.secrets.before(Some(Err(unavailable())));
    assert_eq!(tested.status(signed("wrong", "contacts/7"), 200).await, 503);
    assert_eq!(tested.status(signed("right", "contacts/7"), 201).await, 200);
}
