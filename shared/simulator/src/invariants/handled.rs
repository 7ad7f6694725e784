use contracts::EventData;

use super::seen::Seen;
use crate::ending::Dead;

/// No message is given up, and no webhook. But for a tick: the next one finds what it would have found.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let tick = |dead: &&Dead| matches!(dead.event.data, EventData::Tick { .. });
    let dead = seen.ending.dead.iter().filter(|dead| !tick(dead));
    let dead = dead.map(|dead| {
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
