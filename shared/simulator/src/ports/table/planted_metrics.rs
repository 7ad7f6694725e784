//! The faults that are planted where the metrics are counted.

use contracts::state::{CountedState, MetricState};
use store::{Body, Item};

use crate::{planted::Planted, world::Inside};

/// Records that seem to have counted for nothing so far, so that there is nothing to be taken back; or metrics of which no
/// signal seems to be open.
pub(super) fn forgotten(inside: &Inside, mut items: Vec<Option<Item>>) -> Vec<Option<Item>> {
    for item in items.iter_mut().flatten() {
        match inside.planted {
            Some(Planted::CountNotTakenBack) => counted_for_nothing(item),
            Some(Planted::SignalForgotten) => nothing_open(item),
            _ => {}
        }
    }
    items
}

fn counted_for_nothing(item: &mut Item) {
    if item.key.counted_record().is_some()
        && let Ok(mut state) = item.body.read::<CountedState>()
    {
        state.metrics.clear();
        item.body = Body::of(state);
    }
}

fn nothing_open(item: &mut Item) {
    if item.key.metric_name().is_some()
        && let Ok(mut state) = item.body.read::<MetricState>()
    {
        state.signals.clear();
        item.body = Body::of(state);
    }
}
