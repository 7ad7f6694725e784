use reqwest::{Client, Method, redirect::Policy};
use serde_json::{Value, json};

use crate::{
    expect::{SOON, eventually},
    stack::{Stack, stack, stack_of_its_own},
};

pub struct Page {
    pub status: u16,
    policy: String,
    pub body: String,
}

impl Stack {
    pub async fn page(&self, method: Method, address: &str, form: Option<String>) -> Page {
        let mut request = self.http.request(method, address);
        if let Some(form) = form {
            let kind = "application/x-www-form-urlencoded";
            request = request.header("content-type", kind).body(form);
        }
        let answer = request.send().await.expect("an answer");
        let policy = answer.headers().get("content-security-policy");
        Page {
            status: answer.status().as_u16(),
            policy: policy
                .map_or("", |it| it.to_str().expect("text"))
                .to_owned(),
            body: answer.text().await.expect("a page"),
        }
    }

    /// The link in the mail about a new lead.
    async fn link_about(&self, record: &str) -> String {
        eventually("a mail with a link", SOON, || async {
            let mails = self.mails_with(record).await;
            let mail: Value = serde_json::from_str(mails.first()?).ok()?;
            let text = mail["BodyText"].as_str()?.to_owned();
            let (_, rest) = text.split_once("looked at again: ")?;
            Some(rest.lines().next()?.to_owned())
        })
        .await
    }
}

