use std::collections::BTreeSet;

use crm::{ActivityKind, RecordKind};
use model::{Meet, OperatingModel, Start, Upon};

/// The clock that asks for a kind of activity.
const CLOCK: &str = "called";

/// Whoever gets a lead is to call: a clock that nothing but a call meets.
pub(super) fn ask_for_calls(model: &mut OperatingModel) {
    let mut clocks = model.clocks.values();
    let routed = clocks.find(|it| it.record == RecordKind::Lead && it.start == Start::Routed);
    let Some(mut terms) = routed.cloned() else {
        return;
    };
    terms.meet = Meet {
        upon: Upon::ActivityLogged,
        kinds: BTreeSet::from([ActivityKind::Call]),
        by_owner: false,
        times: 1,
        on_days: None,
    };
    terms.or_meet = Vec::new();
    terms.when_late.truncate(1);
    model.clocks.insert(CLOCK.to_owned(), terms);
}
