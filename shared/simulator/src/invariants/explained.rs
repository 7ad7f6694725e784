use super::seen::Seen;

/// A message goes back to its queue only because a call went wrong, or every race was lost, or the
/// function must wait for something outside: the CRM does not show a record yet, another delivery is
/// at the same effect.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let waits = [
        "it is asked again, since it",
        "another delivery of this event is at it",
        "writes an hour that",
        "signed with another secret",
    ];
    let failed = seen.ending.failed.iter().filter(|failed| {
        let why = failed.why.to_string();
        !waits.iter().any(|wait| why.contains(wait))
    });
    failed
        .map(|failed| {
            let event = failed.event.as_ref().map_or("a webhook", |it| it.name());
            format!("{} did not handle {event}: {}", failed.function, failed.why)
        })
        .collect()
}