pub fn form_of(page: &str) -> String {
    let value = |name: &str| {
        let (_, rest) = page
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap_or_else(|| panic!("no {name} in:\n{page}"));
        rest.split_once('"').expect("an end").0.to_owned()
    };
    format!("shown={}&token={}", value("shown"), value("token"))
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_link_of_a_mail_shows_the_lead_has_it_read_again_and_can_be_revoked() {
    let stack = stack().await;
    let lead = stack.german_lead("regenpfeifer", 300).await;
    stack.owner_of(&lead, SOON).await;
    let record = format!("lead:{lead}");
    let link = stack.link_about(&record).await;

    let shown = stack.page(Method::GET, &link, None).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(shown.body.contains("lead@regenpfeifer.example"));
    assert!(
        shown.policy.starts_with("default-src 'none'"),
        "{}",
        shown.policy
    );

    eventually("the CRM's echo to be kept", SOON, || async {
        let copy = stack.state(&record, "record").await?;
        copy["record"]["fields"]["owner"].is_object().then_some(())
    })
    .await;
    // Only a reading of this very lead meets the fault.
    let fault = json!({ "times": 1, "method": "POST", "record": lead, "delay_ms": 4_000,
        "path": "/crm/objects/2026-09/contacts/batch/read" });
    stack.fault(fault).await;
    let asked = stack
        .page(Method::POST, &link, Some(form_of(&shown.body)))
        .await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    eventually("the lead to be read again", SOON, || async {
        stack.holds("POST", &lead).await.then_some(())
    })
    .await;

    let forged = stack.page(Method::GET, &format!("{link}A"), None).await;
    assert_eq!(forged.status, 403);
    let without_form = stack.page(Method::POST, &link, Some(String::new())).await;
    assert_eq!(without_form.status, 400);

    let whose = engine::claimed_by(&link).expect("a link").person;
    let revoke = [
        "links",
        "revoke",
        whose.as_str(),
        "--mail-of",
        link.as_str(),
    ];
    let said = stack.fairlead(&revoke).await;
    assert!(said.contains("are revoked"), "{said}");
    let revoked = stack.page(Method::GET, &link, None).await;
    assert_eq!(revoked.status, 410, "{}", revoked.body);
}

/// A browser, as far as signing in asks for one: it keeps our cookie, and goes where it is sent.
struct Browser {
    http: Client,
    cookie: String,
}

impl Browser {
    fn new() -> Self {
        let http = Client::builder().redirect(Policy::none()).build();
        Self {
            http: http.expect("a client"),
            cookie: String::new(),
        }
    }

    async fn open(
        &mut self,
        method: Method,
        address: &str,
        form: &[(&str, &str)],
    ) -> (u16, String) {
        let (mut method, mut address) = (method, address.to_owned());
        for _ in 0..8 {
            let mut request = self.http.request(method.clone(), &address);
            request = request.header("cookie", &self.cookie);
            if method == Method::POST {
                let body: Vec<String> = form
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                let kind = "application/x-www-form-urlencoded";
                request = request.header("content-type", kind).body(body.join("&"));
            }
            let answer = request.send().await.expect("an answer");
            let header = |name: &str| {
                let value = answer.headers().get(name)?;
                Some(value.to_str().expect("text").to_owned())
            };
            if let Some(kept) = header("set-cookie") {
                self.cookie = kept.split(';').next().unwrap_or_default().to_owned();
            }
            let status = answer.status().as_u16();
            let Some(to) = header("location") else {
                return (status, answer.text().await.expect("a page"));
            };
            let here = reqwest::Url::parse(&address).expect("an address");
            address = here.join(&to).expect("an address").into();
            method = Method::GET;
        }
        panic!("sent on and on, at last to {address}");
    }

    /// Signs in at the sandbox issuer as somebody, by the page that lists the people.
    async fn sign_in(&mut self, page: &str, email: &str) -> (u16, String) {
        let (status, listed) = self.open(Method::GET, page, &[]).await;
        assert!(
            status == 200 && listed.contains("This is a sandbox"),
            "{listed}"
        );
        let email = email.replace('@', "%40");
        let mut links = listed
            .split("href=\"")
            .skip(1)
            .filter_map(|it| it.split('"').next());
        let link = links
            .find(|it| it.contains(&email))
            .expect("somebody of the model");
        let link = link.replace("&amp;", "&");
        self.open(Method::GET, &link, &[]).await
    }
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn somebody_signs_in_sees_what_is_theirs_and_signs_out() {
    let stack = stack().await;
    let door = stack.endpoints["webhooks"].as_str().expect("an address");
    let page = |name: &str| format!("{door}/views/{name}");
    let lead = stack.german_lead("steinwaelzer", 300).await;
    let owner = stack.owner_of(&lead, SOON).await;
    let mut browser = Browser::new();
    let (status, shown) = browser
        .sign_in(&page("queues"), "olga@northwind.example")
        .await;
    assert!(status == 200 && shown.contains("For Olga Weiss"), "{shown}");
    for name in ["mine", "pools", "queues", "operate"] {
        let (status, shown) = browser.open(Method::GET, &page(name), &[]).await;
        assert_eq!(status, 200, "{name}: {shown}");
    }
    let record = page(&format!("record?of=lead:{lead}"));
    assert_eq!(
        browser.open(Method::GET, &record, &[]).await.0,
        200,
        "an operator sees all; it is {owner}'s"
    );
    let (_, shown) = browser.open(Method::GET, &page("mine"), &[]).await;
    let (_, token) = shown
        .split_once("name=\"token\" value=\"")
        .expect("a token");
    let token = token.split('"').next().expect("an end").to_owned();
    let (status, _) = browser
        .open(Method::POST, &page("sign-out"), &[("token", &token)])
        .await;
    assert_eq!(status, 200);
    let (_, shown) = browser.open(Method::GET, &page("mine"), &[]).await;
    assert!(shown.contains("This is a sandbox"), "signed out: {shown}");
}

/// What a form below some words of a page would send.
fn form_below(page: &str, words: &str) -> Vec<(String, String)> {
    let (_, below) = page.split_once(words).expect("the question");
    let value = |name: &str| {
        let (_, rest) = below
            .split_once(&format!("name=\"{name}\" value=\""))
            .expect("a field");
        rest.split('"').next().expect("an end").to_owned()
    };
    ["shown", "token", "what"]
        .map(|name| (name.to_owned(), value(name)))
        .into()
}

/// What a mail's link takes, the page behind the sign-in takes as well: the same answer, of whose record it is.
#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn somebody_who_is_signed_in_snoozes_what_is_late() {
    // Its own, since it lets a clock run out.
    let stack = &stack_of_its_own("answered").await;
    let door = stack.endpoints["webhooks"].as_str().expect("an address");
    // Carla's, who reports to nobody: the late lead is not given to anybody else meanwhile.
    let lead = stack.german_lead_of("snoozewerk", 300, Some("11000")).await;
    let record = format!("lead:{lead}");
    let first = |clocks: &Value| clocks["clocks"]["first_response"].clone();
    let clocks = eventually("a clock", SOON, || stack.state(&record, "clocks")).await;
    let due = first(&clocks)["due"]
        .as_str()
        .expect("an instant")
        .to_owned();
    stack.tick(&due).await;
    eventually("the breach", SOON, || async {
        let clocks = stack.state(&record, "clocks").await?;
        (first(&clocks)["status"] == "late").then_some(())
    })
    .await;
    let page = format!("{door}/views/answer?of={record}");
    let mut browser = Browser::new();
    // Who was not signed in lands where they wanted.
    let (status, shown) = browser.sign_in(&page, "carla@northwind.example").await;
    let asked = "You are reminded of:";
    assert!(status == 200 && shown.contains(asked), "{shown}");
    let mut form = form_below(&shown, asked);
    let (_, least) = shown.split_once("min=\"").expect("a first day");
    let day = least.split('"').next().expect("an end").to_owned();
    let answer = [
        ("answer", "until"),
        ("until", day.as_str()),
        ("reason", "their board meets"),
    ];
    form.extend(answer.map(|(field, value)| (field.to_owned(), value.to_owned())));
    let form: Vec<(&str, &str)> = form.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    // The second press is the same happening.
    for _ in 0..2 {
        let (status, sent) = browser.open(Method::POST, &page, &form).await;
        assert!(status == 200 && sent.contains("snoozed"), "{sent}");
    }
    let resting = eventually("the answer", SOON, || async {
        let kept = stack.state(&record, "deviations").await?;
        kept["resting"].as_array().cloned()
    })
    .await;
    assert_eq!(resting.len(), 1, "{resting:?}");
    assert_eq!(resting[0]["by"], "carla");
}
