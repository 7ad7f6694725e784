use std::collections::BTreeMap;

use contracts::{
    Key,
    state::{
        ApprovalsState, ClocksState, Contribution, CountedState, ExceptionsState, GateState,
        MetricState, RecordState, RoutingState,
    },
};
use decisions::metrics::{Compared, Standings, compare, contributions};
use jiff::{SignedDuration, Timestamp};

use super::seen::Seen;
use crate::{
    fault::{Fault, FaultKind},
    world::after,
};

/// What a metric comes to is what all records count for, each once; and what a record counts for is what its copy says.
/// Of what time alone changes it counts for what was so when it was last counted, or is so now.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let items = seen.ending.items.iter();
    let counted: BTreeMap<&Key, CountedState> = items
        .filter(|item| item.key.counted_record().is_some())
        .filter_map(|item| Some((&item.key, item.body.read().ok()?)))
        .collect();
    // Long after everything: nothing has changed just now.
    let later = after(seen.ending.now, SignedDuration::from_hours(24));
    for name in seen.rules.model.metrics.keys() {
        let Some(state) = seen.state::<MetricState>(&Key::metric(name)) else {
            continue;
        };
        let compared = compare(seen.rules, (name, &state), counted.values(), later);
        if let Compared::Wrong(draft, _) = compared {
            found.push(draft.outcome);
        }
    }
    // Another model calls clocks and deviations otherwise, of which the metrics of this one tell.
    if deployed(seen) {
        return found;
    }
    for copy in seen.copies() {
        let kept = counted.get(&Key::counted(&copy.record.id));
        let nothing = BTreeMap::new();
        let is = kept.map_or(&nothing, |it| &it.metrics);
        let then = kept.map(|it| judged(seen, copy, it.at));
        let now = judged(seen, copy, seen.ending.now);
        let names = is.keys().chain(now.keys());
        for name in names {
            let was = then.as_ref().and_then(|it| it.get(name));
            let kept = is.get(name);
            if kept != now.get(name) && kept != was {
                found.push(format!(
                    "{} counts in {name} for {kept:?}, and its copy says {:?}",
                    copy.record.id,
                    now.get(name)
                ));
            }
        }
    }
    found
}

/// Whether another model was deployed in the story.
pub(super) fn deployed(seen: &Seen<'_>) -> bool {
    let deployed = |fault: &Fault| {
        matches!(
            fault.kind,
            FaultKind::Deployment | FaultKind::TakenBack { .. }
        )
    };
    seen.story.faults.iter().any(deployed)
}

/// What a record counts for at an instant, by its copy and what is kept of it in the end.
pub(super) fn judged(
    seen: &Seen<'_>,
    copy: &RecordState,
    at: Timestamp,
) -> BTreeMap<String, Contribution> {
    let id = &copy.record.id;
    let others = Standings {
        gate: seen.state::<GateState>(&Key::gate(id)),
        clocks: seen.state::<ClocksState>(&Key::clocks(id)),
        routing: seen
            .state::<RoutingState>(&Key::routing(id))
            .map(|it| it.status),
        exceptions: seen.state::<ExceptionsState>(&Key::exceptions(id)),
        approvals: seen.state::<ApprovalsState>(&Key::approvals(id)),
    };
    contributions(seen.rules, &copy.record, &others, at)
}
