//! What a link opens, for whom, and how often.

use super::*;

#[tokio::test]
async fn opening_a_link_shows_the_record_and_asks_for_nothing() {
    let tested = Tested::new().await;
    let open = deviating("no_contact", Severity::Medium, at(NOW));
    put(&tested.store, Key::deviations(&record_id("lead:1")), &open).await;
    let link = tested.link(|_| {}).await;
    for _ in 0..3 {
        let page = tested.get(&link).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(
            page.body
                .contains("No contact: since Mon 23 Nov 2026, 13:00 CET")
        );
        assert!(page.body.contains("owner Anna Vogel"));
    }
    let head = tested.call("HEAD", &link, "", NOW).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(tested.bus.took(), []);
}

#[tokio::test]
async fn a_page_cannot_be_broken_out_of_and_is_kept_and_framed_by_nobody() {
    let tested = Tested::new().await;
    let page = tested.get(&tested.link(|_| {}).await).await;
    assert!(
        page.body.contains("&lt;b&gt;Ada&lt;/b&gt; &amp; Co<"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("<b>"));
    let header = |name: &str| page.headers.get(name).map(String::as_str);
    let policy = header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert_eq!(header("referrer-policy"), Some("no-referrer"));
    assert_eq!(header("x-robots-tag"), Some("noindex, nofollow"));
    assert_eq!(header("cache-control"), Some("no-store"));
    // A refusal is sent with the same.
    assert_eq!(tested.get("/views/nonsense").await.headers, page.headers);
}

#[test]
fn the_style_is_the_one_that_the_policy_allows() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use sha2::{Digest, Sha256};
    let hash = STANDARD.encode(Sha256::digest(style::STYLE.as_bytes()));
    assert_eq!(style::STYLE_HASH, format!("sha256-{hash}"));
}

#[tokio::test]
async fn the_form_has_the_record_looked_at_again_once_for_each_showing() {
    let tested = Tested::new().await;
    let link = tested.link(|_| {}).await;
    let form = form_of(&tested.get(&link).await);
    for _ in 0..2 {
        let answer = tested.call("POST", &link, &form, NOW).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains("reads it in the CRM again"));
    }
    let later = "2026-11-23T12:10:00Z";
    let shown = tested.call("GET", &link, "", later).await;
    assert_eq!(
        tested
            .call("POST", &link, &form_of(&shown), later)
            .await
            .status,
        200
    );
    let took = tested.bus.took();
    let ids: Vec<&EventId> = took.iter().map(|event| &event.id).collect();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[1], ids[2]);
    for event in &took {
        assert_eq!(event.record, Some(record_id("lead:1")));
        assert!(matches!(
            event.data,
            EventData::RecordNoticed { deleted: false, .. }
        ));
    }
}

#[tokio::test]
async fn a_form_that_was_not_shown_under_this_link_does_nothing() {
    let tested = Tested::new().await;
    let link = tested.link(|_| {}).await;
    let other = tested
        .link(|link| link.mail = EventId::of(&["another mail"]))
        .await;
    let form = form_of(&tested.get(&link).await);
    let (shown, token) = form.split_once('&').unwrap();
    let later = format!("shown={}1&{token}", shown.trim_start_matches("shown="));
    for (path, body) in [
        (&link, ""),
        (&link, "shown=1&token=x"),
        (&link, shown),
        (&link, later.as_str()),
        (&other, form.as_str()),
    ] {
        assert_eq!(
            tested.call("POST", path, body, NOW).await.status,
            400,
            "{body}"
        );
    }
    let next_morning = "2026-11-24T06:00:00Z";
    let stale = tested.call("POST", &link, &form, next_morning).await;
    assert_eq!(stale.status, 400);
    assert!(stale.body.contains("shown too long ago"), "{}", stale.body);
    assert_eq!(tested.bus.took(), []);
}

