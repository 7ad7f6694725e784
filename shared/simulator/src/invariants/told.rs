use contracts::state::{DigestState, Told};

use super::seen::Seen;

/// What a digest is compared with is what the one before it told, and no more is kept than may be.
///
/// A digest that was left out leaves a mark and no decision: what comes after it is compared with nothing here.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    if !seen.ending.at_rest {
        return Vec::new();
    }
    let past = seen.past();
    let mut found = Vec::new();
    for key in past.items().filter(|key| key.is_digest()) {
        // What is missing between them another invariant says.
        let Ok(states) = past.states(key) else {
            continue;
        };
        let mut last: Option<(u64, Option<Told>)> = None;
        for ((version, _), state) in states {
            let Ok(state) = serde_json::from_value::<DigestState>(state) else {
                found.push(format!("{}/{}: it cannot be read", key.pk, key.sk));
                continue;
            };
            let kept = state.told.as_ref().map_or(0, |told| {
                told.things
                    .values()
                    .map(std::collections::BTreeSet::len)
                    .sum()
            });
            if kept > Told::MOST {
                found.push(format!("{}/{}: {kept} things are kept", key.pk, key.sk));
            }
            if let Some((before, told)) = last.take()
                && before.saturating_add(1) == version
                && told != state.before
            {
                found.push(format!(
                    "{}/{}: that of {} is not compared with what the one before told",
                    key.pk, key.sk, state.day
                ));
            }
            last = Some((version, state.told));
        }
    }
    found
}
