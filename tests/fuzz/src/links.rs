//! Signed links, and the forms of the pages that they open: both come from whoever has a browser.

use std::sync::Arc;

use contracts::{EventId, Link, LinkAction};
use crm::PersonId;
use engine::{
    LINKS_PATH, LinkKeys,
    webhooks::{Answer, Body, Request, WebhookHandler},
};
use jiff::{SignedDuration, Timestamp};
use store::MemoryStore;
use views::Views;

use crate::ports::{Kept, NoWeb, OneSecret, now};

struct Pages {
    bus: Kept,
    function: Views<Arc<MemoryStore>, Kept, OneSecret, NoWeb>,
    link: String,
}

thread_local! {
    static PAGES: Pages = now(pages());
}

fn noon() -> Timestamp {
    testkit::at("2026-11-25T12:00:00Z")
}

async fn pages() -> Pages {
    let (store, bus) = (Arc::new(MemoryStore::new()), Kept::default());
    let lead = testkit::lead("1", noon()).text("name", "Ada").owner("anna");
    testkit::keep(&store, lead.build()).await;
    let keys = LinkKeys::new(&OneSecret, "links");
    let link = Link {
        person: PersonId::new("anna"),
        record: Some(testkit::record_id("lead:1")),
        action: LinkAction::LookAgain,
        mail: EventId::of(&["a mail"]),
        issued: noon() - SignedDuration::from_hours(1),
        until: noon() + SignedDuration::from_hours(24),
    };
    let signer = keys.signer("", noon()).await.unwrap();
    Pages {
        function: Views::new(store, bus.clone(), keys, testkit::example_rules()),
        bus,
        link: signer.signed_link(&link).unwrap(),
    }
}

fn call(pages: &Pages, method: &str, (path, query): (&str, &str), body: Body) -> Answer {
    let request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        body,
        ..Request::default()
    };
    now(pages.function.answer(request, noon()))
}

/// An address that is not the one which was signed opens nothing, and nothing is asked of anybody.
pub(crate) fn address(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (path, query) = text.split_once('?').unwrap_or((&text, ""));
    PAGES.with(|pages| {
        let path = format!("{LINKS_PATH}{path}");
        let answer = call(pages, "GET", (&path, query), Body::default());
        let known = path == pages.link;
        assert_eq!(answer.status == 200, known, "{path}: {}", answer.status);
        assert!(answer.status < 500, "{}", answer.body);
        assert_eq!(pages.bus.taken(), []);
    });
}

/// A form that the page did not make asks nothing of anybody.
pub(crate) fn form(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let body = match text.strip_prefix("base64:") {
        Some(text) => Body::Base64(text.to_owned()),
        None => Body::Bytes(bytes.to_vec()),
    };
    PAGES.with(|pages| {
        let own = own_form(pages);
        let answer = call(pages, "POST", (&pages.link, ""), body);
        assert!(answer.status < 500, "{}", answer.body);
        let asked = pages.bus.taken().len();
        // Its two values may stand in either order, and nothing but them.
        let parts = |text: &str| {
            let mut parts: Vec<String> = text.trim_end().split('&').map(str::to_owned).collect();
            parts.sort();
            parts
        };
        if !text.starts_with("base64:") {
            assert_eq!(asked == 1, parts(&text) == parts(&own), "{text}");
        }
        assert_eq!(asked == 1, answer.status == 200, "{}", answer.body);
    });
}

fn own_form(pages: &Pages) -> String {
    let page = call(pages, "GET", (&pages.link, ""), Body::default());
    let value = |name: &str| {
        let (_, rest) = page
            .body
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    format!("shown={}&token={}", value("shown"), value("token"))
}

pub(crate) fn addresses() -> Vec<Vec<u8>> {
    let link = PAGES.with(|pages| pages.link.clone());
    let link = link.trim_start_matches(LINKS_PATH);
    vec![
        link.as_bytes().to_vec(),
        format!("{link}?to=anna").into_bytes(),
    ]
}

pub(crate) fn forms() -> Vec<Vec<u8>> {
    let own = PAGES.with(own_form);
    let no = format!("{own}&answer=no&reason=the+margin%20is%0Agone%21");
    vec![
        own.into_bytes(),
        no.into_bytes(),
        b"base64:c2hvd249MSZ0b2tlbj14".to_vec(),
    ]
}
