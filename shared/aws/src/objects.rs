//! A bucket, as far as people put right what lies there: listed, read, removed. Three requests, signed here, instead
//! of one more SDK, which is larger than all the others together.

use std::time::{Duration, SystemTime};

use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use aws_smithy_runtime_api::client::{
    http::HttpConnector as _, identity::Identity, orchestrator::HttpRequest,
};
use aws_smithy_types::body::SdkBody;

use crate::settings::Settings;

/// The longest that one request may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A bucket.
#[derive(Debug)]
pub struct Bucket {
    settings: Settings,
    name: String,
}

/// The bucket did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the bucket {name}: {why}")]
pub struct ObjectError {
    /// Which.
    pub name: String,
    /// Why.
    pub why: String,
}

/// One thing in a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its key.
    pub key: String,
    /// When it was put there, in ISO 8601.
    pub at: String,
}

impl Bucket {
    /// The bucket of this name.
    #[must_use]
    pub fn new(settings: &Settings, name: String) -> Self {
        Self {
            settings: settings.clone(),
            name,
        }
    }

    /// What is in it, at most 1,000 things, by key; and whether that is all.
    ///
    /// # Errors
    /// If it does not answer, or says no.
    pub async fn list(&self) -> Result<(Vec<Object>, bool), ObjectError> {
        let text = self.ask("GET", "", "?list-type=2").await?;
        let found = text.split("<Contents>").skip(1).filter_map(|one| {
            Some(Object {
                key: unescaped(between(one, "Key")?),
                at: between(one, "LastModified")?.to_owned(),
            })
        });
        let all = between(&text, "IsTruncated") != Some("true");
        Ok((found.collect(), all))
    }

    /// What a key holds.
    ///
    /// # Errors
    /// If the bucket does not answer, or has it no more.
    pub async fn read(&self, key: &str) -> Result<String, ObjectError> {
        self.ask("GET", key, "").await
    }

    /// Removes what a key holds.
    ///
    /// # Errors
    /// If it may still be there.
    pub async fn remove(&self, key: &str) -> Result<(), ObjectError> {
        self.ask("DELETE", key, "").await.map(drop)
    }

    async fn ask(&self, method: &str, key: &str, query: &str) -> Result<String, ObjectError> {
        let failed = |why: String| ObjectError {
            name: self.name.clone(),
            why,
        };
        let url = format!("{}/{}{query}", self.address(), encoded(key));
        let request = self.signed(method, &url).map_err(failed)?;
        let asked = self.settings.connector().call(request);
        let answer = tokio::time::timeout(PATIENCE, asked).await;
        let answer = answer.map_err(|_| failed("no answer in time".to_owned()))?;
        let mut answer = answer.map_err(|why| failed(why.to_string()))?;
        let status = answer.status().as_u16();
        let body = std::mem::replace(answer.body_mut(), SdkBody::empty());
        let bytes = aws_smithy_types::byte_stream::ByteStream::new(body).collect();
        let bytes = bytes.await.map_err(|why| failed(why.to_string()))?.to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if (200..300).contains(&status) {
            return Ok(text);
        }
        let code = between(&text, "Code").unwrap_or("it gives no reason");
        Err(failed(format!("it says {status}: {code}")))
    }

    /// Where it is: below an emulator's address by its path, else under a name of its own.
    fn address(&self) -> String {
        let (region, name) = (self.settings.region(), &self.name);
        match self.settings.endpoint() {
            Some(endpoint) => format!("{}/{name}", endpoint.trim_end_matches('/')),
            None => format!("https://{name}.s3.{region}.amazonaws.com"),
        }
    }

    fn signed(&self, method: &str, url: &str) -> Result<HttpRequest, String> {
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        let identity: Identity = self.settings.credentials().clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.settings.region())
            .name("s3")
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .map_err(|why| why.to_string())?
            .into();
        let signable =
            SignableRequest::new(method, url, std::iter::empty(), SignableBody::Bytes(&[]));
        let signed = sign(signable.map_err(|why| why.to_string())?, &params);
        let (instructions, _) = signed.map_err(|why| why.to_string())?.into_parts();
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_method(method).map_err(|why| why.to_string())?;
        request.set_uri(url).map_err(|why| why.to_string())?;
        let (headers, _) = instructions.into_parts();
        for header in headers {
            let (name, value) = (header.name(), header.value().to_owned());
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }
}

/// What stands between a tag's beginning and its end, the first time.
fn between<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    Some(rest.split_once(&format!("</{tag}>"))?.0)
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&quot;", "\"").replace("&amp;", "&")
}

/// A key in an address.
fn encoded(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let mut text = String::with_capacity(key.len());
    for byte in key.bytes() {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn settings(endpoint: Option<&str>) -> Settings {
        let text = |text: &str| text.to_owned();
        Settings::new(
            text("eu-central-1"),
            endpoint.map(str::to_owned),
            text("key"),
            text("secret"),
            Some(text("token")),
        )
    }

    #[test]
    fn a_request_is_signed_and_goes_where_the_bucket_is() {
        let cloud = Bucket::new(&settings(None), "unpublished".to_owned());
        assert_eq!(
            cloud.address(),
            "https://unpublished.s3.eu-central-1.amazonaws.com"
        );
        let here = Bucket::new(&settings(Some("http://127.0.0.1:4566/")), "it".to_owned());
        assert_eq!(here.address(), "http://127.0.0.1:4566/it");
        let key = encoded("aws/lambda/a b/shard:1+é");
        assert_eq!(key, "aws/lambda/a%20b/shard%3A1%2B%C3%A9");
        let url = format!("{}/{key}", cloud.address());
        let request = cloud.signed("GET", &url).unwrap();
        let headers = request.headers();
        let signed = headers.get("authorization").unwrap();
        assert!(signed.contains("/eu-central-1/s3/aws4_request"), "{signed}");
        assert!(headers.get("x-amz-content-sha256").is_some());
        assert_eq!(headers.get("x-amz-security-token"), Some("token"));
        assert_eq!(request.uri(), url);
    }

    #[test]
    fn what_is_listed_is_read_from_the_answer() {
        let text = "<R><IsTruncated>false</IsTruncated><Contents><Key>a&amp;b</Key><LastModified>2026-11-23T10:00:00.000Z</LastModified></Contents></R>";
        let one = text.split("<Contents>").nth(1).unwrap();
        assert_eq!(between(one, "Key").map(unescaped), Some("a&b".to_owned()));
        assert_eq!(between(text, "IsTruncated"), Some("false"));
        assert_eq!(between(text, "Code"), None);
    }
}
