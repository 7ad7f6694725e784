//! One request and its answer.

use std::{sync::OnceLock, time::Duration};

use reqwest::{
    Client, Method, Response, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};
use serde_json::Value;

use engine::{Budget, CrmError};

use super::{
    error::SetupError,
    patience::{Again, Patience},
};

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(2);
/// How long one try may take in all.
const TOTAL: Duration = Duration::from_secs(8);
/// How long an open connection is kept. A function frozen between two calls wakes with dead ones.
const IDLE: Duration = Duration::from_secs(20);
/// The longest answer read, in bytes: a hundred objects with history are far below it.
const LONGEST_ANSWER: usize = 32 * 1024 * 1024;
/// How long to wait after 429 if the CRM does not say, by the window that it names.
const TEN_SECONDS: Duration = Duration::from_secs(10);
const ONE_SECOND: Duration = Duration::from_secs(1);
/// How long to wait if the day's allowance is used up.
const DAY_USED_UP: Duration = Duration::from_secs(3600);

/// What is asked of the CRM.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// The parts of the path, encoded when the address is made.
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<&'a Value>,
    /// When it is tried again by itself.
    pub(crate) again: Again,
}

/// Carries requests: address, token, time limits, budget, patience.
pub(crate) struct Exchange<B> {
    /// Made at the first request: it reads the machine's certificates, which takes longer than a
    /// whole cold start may.
    client: OnceLock<Result<Client, String>>,
    authorization: HeaderValue,
    base: Url,
    budget: B,
    pub(crate) patience: Patience,
}

impl<B: Budget> Exchange<B> {
    pub(crate) fn new(base_url: &str, token: &str, budget: B) -> Result<Self, SetupError> {
        let base = address(base_url)?;
        let mut authorization = HeaderValue::from_str(&format!("Bearer {token}"))
            .ok()
            .filter(|_| !token.trim().is_empty())
            .ok_or(SetupError::Token)?;
        authorization.set_sensitive(true);
        Ok(Self {
            client: OnceLock::new(),
            authorization,
            base,
            budget,
            patience: Patience::default(),
        })
    }

    /// Asks, again if need be, and gives the answer's JSON (null if it has no body).
    pub(crate) async fn ask(&self, call: &Call<'_>) -> Result<Value, CrmError> {
        self.patience.persist(call.again, || self.once(call)).await
    }

    fn client(&self) -> Result<&Client, CrmError> {
        self.client
            .get_or_init(|| build(self.authorization.clone(), self.base.scheme() == "https"))
            .as_ref()
            .map_err(|why| CrmError::Unavailable {
                why: format!("the HTTP client cannot start: {why}"),
                perhaps_done: false,
                retry_after: None,
            })
    }

    async fn once(&self, call: &Call<'_>) -> Result<Value, CrmError> {
        if let Err(retry_after) = self.budget.take().await {
            return Err(CrmError::RateLimited { retry_after });
        }
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(call.path);
        }
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        let mut request = self.client()?.request(call.method.clone(), url);
        if let Some(body) = call.body {
            request = request.json(body);
        }
        let mut response = request.send().await.map_err(|error| lost(&error))?;
        let status = response.status().as_u16();
        let asked = retry_after(&response);
        let bytes = read(&mut response).await?;
        if !(200..300).contains(&status) {
            return Err(failed(status, asked, &bytes));
        }
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        crate::json::parse(&bytes).map_err(|error| {
            CrmError::malformed(format!(
                "it is not JSON at line {}, column {}",
                error.line(),
                error.column()
            ))
        })
    }
}

fn build(authorization: HeaderValue, encrypted: bool) -> Result<Client, String> {
    // One provider per process; a second install is refused and changes nothing.
    let _already = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        .pool_idle_timeout(IDLE)
        // A redirect would carry the token to an address that nobody chose.
        .redirect(Policy::none())
        // Settings are arguments: no proxy out of the environment.
        .no_proxy()
        .user_agent(concat!("fairlead/", env!("CARGO_PKG_VERSION")))
        .default_headers(HeaderMap::from_iter([(AUTHORIZATION, authorization)]));
    let builder = if encrypted {
        builder
    } else {
        // Clear text on this machine: no certificate is worth reading.
        builder.tls_certs_only(std::iter::empty())
    };
    builder
        .build()
        .map_err(|error| error.without_url().to_string())
}

/// A base address to which paths are added. Clear text is for this machine only.
fn address(base_url: &str) -> Result<Url, SetupError> {
    let no_address = || SetupError::Address(base_url.to_owned());
    let url = Url::parse(base_url).map_err(|_| no_address())?;
    let host = url.host_str().ok_or_else(no_address)?;
    let here = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
    let has_more = url.query().is_some() || url.fragment().is_some() || !url.username().is_empty();
    match url.scheme() {
        _ if has_more => Err(no_address()),
        "https" => Ok(url),
        "http" if here => Ok(url),
        "http" => Err(SetupError::ClearText(base_url.to_owned())),
        _ => Err(no_address()),
    }
}

