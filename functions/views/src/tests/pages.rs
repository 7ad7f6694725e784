//! What somebody who signs in is shown, and what nobody else is.

use contracts::{EventData, Indexes, state::Waits};
use serde_json::json;
use store::{Transaction, put_state};

use super::*;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doubles::ISSUER;

const PAGES: [&str; 6] = ["mine", "pools", "queues", "operate", "numbers", "audit"];

impl Tested {
    /// One at which people sign in.
    pub(super) async fn open() -> Self {
        Self::new().await.opened()
    }

    /// The same, and people sign in.
    pub(super) fn opened(self) -> Self {
        let mut tested = self;
        let web = TestWeb::default();
        let given = (tested.vault.clone(), "sign-in");
        let sign_in = SignIn::new(
            web.clone(),
            (ISSUER, "fairlead"),
            given,
            "https://gtm.example/",
        );
        tested.views = tested.views.with_sign_in(sign_in);
        tested.web = web;
        tested
    }

    pub(super) async fn ask(
        &self,
        (method, name): (&str, &str),
        cookie: &str,
        body: &str,
    ) -> Answer {
        let (path, query) = name.split_once('?').unwrap_or((name, ""));
        let request = Request {
            method: method.to_owned(),
            path: format!("{LINKS_PATH}{path}"),
            query: query.to_owned(),
            headers: BTreeMap::from([("cookie".to_owned(), format!("other=1; {cookie}"))]),
            body: Body::Bytes(body.as_bytes().to_vec()),
            ..Request::default()
        };
        self.views.answer(request, at(NOW)).await
    }

    /// Has the provider say that it is somebody, and comes back: the answer, and where it was begun.
    pub(super) async fn comes_back(
        &self,
        change: impl FnOnce(&mut serde_json::Value),
    ) -> (Answer, String) {
        self.comes_back_to("sign-in?to=pools", change).await
    }

    /// The same, of a signing in that was begun at this address.
    async fn comes_back_to(
        &self,
        begin: &str,
        change: impl FnOnce(&mut serde_json::Value),
    ) -> (Answer, String) {
        let begun = self.ask(("GET", begin), "", "").await;
        assert_eq!(begun.status, 303, "{}", begun.body);
        let sent_to = begun.headers["location"].clone();
        let of = |name: &str| crate::address::value_of(&sent_to, name).unwrap();
        let mut claims = json!({ "iss": ISSUER, "aud": "fairlead", "nonce": of("nonce"), "email_verified": true,
            "email": "Anna@northwind.example", "exp": at(NOW).as_second() + 300 });
        change(&mut claims);
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        self.web.with(|it| it.id_token = token);
        let back = format!("signed-in?code=c%2F1&state={}", of("state"));
        let came = self.ask(("GET", &back), &kept(&begun), "").await;
        (came, sent_to)
    }

    /// The cookie of somebody who is signed in.
    pub(super) async fn signed_in(&self, person: &str) -> String {
        let email = format!("{person}@northwind.example");
        let (came, _) = self.comes_back(|it| it["email"] = json!(email)).await;
        assert_eq!(came.status, 303, "{}", came.body);
        kept(&came)
    }

    /// Leads of somebody, each with a deviation.
    async fn deviates(&self, person: &str, ids: std::ops::Range<u32>) {
        for id in ids {
            let record =
                lead(&id.to_string(), at(NOW)).text("name", &format!("Lead {person} {id}"));
            let record = record.owner(person).build();
            let open = deviating("late_response", Severity::Medium, at(NOW));
            let indexes = Indexes {
                person: Some(person.to_owned()),
                ..Indexes::default()
            };
            self.indexed(Key::deviations(&record.id), &open, indexes)
                .await;
            keep(&self.store, record).await;
        }
    }

    pub(super) async fn indexed<T: store::ItemState>(&self, key: Key, state: &T, indexes: Indexes) {
        let transaction = Transaction {
            puts: vec![put_state::<_, ()>(key, state, None, indexes)],
            checks: Vec::new(),
        };
        self.store.commit(transaction).await.unwrap();
    }

    /// A deal in the queue of revenue operations.
    pub(super) async fn queued(&self) {
        let deal = testkit::opportunity("5", at(NOW))
            .text("name", "Big deal")
            .build();
        let mut routing = RoutingState::waiting("unowned_deal", at(NOW));
        let until = at("2026-11-24T12:00:00Z");
        routing.waits = Some(Waits {
            facts: std::collections::BTreeSet::new(),
            person: None,
            queue: Some("deal_desk".to_owned()),
            until,
        });
        let indexes = Indexes {
            due: Some(("due#1".to_owned(), until)),
            ..Indexes::default()
        };
        self.indexed(Key::routing(&deal.id), &routing, indexes)
            .await;
        keep(&self.store, deal).await;
    }
}

