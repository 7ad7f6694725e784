use std::collections::BTreeMap;

use engine::webhooks::{Answer, Body, Request, WebhookHandler};
use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, run, service_fn};
use serde::{Deserialize, Serialize};

use crate::shell::Shell;

/// A request as the API hands it over (payload format 2.0). Header names are in lower case.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ApiRequest {
    raw_path: String,
    #[serde(default)]
    raw_query_string: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// What the browser keeps for us; the API takes it out of the headers.
    #[serde(default)]
    cookies: Vec<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
    request_context: RequestContext,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    #[serde(default)]
    domain_name: String,
    http: Http,
}

#[derive(Debug, Clone, Deserialize)]
struct Http {
    method: String,
}

impl From<ApiRequest> for Request {
    fn from(request: ApiRequest) -> Self {
        let text = request.body.unwrap_or_default();
        let mut headers = request.headers;
        if !request.cookies.is_empty() {
            headers.insert("cookie".to_owned(), request.cookies.join("; "));
        }
        Self {
            method: request.request_context.http.method,
            host: request.request_context.domain_name,
            path: request.raw_path,
            query: request.raw_query_string,
            headers,
            body: if request.is_base64_encoded {
                Body::Base64(text)
            } else {
                Body::Bytes(text.into_bytes())
            },
        }
    }
}

/// What the API is answered.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ApiAnswer {
    status_code: u16,
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<String>,
    body: String,
}

impl From<Answer> for ApiAnswer {
    fn from(mut answer: Answer) -> Self {
        let cookie = answer.headers.remove("set-cookie");
        Self {
            status_code: answer.status,
            headers: answer.headers,
            cookies: cookie.into_iter().collect(),
            body: answer.body,
        }
    }
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
            move |request: LambdaEvent<ApiRequest>| async move {
                let request = Request::from(request.payload);
                let answer = handler.answer(request, Timestamp::now()).await;
                Ok::<_, lambda_runtime::Error>(ApiAnswer::from(answer))
            },
        ))
        .await
    }
}
