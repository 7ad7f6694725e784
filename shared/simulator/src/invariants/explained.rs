use engine::Failure;

use super::seen::Seen;

/// A message goes back to its queue only because a call went wrong, or every race was lost, or the
/// function must wait for something outside: the CRM does not show a record yet, another delivery is
/// at the same effect.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let failed = seen.ending.failed.iter();
    let failed = failed.filter(|failed| !matches!(failed.why, Failure::Waits { .. }));
    failed
        .map(|failed| {
            let event = failed.event.as_ref().map_or("a webhook", |it| it.name());
            format!("{} did not handle {event}: {}", failed.function, failed.why)
        })
        .collect()
}