/// What the browser keeps after an answer.
fn kept(answer: &Answer) -> String {
    let cookie = &answer.headers["set-cookie"];
    for part in [
        "__Host-fairlead=",
        "; Path=/;",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Secure",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    cookie.split_once(';').unwrap().0.to_owned()
}

#[tokio::test]
async fn somebody_signs_in_with_state_nonce_and_pkce_and_lands_where_they_wanted() {
    let tested = Tested::open().await;
    let closed = tested.ask(("GET", "pools"), "", "").await;
    assert_eq!(closed.headers["location"], "/views/sign-in?to=pools");
    let (came, sent_to) = tested.comes_back(|_| ()).await;
    assert_eq!(came.headers["location"], "/views/pools");
    assert!(sent_to.starts_with("https://issuer.example/authorize?response_type=code&client_id=fairlead&redirect_uri=https%3A%2F%2Fgtm.example%2Fviews%2Fsigned-in&"));
    let (who, form) = tested.web.with(|it| it.forms[0].clone());
    assert_eq!(who, "fairlead:s%261", "as RFC 6749 has them written");
    let of = |text: &str, name: &str| crate::address::value_of(text, name).unwrap();
    assert_eq!(of(&form, "code"), "c/1");
    use sha2::Digest as _;
    let challenge = URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(of(&form, "code_verifier")));
    assert_eq!(of(&sent_to, "code_challenge"), challenge);
    let page = tested.ask(("GET", "pools"), &kept(&came), "").await;
    assert_eq!(page.status, 200, "{}", page.body);
}

#[tokio::test]
async fn a_page_about_a_record_is_where_somebody_lands_once_they_are_signed_in() {
    let tested = Tested::open().await;
    let closed = tested.ask(("GET", "answer?of=lead%3A1"), "", "").await;
    let to = closed.headers["location"].clone();
    assert_eq!(to, "/views/sign-in?to=answer&of=lead%3A1");
    let to = to.strip_prefix("/views/").unwrap();
    let (came, _) = tested.comes_back_to(to, |_| ()).await;
    assert_eq!(came.headers["location"], "/views/answer?of=lead%3A1");
    // Nowhere but to a page of ours, whatever the address says.
    for elsewhere in ["sign-in?to=//evil.example", "sign-in?to=sign-out&of=x"] {
        let (came, _) = tested.comes_back_to(elsewhere, |_| ()).await;
        let to = &came.headers["location"];
        assert!(to.starts_with("/views/") && !to.contains("evil"), "{to}");
    }
    let long = format!("sign-in?to=answer&of={}", "x".repeat(500));
    let (came, _) = tested.comes_back_to(&long, |_| ()).await;
    assert_eq!(came.headers["location"], "/views/answer");
}

#[tokio::test]
async fn whoever_is_not_of_the_model_or_comes_back_otherwise_is_not_signed_in() {
    let tested = Tested::open().await;
    for (name, value, status) in [
        ("email", json!("eve@northwind.example"), 403),
        ("email_verified", json!(false), 403),
        ("nonce", json!("x"), 502),
        ("aud", json!("other"), 502),
    ] {
        let (came, _) = tested.comes_back(|it| it[name] = value).await;
        assert_eq!(came.status, status, "{name}: {}", came.body);
        assert!(!came.headers.contains_key("set-cookie"));
    }
    let begun = tested.ask(("GET", "sign-in"), "", "").await;
    for back in ["signed-in?code=c&state=x", "signed-in?code=c", "signed-in"] {
        let came = tested.ask(("GET", back), &kept(&begun), "").await;
        assert_eq!(came.status, 400, "{back}");
    }
    // What is under way is no session, and neither is anything invented.
    for cookie in [
        kept(&begun),
        "__Host-fairlead=s1.x.y.z".to_owned(),
        "fairlead=x".to_owned(),
    ] {
        let page = tested.ask(("GET", "mine"), &cookie, "").await;
        assert_eq!(page.status, 303, "{cookie}");
    }
    let off = Tested::new().await.get("/views/mine").await;
    assert_eq!(off.status, 404);
    assert!(off.body.contains("SignInIssuer"));
}

#[tokio::test]
async fn each_reader_is_shown_what_is_theirs_and_nothing_of_others() {
    let tested = Tested::open().await;
    tested.deviates("anna", 10..12).await;
    tested.deviates("ben", 20..21).await;
    tested.deviates("maya", 30..31).await;
    let shown = async |person: &str, name: &str| {
        let cookie = tested.signed_in(person).await;
        tested.ask(("GET", name), &cookie, "").await
    };
    let anna = shown("anna", "mine").await;
    assert_eq!(anna.status, 200);
    assert!(anna.body.contains("To put right: 2") && anna.body.contains("Lead anna 10"));
    assert!(!anna.body.contains("Lead ben") && !anna.body.contains("Lead maya"));
    let jonas = shown("jonas", "team").await;
    for seen in ["Lead anna 11", "Lead ben 20", "Anna Vogel"] {
        assert!(jonas.body.contains(seen), "{seen}");
    }
    assert!(!jonas.body.contains("Lead maya"));
    assert!(shown("carla", "team").await.body.contains("Lead maya"));
    for (person, name, status) in [
        ("anna", "team", 403),
        ("anna", "operate", 403),
        ("olga", "operate", 200),
        ("anna", "record?of=lead%3A10", 200),
        ("anna", "record?of=lead%3A20", 404),
        ("anna", "record?of=lead%3A99", 404),
        ("jonas", "record?of=lead:20", 200),
    ] {
        assert_eq!(shown(person, name).await.status, status, "{person} {name}");
    }
}

