use contracts::state::Span;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// An absence in words, where the person is: `on Mon 21 Dec 2026`, `from Mon 21 Dec 2026 to Sat 2
/// Jan 2027` (both days away), or with times of day if it does not begin and end with a day.
#[must_use]
pub fn told(span: &Span, zone: &TimeZone) -> String {
    match (first_day(span.from, zone), last_day(span.to, zone)) {
        (Some(first), Some(last)) if first == last => format!("on {first}"),
        (Some(first), Some(last)) => format!("from {first} to {last}"),
        _ => format!(
            "from {} to {}",
            moment(span.from, zone),
            moment(span.to, zone)
        ),
    }
}

/// The end of an absence, where the person is, after the word `until`.
#[must_use]
pub fn until(to: Timestamp, zone: &TimeZone) -> String {
    match last_day(to, zone) {
        Some(last) => format!("the end of {last}"),
        None => moment(to, zone),
    }
}

/// An instant, where the person is: `Mon 21 Dec 2026 13:00`.
pub(super) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%a %-d %b %Y %H:%M")
        .to_string()
}

/// The day, if `at` is its beginning.
fn first_day(at: Timestamp, zone: &TimeZone) -> Option<String> {
    let local = at.to_zoned(zone.clone());
    let begins = local.start_of_day().is_ok_and(|start| start == local);
    begins.then(|| local.strftime("%a %-d %b %Y").to_string())
}

/// The day before, if `to` is the beginning of a day.
fn last_day(to: Timestamp, zone: &TimeZone) -> Option<String> {
    first_day(to, zone)?;
    let before = to.checked_sub(SignedDuration::from_secs(1)).ok()?;
    let local = before.to_zoned(zone.clone());
    Some(local.strftime("%a %-d %b %Y").to_string())
}