#[tokio::test]
async fn the_right_is_asked_for_at_each_use() {
    let tested = Tested::new().await;
    let status = async |person: &str| {
        let link = tested
            .link(|link| link.person = PersonId::new(person))
            .await;
        tested.get(&link).await.status
    };
    // jonas is anna's manager, carla his; ben is a colleague; nobody is in no model.
    for (person, expected) in [
        ("anna", 200),
        ("jonas", 200),
        ("carla", 200),
        ("ben", 403),
        ("nobody", 403),
    ] {
        assert_eq!(status(person).await, expected, "{person}");
    }
    let link = tested.link(|_| {}).await;
    let form = form_of(&tested.get(&link).await);
    // The lead goes to maya: anna's link opens nothing any more, though the page is still before her.
    let routing = RoutingState {
        status: RoutingStatus::Routed,
        owner: Some(PersonId::new("maya")),
        rule: "r".to_owned(),
        pool: None,
        at: at(NOW),
        out_of_turn: false,
        reassigned: Vec::new(),
        taken_from: [PersonId::new("anna")].into(),
        refused: [].into(),
        counted: None,
        sequence: 0,
        waits: None,
        rerouted: Vec::new(),
        put_off: None,
        held_until: None,
        observed_until: None,
        asked: None,
        identity: None,
        joined: None,
    };
    put(&tested.store, Key::routing(&record_id("lead:1")), &routing).await;
    assert_eq!(tested.call("POST", &link, &form, NOW).await.status, 403);
    assert_eq!(status("maya").await, 200);
    assert_eq!(tested.bus.took(), []);
}

#[tokio::test]
async fn a_link_ends_and_can_be_revoked() {
    let tested = Tested::new().await;
    let link = tested.link(|_| {}).await;
    assert_eq!(
        tested
            .call("GET", &link, "", "2026-11-24T11:59:59Z")
            .await
            .status,
        200
    );
    assert_eq!(
        tested
            .call("GET", &link, "", "2026-11-24T12:00:00Z")
            .await
            .status,
        410
    );
    let form = form_of(&tested.get(&link).await);
    let revoked = revoke(
        &LinksState::default(),
        &PersonId::new("anna"),
        None,
        at(NOW),
    );
    put(&tested.store, Key::links(), &revoked.links).await;
    let refused = tested.get(&link).await;
    assert_eq!(refused.status, 410);
    assert!(refused.body.contains("was revoked"), "{}", refused.body);
    assert_eq!(tested.call("POST", &link, &form, NOW).await.status, 410);
    let newer = tested
        .link(|link| link.issued = at(NOW) + SignedDuration::from_secs(1))
        .await;
    assert_eq!(tested.get(&newer).await.status, 200);
    assert_eq!(tested.bus.took(), []);
}

#[tokio::test]
async fn what_is_no_link_of_ours_is_refused_without_a_look_at_the_table() {
    let tested = Tested::new().await;
    let link = tested.link(|_| {}).await;
    for path in [
        "/views/".to_owned(),
        "/views".to_owned(),
        "/".to_owned(),
        format!("{link}x"),
        format!("{link}/more"),
        format!("/other{link}"),
        link.replacen("v1.", "v1.0", 1),
        format!("/views/{}", "a.".repeat(5_000)),
    ] {
        let refused = tested.get(&path).await;
        assert_eq!(refused.status, 403, "{path}");
        assert!(!refused.body.contains("Ada"));
    }
    let put = tested.call("PUT", &link, "", NOW).await;
    assert_eq!(
        (put.status, put.headers.get("allow").map(String::as_str)),
        (405, Some("GET, HEAD, POST"))
    );
    let unknown = tested
        .link(|link| link.record = Some(record_id("lead:2")))
        .await;
    assert_eq!(tested.get(&unknown).await.status, 404);
}

#[tokio::test]
async fn what_is_ours_to_mend_is_said_as_such() {
    let tested = Tested::new().await;
    let link = tested.link(|_| {}).await;
    let form = form_of(&tested.get(&link).await);
    tested.bus.refuses();
    let refused = tested.call("POST", &link, &form, NOW).await;
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("try again"), "{}", refused.body);
    let fresh = Tested::new().await;
    fresh.vault.is_empty();
    let refused = fresh.get(&link).await;
    assert_eq!(refused.status, 503);
    assert!(!refused.body.contains("link_key"), "{}", refused.body);
}
