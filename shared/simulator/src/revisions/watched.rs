use std::collections::BTreeMap;

use crm::RecordKind;
use model::{Measure, Metric, OperatingModel, Population, Signal, Worse};

/// The metric that is watched in stories.
pub(crate) const WATCHED: &str = "open_deals";

/// The signal that watches it.
const SIGNAL: &str = "deals_dry_up";

/// How many deals are open is counted, and compared with a week before: of the few deals of a story a rate tells nothing.
pub(super) fn watch_open_deals(model: &mut OperatingModel) {
    let Some((owner, place)) = model
        .metrics
        .values()
        .next()
        .map(|it| (it.owner.clone(), it.place))
    else {
        return;
    };
    let metric = Metric {
        owner,
        label: None,
        definition: None,
        of: Population::Open(RecordKind::Opportunity),
        when: None,
        measure: Measure::Count,
        by: Vec::new(),
        window: None,
        floor: None,
        target: None,
        against: None,
        place,
    };
    let signal = Signal {
        metric: WATCHED.to_owned(),
        worse: Worse::Falls,
        weeks_before: 1,
        place,
    };
    model.metrics.insert(WATCHED.to_owned(), metric);
    model.signals = BTreeMap::from([(SIGNAL.to_owned(), signal)]);
}
