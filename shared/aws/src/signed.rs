//! Requests to services of which we need one or two: signed here, instead of an SDK for each. That of buckets is larger
//! than all the others together.

use std::time::{Duration, SystemTime};

use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use aws_smithy_runtime_api::client::{
    http::HttpConnector as _,
    identity::Identity,
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};

use crate::settings::Settings;

/// The longest that one request may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks a service something without a body: the status of its answer, and its text.
pub(crate) async fn ask(
    settings: &Settings,
    service: &str,
    method: &str,
    url: &str,
) -> Result<(u16, String), String> {
    let request = signed(settings, service, method, url)?;
    answer_to(settings.connector().call(request)).await
}

/// What a server answers: the status, and the text.
pub(crate) async fn answer_to(
    asked: impl Future<Output = Result<HttpResponse, ConnectorError>>,
) -> Result<(u16, String), String> {
    let answer = tokio::time::timeout(PATIENCE, asked).await;
    let answer = answer.map_err(|_| "no answer in time".to_owned())?;
    let mut answer = answer.map_err(|why| why.to_string())?;
    let status = answer.status().as_u16();
    let body = std::mem::replace(answer.body_mut(), SdkBody::empty());
    let bytes = ByteStream::new(body).collect().await;
    let bytes = bytes.map_err(|why| why.to_string())?.to_vec();
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

fn signed(
    settings: &Settings,
    service: &str,
    method: &str,
    url: &str,
) -> Result<HttpRequest, String> {
    let mut signing = SigningSettings::default();
    // As buckets ask; the others have no path.
    signing.percent_encoding_mode = PercentEncodingMode::Single;
    signing.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    signing.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    let identity: Identity = settings.credentials().clone().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(settings.region())
        .name(service)
        .time(SystemTime::now())
        .settings(signing)
        .build()
        .map_err(|why| why.to_string())?
        .into();
    let signable = SignableRequest::new(method, url, std::iter::empty(), SignableBody::Bytes(&[]));
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

/// What stands between a tag's beginning and its end, the first time.
pub(crate) fn between<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    Some(rest.split_once(&format!("</{tag}>"))?.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_signed_for_its_service() {
        let text = |text: &str| text.to_owned();
        let token = Some(text("token"));
        let settings = Settings::new(
            text("eu-central-1"),
            None,
            text("key"),
            text("secret"),
            token,
        );
        let url = "https://unpublished.s3.eu-central-1.amazonaws.com/a%20b/shard%3A1?list-type=2";
        let request = signed(&settings, "s3", "GET", url).unwrap();
        let headers = request.headers();
        let signed = headers.get("authorization").unwrap();
        assert!(signed.contains("/eu-central-1/s3/aws4_request"), "{signed}");
        assert!(headers.get("x-amz-content-sha256").is_some());
        assert_eq!(headers.get("x-amz-security-token"), Some("token"));
        assert_eq!(request.uri(), url);
    }
}