#[tokio::test]
async fn somebody_who_left_reads_nothing_with_the_session_they_had() {
    let tested = Tested::open().await;
    let cookie = tested.signed_in("nina").await;
    let piece = "nina:  { name: Nina Falk, ";
    let left = testkit::example_with(
        "people.yaml",
        piece,
        &format!("{piece} left: \"2026-11-23\", "),
    );
    let gone = Tested {
        views: tested.views.with_rules(testkit::rules(left)),
        ..tested
    };
    let page = gone.ask(("GET", "mine"), &cookie, "").await;
    assert_eq!(page.status, 403, "{}", page.body);
}

#[tokio::test]
async fn whoever_is_of_the_team_takes_from_its_queue_and_only_by_the_form() {
    let tested = Tested::open().await;
    tested.queued().await;
    let anna = tested.signed_in("anna").await;
    let seen = tested.ask(("GET", "queues"), &anna, "").await;
    assert!(seen.body.contains("The deal desk: 1") && !seen.body.contains("Big deal"));
    let olga = tested.signed_in("olga").await;
    let page = tested.ask(("GET", "queues"), &olga, "").await;
    assert!(page.body.contains("Big deal"), "{}", page.body);
    let token = |page: &Answer| {
        let (_, rest) = page.body.split_once("name=\"token\" value=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let body = |token: &str| format!("token={token}&record=opportunity%3A5");
    for (cookie, sent, status) in [
        (&olga, "record=opportunity%3A5".to_owned(), 400),
        (&olga, body("x"), 400),
        (&olga, body(&token(&seen)), 400),
        (&anna, body(&token(&seen)), 409),
        (&olga, format!("token={}&record=x", token(&page)), 400),
    ] {
        let refused = tested.ask(("POST", "queues"), cookie, &sent).await;
        assert_eq!(refused.status, status, "{sent}: {}", refused.body);
    }
    assert_eq!(
        tested
            .ask(("POST", "queues"), "", &body(&token(&page)))
            .await
            .status,
        303
    );
    assert!(tested.bus.took().is_empty());
    let taken = tested
        .ask(("POST", "queues"), &olga, &body(&token(&page)))
        .await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    let took = tested.bus.took();
    assert!(matches!(took[0].data, EventData::CrmWriteRequested { .. }));
    let out = tested
        .ask(
            ("POST", "sign-out"),
            &olga,
            &format!("token={}", token(&page)),
        )
        .await;
    assert!(out.headers["set-cookie"].starts_with("__Host-fairlead=; ") && out.status == 200);
}

#[tokio::test]
async fn a_page_of_more_than_it_holds_stays_short_whole_and_cheap() {
    let tested = Tested::open().await;
    tested.deviates("anna", 1000..1600).await;
    tested.queued().await;
    for (person, name) in [("anna", "mine"), ("jonas", "team"), ("olga", "operate")] {
        let cookie = tested.signed_in(person).await;
        let page = tested.ask(("GET", name), &cookie, "").await;
        assert_eq!(page.status, 200);
        assert!(page.body.len() <= 100_000, "{name}: {}", page.body.len());
        if name != "operate" {
            assert!(page.body.contains("To put right: 600") && page.body.contains("more, which"));
        }
    }
}

#[tokio::test]
async fn every_page_is_well_formed_and_each_of_its_forms_has_a_token() {
    let tested = Tested::open().await;
    tested.deviates("olga", 10..13).await;
    tested.queued().await;
    let cookie = tested.signed_in("olga").await;
    for name in PAGES.into_iter().chain(["record?of=lead:10"]) {
        let page = tested.ask(("GET", name), &cookie, "").await;
        assert_eq!(page.status, 200, "{name}");
        let wrong = testkit::wrong_with(&page.body, 100_000);
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        let forms = page.body.matches("<form ").count();
        let tokens = page.body.matches("name=\"token\"").count();
        assert!(forms > 0 && forms == tokens, "{name}: {forms} forms");
        assert!(page.headers["content-security-policy"].contains("form-action 'self'"));
    }
}

/// The colours of the style, in the light and in the dark: text on its ground, and white on a button.
#[test]
fn every_colour_can_be_read_as_wcag_aa_asks() {
    let (light, dark) = style::STYLE.split_once("@media").unwrap();
    for part in [light, dark] {
        let colour = |name: &str| testkit::colour(part, name);
        for ink in ["ink", "faint", "bad", "good", "link"] {
            let contrast = testkit::contrast(colour(ink), colour("ground"));
            assert!(contrast >= 4.5, "{ink}: {contrast}");
        }
        assert!(testkit::contrast(colour("act"), "#fff") >= 4.5);
    }
}
