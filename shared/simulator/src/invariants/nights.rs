use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    EventData, Function, Key,
    state::{CountedState, MetricsRecountState},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{metrics::judged, seen::Seen};
use crate::revisions::BY_NIGHT;

/// Each night every record is judged again: of what time alone has changed (a value is stale, another period has begun)
/// it counts for what was so in the last night, if nothing has come of it since.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let zone = seen.rules.company_zone();
    let nights = nights(seen, zone);
    let Some((night, ticks)) = nights.last_key_value() else {
        return found;
    };
    let gave_up = |it: &crate::ending::Dead| it.function == Function::LiveMetrics;
    let recount = seen.state::<MetricsRecountState>(&Key::metrics_recount());
    let recount = recount.unwrap_or_default();
    // It goes on upon the next tick, if there was none after it was interrupted.
    if recount.shard.is_some() || seen.ending.dead.iter().any(gave_up) {
        return found;
    }
    if recount.day.is_none_or(|it| it < *night) {
        found.push(format!(
            "nothing was counted again in the night of {night}: the last was {:?}",
            recount.day
        ));
    }
    if super::metrics::deployed(seen) {
        return found;
    }
    let begin = ticks.first().copied().unwrap_or_default();
    for copy in seen.copies() {
        let Some(kept) = seen.state::<CountedState>(&Key::counted(&copy.record.id)) else {
            continue;
        };
        if kept.at >= begin {
            continue;
        }
        let times = ticks.iter().chain([&seen.ending.now]);
        let says: Vec<_> = times.map(|at| judged(seen, copy, *at)).collect();
        let known = &seen.rules.model.metrics;
        for name in BY_NIGHT.into_iter().filter(|it| known.contains_key(*it)) {
            let is = kept.metrics.get(name);
            if !says.iter().any(|it| it.get(name) == is) {
                found.push(format!(
                    "{} counts in {name} for {is:?} after the night of {night}, and its copy says {:?}",
                    copy.record.id,
                    says.first().and_then(|it| it.get(name))
                ));
            }
        }
    }
    found
}

/// The ticks of each day upon which the metrics were to be counted again.
fn nights(seen: &Seen<'_>, zone: &TimeZone) -> BTreeMap<Date, BTreeSet<Timestamp>> {
    let mut nights: BTreeMap<Date, BTreeSet<Timestamp>> = BTreeMap::new();
    for event in seen.ending.events.values() {
        let EventData::Tick { at } = event.data else {
            continue;
        };
        let local = at.to_zoned(zone.clone());
        let nothing = MetricsRecountState::default();
        if decisions::metrics::due(seen.rules, &nothing, at).is_some() {
            nights.entry(local.date()).or_default().insert(at);
        }
    }
    nights
}
