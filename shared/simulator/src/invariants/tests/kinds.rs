use std::collections::BTreeSet;

use contracts::state::ClocksState;
use crm::ActivityKind;
use testkit::{example_model, rules};

use super::*;

const KINDS: &str = "a clock of a kind is met by that kind alone";
const CLOCK: &str = "first_response";

/// A company in which leads are to be called, and nothing else will do.
fn of_calls() -> Played {
    let mut model = example_model();
    let terms = model.clocks.get_mut(CLOCK).expect("a clock");
    terms.meet.kinds = BTreeSet::from([ActivityKind::Call]);
    terms.meet.by_owner = false;
    played_for(rules(model), 3, 20)
}

#[test]
fn a_run_that_nothing_of_its_kind_has_met_is_found() {
    let mut played = of_calls();
    assert_eq!(played.finds(KINDS), [""; 0]);
    played.change(Key::holds::<ClocksState>, |state: &mut ClocksState| {
        let run = state.clocks.get_mut(CLOCK).filter(|run| run.met.is_some());
        let Some(run) = run else { return false };
        run.met = run.met.map(|met| met + jiff::SignedDuration::from_secs(1));
        true
    });
    let found = played.finds(KINDS);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("nothing of its kind was logged then"));
}

#[test]
fn a_run_that_goes_on_though_it_was_met_is_found() {
    let mut played = of_calls();
    played.change(Key::holds::<ClocksState>, |state: &mut ClocksState| {
        let run = state.clocks.get_mut(CLOCK).filter(|run| run.met.is_some());
        let Some(run) = run else { return false };
        run.status = contracts::state::ClockStatus::Running;
        run.started -= jiff::SignedDuration::from_secs(1);
        true
    });
    let found = played.finds(KINDS);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("what meets it was logged at"));
}
