use aws_smithy_runtime_api::client::{http::HttpConnector as _, orchestrator::HttpRequest};
use aws_smithy_types::{base64, body::SdkBody};
use engine::{Web, WebAnswer, WebError};

use crate::{settings::Settings, signed::answer_to};

/// Other people's servers, over the same TLS as the cloud's.
#[derive(Debug, Clone)]
pub struct WebClient {
    settings: Settings,
}

impl WebClient {
    /// Over the connections of these settings; nothing of what they are is sent.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let settings = settings.clone();
        Self { settings }
    }

    async fn send(&self, request: HttpRequest) -> Result<WebAnswer, WebError> {
        let asked = self.settings.connector().call(request);
        let (status, body) = answer_to(asked).await.map_err(WebError)?;
        Ok(WebAnswer { status, body })
    }
}

fn request(method: &str, url: &str, body: SdkBody) -> Result<HttpRequest, WebError> {
    let failed = |why: &dyn std::fmt::Display| WebError(why.to_string());
    let mut request = HttpRequest::new(body);
    request.set_method(method).map_err(|why| failed(&why))?;
    request.set_uri(url).map_err(|why| failed(&why))?;
    request.headers_mut().insert("accept", "application/json");
    Ok(request)
}

impl Web for WebClient {
    async fn get(&self, url: &str) -> Result<WebAnswer, WebError> {
        self.send(request("GET", url, SdkBody::empty())?).await
    }

    async fn post(&self, url: &str, who: (&str, &str), form: &str) -> Result<WebAnswer, WebError> {
        let mut request = request("POST", url, SdkBody::from(form))?;
        let who = base64::encode(format!("{}:{}", who.0, who.1));
        let headers = request.headers_mut();
        headers.insert("authorization", format!("Basic {who}"));
        headers.insert("content-type", "application/x-www-form-urlencoded");
        headers.insert("content-length", form.len().to_string());
        self.send(request).await
    }

    fn chance(&self) -> Result<[u8; 32], WebError> {
        let mut bytes = [0_u8; 32];
        getrandom::getrandom(&mut bytes).map_err(|why| WebError(why.to_string()))?;
        Ok(bytes)
    }
}
