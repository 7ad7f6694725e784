#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod behaviours;
mod doubles;
mod secrets;
mod taken;

use engine::{
    BusError, SecretError,
    webhooks::{Body, BodyError, Noticed, Quarantined},
};
use jiff::SignedDuration;
use testkit::{at, example_model};

use super::*;
use doubles::{TestBus, TestSecrets, TestWebhooks};

const NOW: &str = "2026-11-23T10:00:00Z";
const SECRET: &str = "fairlead/hubspot";

/// The function, and the bus and the secrets that it was given.
struct Tested {
    function: WebhookIntake<TestBus, TestSecrets, TestWebhooks>,
    bus: TestBus,
    secrets: TestSecrets,
}

fn intake() -> Tested {
    over(example_model(), &["hubspot"])
}

fn over(model: OperatingModel, sources: &[&str]) -> Tested {
    let (bus, secrets) = (TestBus::default(), TestSecrets::default());
    secrets.now(SECRET, Ok("right"));
    let webhooks = sources
        .iter()
        .map(|name| (SourceName::new(*name).unwrap(), TestWebhooks));
    let function = WebhookIntake::new(
        bus.clone(),
        &secrets,
        webhooks.collect(),
        model,
        Some("https://hooks.example/"),
    );
    Tested {
        function,
        bus,
        secrets,
    }
}

/// A request to `hubspot` that is signed with this secret; each word of the body is an event, see
/// [`TestWebhooks`].
fn signed(secret: &str, body: &str) -> Request {
    to("/webhooks/hubspot", secret, body)
}

fn to(path: &str, secret: &str, body: &str) -> Request {
    let address = format!("https://hooks.example{path}");
    let signature = TestWebhooks::signature(secret, &address, body.as_bytes());
    Request {
        method: "POST".to_owned(),
        host: "behind.the.scenes".to_owned(),
        path: path.to_owned(),
        headers: BTreeMap::from([("signature".to_owned(), signature)]),
        body: Body::Bytes(body.as_bytes().to_vec()),
        ..Request::default()
    }
}

impl Tested {
    /// The status, so many seconds later.
    async fn status(&self, request: Request, seconds: i64) -> u16 {
        let now = at(NOW) + SignedDuration::from_secs(seconds);
        let answer = self.function.answer(request, now).await;
        assert_eq!(answer.headers["content-type"], "application/json");
        let said: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(said.get("error").is_some(), answer.status != 200, "{said}");
        assert!(!answer.body.contains("right"), "a secret: {said}");
        answer.status
    }
}
