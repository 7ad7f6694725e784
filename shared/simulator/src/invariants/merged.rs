use contracts::{
    Key,
    state::{ClocksState, RecordState, RoutingState},
};

use super::seen::Seen;

/// What the CRM has merged into another record says so, and has given its turn back: it counts for nobody, waits for
/// nothing, and none of its clocks runs.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (id, held) in &seen.ending.records {
        let Some(into) = held.merged_into.as_ref().filter(|_| held.deleted) else {
            continue;
        };
        let Some(copy) = seen.state::<RecordState>(&Key::record(id)) else {
            continue;
        };
        if copy.record.merged_into.as_ref() != Some(into) {
            found.push(format!(
                "{id} was merged into {into}, and its copy does not say so"
            ));
        }
        let stays = seen.state::<RecordState>(&Key::record(into));
        if stays.is_some_and(|stays| !stays.record.merged.contains(id)) {
            found.push(format!(
                "{id} was merged into {into}, whose copy does not say so"
            ));
        }
        if let Some(routing) = seen.state::<RoutingState>(&Key::routing(id)) {
            let turn = routing.owner.is_some() && routing.pool.is_some() && !routing.out_of_turn;
            if turn || routing.counted.is_some() || routing.waits.is_some() {
                found.push(format!(
                    "{id} was merged, and has its turn, counts, or waits still"
                ));
            }
        }
        let clocks = seen.state::<ClocksState>(&Key::clocks(id));
        let mut clocks = clocks
            .into_iter()
            .flat_map(|state| state.clocks.into_values());
        if clocks.any(|clock| clock.status.is_open()) {
            found.push(format!("{id} was merged, and a clock of it runs"));
        }
    }
    found
}
