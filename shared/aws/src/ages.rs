use std::time::Duration;

use engine::QueueError;
use jiff::{SignedDuration, Timestamp};

use crate::{
    settings::Settings,
    signed::{ask, between},
};

/// How far back it is looked: the service knows it some minutes late.
const BACK: SignedDuration = SignedDuration::from_mins(10);

/// How old the oldest message of a queue is, by the cloud's metrics, which alone know it: the latest that they say of
/// the last ten minutes. None if they say nothing.
///
/// # Errors
/// If the service does not answer, or says no.
pub async fn oldest_message(
    settings: &Settings,
    queue: &str,
    now: Timestamp,
) -> Result<Option<Duration>, QueueError> {
    let url = address(settings, queue, now);
    let (status, text) = ask(settings, "monitoring", "GET", &url)
        .await
        .map_err(QueueError)?;
    if !(200..300).contains(&status) {
        let code = between(&text, "Code").unwrap_or("it gives no reason");
        return Err(QueueError(format!("the metrics say {status}: {code}")));
    }
    Ok(latest(&text))
}

fn address(settings: &Settings, queue: &str, now: Timestamp) -> String {
    let at = match settings.endpoint() {
        Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
        None => format!("https://monitoring.{}.amazonaws.com", settings.region()),
    };
    let second = |at: Timestamp| {
        let at = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        at.replace(':', "%3A")
    };
    let from = now.checked_sub(BACK).unwrap_or(now);
    let (from, to) = (second(from), second(now));
    format!(
        "{at}/?Action=GetMetricStatistics&Dimensions.member.1.Name=QueueName&Dimensions.member.1.Value={queue}\
         &EndTime={to}&MetricName=ApproximateAgeOfOldestMessage&Namespace=AWS%2FSQS&Period=60&StartTime={from}\
         &Statistics.member.1=Maximum&Version=2010-08-01"
    )
}

/// The latest of the points in an answer.
fn latest(text: &str) -> Option<Duration> {
    let points = text.split("<member>").skip(1);
    let points = points.filter_map(|point| {
        let at = between(point, "Timestamp")?;
        let seconds: f64 = between(point, "Maximum")?.parse().ok()?;
        Some((at, Duration::try_from_secs_f64(seconds).ok()?))
    });
    points.max_by_key(|(at, _)| *at).map(|(_, age)| age)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_point_counts() {
        let point = |at: &str, age: &str| {
            format!("<member><Timestamp>{at}</Timestamp><Maximum>{age}</Maximum></member>")
        };
        let text = format!(
            "<Datapoints>{}{}</Datapoints>",
            point("2026-11-23T10:02:00Z", "75.0"),
            point("2026-11-23T10:01:00Z", "900.0"),
        );
        assert_eq!(latest(&text), Some(Duration::from_secs(75)));
        assert_eq!(latest("<Datapoints/>"), None);
    }
}
