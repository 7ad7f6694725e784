use serde_json::json;

use crate::{
    expect::{SOON, eventually},
    stack::stack,
};

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn what_is_not_signed_by_the_crm_is_refused() {
    let stack = stack().await;
    let events = json!([stack.creation("contact.creation", 900_001)]);
    let mut unsigned = stack.webhook(&events);
    unsigned.unsigned = true;
    let mut stale = stack.webhook(&events);
    stale.timestamp_ms -= 6 * 60 * 1000;
    let mut tampered = stack.webhook(&events);
    tampered.tampered = Some(b' ');
    let mut foreign_secret = stack.webhook(&events);
    foreign_secret.secret = "another secret".to_owned();
    for (webhook, status, what) in [
        (unsigned, 401, "unsigned"),
        (stale, 401, "stale"),
        // The CRM would send these again: the secret here may be the wrong one.
        (tampered, 503, "tampered"),
        (foreign_secret, 503, "signed with another secret"),
    ] {
        let answer = stack.send(webhook).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
    }
    assert_eq!(stack.state("lead:900001", "record").await, None);
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn what_cannot_be_read_is_said_to_be_so() {
    let stack = stack().await;
    let mut no_json = stack.webhook(&json!([]));
    no_json.body = b"[{".to_vec();
    let answer = stack.send(no_json).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert!(answer.body.contains("line 1"), "{}", answer.body);
    let mut large = stack.webhook(&json!([]));
    large.body = vec![b' '; 1024 * 1024 + 3];
    let answer = stack.send(large).await;
    assert_eq!(answer.status, 413, "{}", answer.body);
    let mut another = stack.creation("contact.creation", 900_002);
    another["portalId"] = json!(1);
    let webhook = stack.webhook(&json!([another]));
    let answer = stack.send(webhook).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn an_unknown_subscription_is_kept_in_quarantine_with_the_reason() {
    let stack = stack().await;
    let events = json!([stack.creation("conversation.creation", 900_003)]);
    for _ in 0..2 {
        let answer = stack.send(stack.webhook(&events)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains("\"quarantined\":1"), "{}", answer.body);
    }
    let today = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let kept = eventually("the quarantine", SOON, || async {
        let items = stack.items(&format!("Q#{today}")).await;
        let ours: Vec<_> = items
            .into_iter()
            .map(|it| it.body.json().unwrap())
            .filter(|it| it["object"] == "900003")
            .collect();
        (!ours.is_empty()).then_some(ours)
    })
    .await;
    assert_eq!(kept.len(), 1, "the same event is kept once");
    assert_eq!(kept[0]["subscription"], "conversation.creation");
    assert!(kept[0]["reason"].as_str().unwrap().contains("subscription"));
}
