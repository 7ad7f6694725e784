use contracts::state::{CountedState, MetricsRecountState};
use jiff::Span;

use super::*;

const NIGHTS: &str = "each night counts what time has changed";

#[test]
fn a_night_that_was_left_out_is_found() {
    let mut played = played();
    assert_eq!(played.finds(NIGHTS), Vec::<String>::new());
    let is = |key: &Key| *key == Key::metrics_recount();
    played.change(is, |state: &mut MetricsRecountState| {
        let before = state
            .day
            .and_then(|it| it.checked_sub(Span::new().days(1)).ok());
        state.day = before;
        true
    });
    let found = played.finds(NIGHTS);
    assert_eq!(found.len(), 1, "{found:?}");
}

/// What a deal counts for is what it was before the night, as if nobody had looked at it then.
#[test]
fn a_deal_that_was_passed_over_is_found() {
    let from = at("2026-11-23T00:00:00Z");
    let mut model = testkit::example_model();
    crate::revisions::count_by_night(&mut model, from);
    let mut played = played_by(testkit::rules(model));
    assert_eq!(played.finds(NIGHTS), Vec::<String>::new());
    let counted = |key: &Key| key.counted_record().is_some();
    played.change(counted, |state: &mut CountedState| {
        let [fresh, _] = crate::revisions::BY_NIGHT;
        let is_counted = state.metrics.remove(fresh).is_some();
        if is_counted {
            state.at = from;
        }
        is_counted
    });
    assert!(!played.finds(NIGHTS).is_empty());
}