/// The connection failed. Only if it never opened did the CRM surely do nothing.
fn lost(error: &reqwest::Error) -> CrmError {
    let why = if error.is_connect() {
        "no connection"
    } else if error.is_timeout() {
        "no answer in time"
    } else {
        "the connection broke"
    };
    CrmError::Unavailable {
        why: why.to_owned(),
        perhaps_done: !error.is_connect(),
        retry_after: None,
    }
}

async fn read(response: &mut Response) -> Result<Vec<u8>, CrmError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
        if bytes.len() + chunk.len() > LONGEST_ANSWER {
            let why = format!("it is longer than {LONGEST_ANSWER} bytes");
            return Err(CrmError::malformed(why));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// What a status outside 200–299 means. 423 (locked by a large job), 477 (the account is being
/// moved) and 408 pass by themselves, like 5xx; each may say after how long.
fn failed(status: u16, asked: Option<Duration>, body: &[u8]) -> CrmError {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match status {
        429 => CrmError::RateLimited {
            retry_after: asked.unwrap_or_else(|| window(&body)),
        },
        408 | 423 | 477 | 500..=599 => CrmError::Unavailable {
            why: format!("status {status}"),
            perhaps_done: status != 423,
            retry_after: asked,
        },
        401 => CrmError::Unauthorized,
        403 => forbidden(&body),
        404 => CrmError::NotFound,
        _ => refused(status, &body),
    }
}

/// The token is good, and the app may not do this: it concerns every record, and somebody must give it the
/// right, which the CRM mostly names. Only what it calls a mistake in the values is about these.
fn forbidden(body: &Value) -> CrmError {
    let category = word(body.get("category"));
    if category.as_deref() == Some("VALIDATION_ERROR") {
        return refused(403, body);
    }
    let category = category.map_or_else(String::new, |category| format!(", {category}"));
    let rights = rights(body);
    let rights = if rights.is_empty() {
        rights
    } else {
        format!(" ({rights})")
    };
    CrmError::Setup(format!(
        "status 403{category}: the app lacks a right{rights}: give it the right in the CRM"
    ))
}

/// The rights that a refusal names.
fn rights(body: &Value) -> String {
    let details = body.get("errors").and_then(Value::as_array);
    let lists = details.into_iter().flatten().flat_map(|detail| {
        let names = ["requiredGranularScopes", "requiredScopes"];
        names.map(|name| detail.get("context").and_then(|context| context.get(name)))
    });
    let names = lists.flatten().filter_map(Value::as_array).flatten();
    joined(names.filter_map(|name| word(Some(name))).collect())
}

/// A final no: the status, the CRM's word for the kind of error, and its codes.
pub(crate) fn refused(status: u16, body: &Value) -> CrmError {
    let category = word(body.get("category")).unwrap_or_else(|| "no category".to_owned());
    let codes = codes(body);
    let between = if codes.is_empty() { "" } else { ": " };
    CrmError::Refused {
        why: format!("status {status}, {category}{between}{codes}"),
    }
}

/// How long the window of the policy lasts that a 429 names.
fn window(body: &Value) -> Duration {
    match body.get("policyName").and_then(Value::as_str) {
        Some("DAILY") => DAY_USED_UP,
        Some(name) if name.contains("TEN_SECONDLY") => TEN_SECONDS,
        _ => ONE_SECOND,
    }
}

/// The codes of an error and the names of the properties it is about, which are safe to log. The
/// sentences are not: they repeat what was sent.
pub(crate) fn codes(body: &Value) -> String {
    let mut words = Vec::new();
    words.extend(word(body.get("subCategory")));
    let details = body.get("errors").and_then(Value::as_array);
    for detail in details.into_iter().flatten() {
        words.extend(word(detail.get("code")));
        words.extend(word(detail.get("in")));
        let names = detail.pointer("/context/propertyName");
        for name in names.and_then(Value::as_array).into_iter().flatten() {
            words.extend(word(Some(name)));
        }
    }
    joined(words)
}

/// Each word once, in at most 200 characters.
fn joined(mut words: Vec<String>) -> String {
    let mut seen = std::collections::BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    let mut text = words.join(" ");
    text.truncate(200);
    text
}

/// A code or a name: at most 64 letters, digits and `_ . -`. Anything else may be a value.
pub(crate) fn word(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    ((1..=64).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The certificates of the machine can be read and the provider of ring is in place.
    #[test]
    fn a_client_for_encrypted_connections_can_be_made() {
        let built = build(HeaderValue::from_static("Bearer x"), true);
        assert_eq!(built.map(|_| ()), Ok(()));
    }

    #[test]
    fn only_codes_and_names_are_repeated() {
        let body = serde_json::json!({
            "subCategory": "crm.PROPERTIES", "message": "ada@example.com",
            "errors": [
                { "code": "INVALID_EMAIL", "in": "a b", "context": { "propertyName": ["email"] } },
                { "code": "INVALID_EMAIL" },
            ],
        });
        assert_eq!(codes(&body), "crm.PROPERTIES INVALID_EMAIL email");
    }
}
