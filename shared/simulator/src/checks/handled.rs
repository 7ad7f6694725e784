use super::seen::Seen;

/// No message is given up, and no webhook.
pub(super) fn check(seen: &Seen<'_>) -> Vec<String> {
    let dead = seen.ending.dead.iter().map(|dead| {
        format!(
            "{} gave up {} {}: {}",
            dead.function,
            dead.event.name(),
            dead.event.id,
            dead.why
        )
    });
    let mut found: Vec<String> = dead.collect();
    if seen.ending.unsent > 0 {
        found.push(format!("{} webhooks were given up", seen.ending.unsent));
    }
    found
}
