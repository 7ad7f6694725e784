use std::{collections::BTreeMap, future::Future};

use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, run, service_fn};
use serde::{Deserialize, Serialize};

use crate::shell::Shell;

/// A request as the API hands it over (payload format 2.0). Header names are in lower case.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The path as it was sent.
    pub raw_path: String,
    /// The query as it was sent, without `?`; empty if there was none.
    #[serde(default)]
    pub raw_query_string: String,
    /// The headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body, as text or in base64.
    #[serde(default)]
    pub body: Option<String>,
    /// Whether the body is in base64.
    #[serde(default)]
    pub is_base64_encoded: bool,
    /// What the API knows of the request.
    pub request_context: RequestContext,
}

/// What the API knows of a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestContext {
    /// The name under which it was reached.
    #[serde(default)]
    pub domain_name: String,
    /// The method.
    pub http: Http,
}

/// The method of a request.
#[derive(Debug, Clone, Deserialize)]
pub struct Http {
    /// In capitals.
    pub method: String,
}

/// What the caller is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The status.
    pub status_code: u16,
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// An answer that says in JSON what became of the request.
    #[must_use]
    pub fn json(status_code: u16, body: &impl Serialize) -> Self {
        Self {
            status_code,
            headers: BTreeMap::from([("content-type".to_owned(), "application/json".to_owned())]),
            body: serde_json::to_string(body).unwrap_or_default(),
        }
    }
}

/// What a function does with one request.
pub trait WebhookHandler: Send + Sync {
    /// Answers one request.
    fn answer(&self, request: Request, now: Timestamp) -> impl Future<Output = Answer> + Send;
}

impl Shell {
    /// Answers requests until Lambda stops the function.
    ///
    /// # Errors
    /// If the runtime fails.
    pub async fn run_webhook<H: WebhookHandler>(
        &self,
        handler: H,
    ) -> Result<(), lambda_runtime::Error> {
        let handler = &handler;
        run(service_fn(
            move |request: LambdaEvent<Request>| async move {
                let answer = handler.answer(request.payload, Timestamp::now()).await;
                Ok::<_, lambda_runtime::Error>(answer)
            },
        ))
        .await
    }
}
